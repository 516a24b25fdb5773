"""The wording of cues: what people say around a number that tells its kind. English; regular expressions on lower case without
punctuation, one phrase per line. Of phrases that begin at the same word the one that stands first in a table wins.
"""

import re


def _words(text: str) -> str:
    return "(?:" + "|".join(text.split()) + ")"


_NUMBERED = _words(
    "order reference ref tracking booking reservation confirmation case ticket claim invoice serial model part product item parcel "
    "package shipment consignment customer client member membership employee staff job quote quotation complaint incident request "
    "service contract meter loyalty rewards? voucher coupon promo discount installation batch lot registration plate version error "
    "flight train room gate seat bus extension policy plan purchase receipt statement transaction delivery store branch catalogue "
    "catalog style size frame engine user login device router imei vin"
)
_EXPIRING = _words(
    "offer warranty contract policy voucher coupon quote subscription membership passport trial promo promotion discount points "
    "guarantee certificate plan deal lease link code password licence license insurance cover agreement permit ticket session pass"
)
_CARD = r"(?:credit |debit |bank |payment |new |other |visa |store )*"
_YOURS = "(?:the|your|my|that|this)"
_BRAND = "(?:visa|mastercard|master card|amex|american express|maestro|diners|discover card)"
_NOT_SECURITY = "(?:media|call|club|life|event|care|workers?|services?|housing|networks?|visit)"
_REACH = "(?:call|ring|phone|reach|text|contact|get|catch|try|message)"
_COUNT = "(?:three|four|six|3|4|6)"
_NO_OWNER = _words(
    "the an? my your his her our their its that this which what right wrong same full whole long other new old first second third last "
    "next best good correct any no one two only is in it of and or to for from big little short another every each card digit security"
)

EMAIL = r"""
e-?mail(?:s|ed)?(?:'s)?(?: address(?:es)?)?
e mail address
"""

OTHER = rf"""
(?:web|ip|internet|site) address(?:es)?
website
web ?page
card (?:machine|reader|game|holder)
(?:sim|gift|memory|loyalty|sd) card
{_NUMBERED}(?:'s)? ?(?:number|numbers|no|num|id|code|reference|ref)s?
(?:customer|utility|energy|gas|electric|electricity|water|broadband|online|loyalty|rewards) account(?: number| reference)?
(?:tax|promo|promotional|discount|voucher|coupon|product|return|returns|error|bar|dress|country|booking) code(?:'s)?
how (?:many|much|old|long|often|far|big|large|tall|heavy|soon)
account (?:reference|ref|code|holder|id)
(?:the|your|my|last|latest|new|opening|closing|final|first|meter|gas|electric|water) readings?(?:'s)?
reading (?:is|was)
(?:numbers?|digits) (?:on|from) (?:the|your|my) (?:meter|slip|label|box|letter|bill|invoice|receipt|parcel|order)
numbers? on the back of the (?:router|modem|unit|machine)
{_EXPIRING}s?(?: \w+){{0,3}} (?:expir\w+|valid|runs out)
expir(?:y|ation|es?)(?: date)? (?:of|on|for) {_YOURS} {_EXPIRING}
"""

SECURITY_CODE = rf"""
(?:card )?security (?:code|number|digits?|numbers)(?: on the (?:back|front))?(?: of {_YOURS} card)?
(?:c ?v ?[vc]|csc|c s c|cv2|cvb|cbv|cvd|cid)(?: ?2| two)?(?: (?:code|number))?
(?:three|3)[ -]digit number
{_COUNT}[ -]?digit (?:security )?(?:code|pin|passcode|number on the (?:back|front))(?: on the (?:back|front))?(?: of {_YOURS} card)?
(?:last )?{_COUNT} (?:digits |numbers )?(?:on|at|from) the (?:back|front|reverse|strip|signature strip|signature)(?: of {_YOURS} card)?
(?:code|number|numbers|digits) on the (?:back|reverse|strip|signature strip)(?: of {_YOURS} card)?
signature (?:strip|panel)
on the strip
(?:next to|by|beside|near|under|after) (?:the|your) signature
the (?:last |other )?(?:three|four) (?:numbers|digits)(?= (?:are|is)\b)
back of {_YOURS} card
pin(?: (?:code|number))?
pass ?code
one[ -]time (?:code|pass ?code|password)
memorable (?:number|information|word)
(?:verification|access|authentication|authorisation|authorization) code
"""

CARD = rf"""
{_CARD}card(?:'s)? (?:number|no|numbers|details|digits|info|information)(?:'s)?
long (?:card )?number(?:'s)?
numbers? (?:on|across|along|at) the (?:front|middle|card)(?: of {_YOURS} card)?
digits (?:on|across) the (?:front|card)
(?:sixteen|fifteen|16|15)[ -]digits?(?: (?:card )?number)?
card on file
cards? (?:that )?(?:ending|ends)(?: in| with)?
{_BRAND}(?: {_CARD}card)?(?: (?:ending|ends)(?: in| with)?)?(?: number)?
"""

EXPIRY = rf"""
expir(?:y|ation|e|es|ing|ed)(?:'s)?(?: date)?
exp(?: date)?
x[ -]?(?:piry|pire|pirate|pery|try|by)(?: (?:re)?date)?
valid (?:until|through|thru|till|to|from)
good (?:until|through|thru)
until when is {_YOURS} card valid
(?:card|it) (?:is )?valid
end date
"""

SSN = rf"""
social security(?: number)?(?:'s)?
(?:full |your |my |his |her |the |a |or |of )+social(?:'s)?(?: number)?(?! {_NOT_SECURITY}\b)
social(?:'s| is| number)
ssn
s s n
social$
national insurance(?: number)?
(?:(?:the|my|your|his|her) )?n ?i number
(?:the|my|your|his|her) n ?i(?:'s)?
(?:tax|taxpayer)(?: identification)?(?: id| i d)(?: number)?
itin
passport(?: number)?
driver'?s?'? licen[sc]e(?: number)?
driving licen[sc]e(?: number)?
(?:national )?(?:id|identity|i d|medicare|medicaid|nhs|social insurance)(?: card)? number
"""

BANK = r"""
sort code(?:s|'s)?
routing(?: and account)?(?: number)?
account numbers?(?:'s)?
account and (?:sort|routing)
iban(?:'s)?
i b a n
swift(?: code)?
bic
bank (?:details|account)(?: number)?
(?:checking|savings|current) account(?: number)?
accounts? (?:that )?(?:ending|ends)(?: in| with)?
transit number
bsb
aba(?: number)?
a b a
"""

BIRTH_DATE = r"""
dates? of birth
da(?:te|ta|y)s? (?:of |a |at |and |or |the )?(?:birth|burr|bird|burth)
birth ?dates?
birthdays?
born(?: on| in)?
d o b
dob
day were you born
year of birth
"""

PHONE = rf"""
(?:tele)?phone(?:'s)? (?:number|no)s?
(?:mobile|cell|cellphone|cell phone|contact|home|work|office|daytime|evening|landline|fax)(?: contact| phone)? numbers?
(?:best|good|another|alternative)(?: contact| phone)? numbers?
(?:callback|call back|call-back)(?: contact| phone)? numbers?
area code
{_REACH}(?: (?:you|me|him|her|them|(?:my|your|the) \w+))?(?: back)? (?:on|at)(?! (?:the|an?|your|my|any)\b)
numbers? (?:to|we can|i can|you can|can we|should we|can i|shall i|for) (?:reach|call|ring|contact|text|you)
on (?:what|which) number
(?:my|your|his|her|their|our)(?: (?:new|old|own|direct|other|current))? (?:number|digits)(?:'s)?(?! (?:one|plate))
whatsapp
landline
number on file
number we have for you
"""

ADDRESS = r"""
(?:(?:home|delivery|billing|postal|street|mailing|shipping|current|old|new|full) )*address(?:es)?(?:'s)?
post ?codes?(?:'s)?
zip(?: ?codes?)?(?:'s)?
(?:house|door) number
number of (?:the|your) house
(?:live|living) (?:at|on|in)
where (?:do )?you (?:live|are)
where are (?:you|we) (?:based|sending|delivering|shipping)
house (?:is|name)
"""

TEXTED_CODE = r"(?:text(?:ed)?|sent|send|sending|got|given|gave)(?: \w+){0,2} an? (?:\w+ )?(?:code|passcode)"

PART = r"""
(?:ending|ends|ended|starting|starts|begins|beginning)(?: in| with)?(?: an?)?
(?:first|last|final) (?:two|three|four|six|eight|[23468])(?: digits| numbers)?(?: is| are|'s)?
"""

ANY_NUMBER = rf"(?!{_NO_OWNER}\b)[a-z]+ numbers?(?! (?:to|we|i|you) )"
"""A number of something: "student number", "badge number"."""

PLACE = r"""
moved (?:to|from)
(?:send|ship|deliver|post|mail|sent|shipped|delivered|left|leave|bring|take|went|go|come|came|collect|pick)(?: \w+){0,3} (?:to|at|from)
(?:i'm|we're|i am|we are|based|round|over) at
(?:is|was) (?:that|it) (?:to|at)
"""

CODE_OF_A_CARD = r"""
(?<!for )security(?:'s)?(?! (?:questions?|checks?|guard|team|reasons|purposes|deposit|details|department))
(?:code|digits|numbers)(?:'s)?(?: (?:from|on|at|by) the (?:back|signature|strip|reverse|front|other side))?
"""

EXPIRY_OF_A_CARD = r"""
runs? (?:until|out)
month and year
dates? on (?:it|there|the front)
(?:start|end) (?:month|date)
"""

WEAK_CARD = rf"(?:(?:my|your|the|this|that|new|which|another|other|a) )?{_CARD}card(?:'s)?"
WEAK_BANK = r"account(?:'s)?"
WEAK_PHONE = r"(?:mobile|cell|cellphone|telephone|phone)(?:'s)?"
WEAK_REFERENCE = _words(
    "orders? reference ref cases? tickets? claims? invoices? models? items? parcel flight train tracking serial booking confirmation "
    "incident exit marker highway route code error extension platform plot version"
)
WEAK_OTHER = _words(
    "ordered rooms? gate seats? row table chapter page step level form size channel grade stage zone line bus total balance costs? "
    "price charged? paid pay refund deposit reading due owe amount payment worth delivery delivered arrives? arriving appointments? "
    "scheduled booked visit priority aged?"
)

STRONG = (
    ("email", EMAIL), ("other", OTHER), ("security_code", SECURITY_CODE), ("card", CARD), ("expiry", EXPIRY), ("ssn", SSN), ("bank", BANK),
    ("birth_date", BIRTH_DATE), ("phone", PHONE), ("address", ADDRESS), ("security_code", TEXTED_CODE), ("part", PART),
    ("other", ANY_NUMBER), ("place", PLACE),
)  # fmt: skip
"""What announces a number by itself."""

OF_A_CARD = (("security_code", CODE_OF_A_CARD), ("expiry", EXPIRY_OF_A_CARD))
"""What announces one while the talk is about a card."""

REFERENCES = (("other", WEAK_REFERENCE),)
"""What has numbers of any length, right after it: "order 48213377"."""

WEAK = (("card", WEAK_CARD), ("bank", WEAK_BANK), ("phone", WEAK_PHONE), ("other", WEAK_OTHER))
"""What may only be the topic."""

EXPIRES_OTHERWISE = re.compile(
    r"\b(?:offer|warranty|contract|policy|voucher|coupon|quote|subscription|membership|passport|trial|promo|promotion|discount|points|"
    r"guarantee|certificate|plan|deal|lease|licence|license|insurance|agreement|permit)s?\b"
)
"""What else expires than a card."""
