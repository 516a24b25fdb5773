"""Phrases that say what a number will be or was: "card number", "date of birth", "order number". Pure."""

import re
from dataclasses import dataclass
from typing import Literal

from transcription.redaction.runs import token_at
from transcription.redaction.settings import Kind
from transcription.redaction.tokens import TokenTurn

Meaning = Kind | Literal["other", "place", "part"]
"""What a cue announces; `other` is a number that must be kept, `place` hints at a postal address that follows, `part` at some
digits of a number that was spoken of before ("ending in ...")."""


@dataclass(frozen=True)
class Cue:
    first: int  # tokens of the turn
    last: int
    meaning: Meaning
    strong: bool
    of_a_card: bool = False  # believed only while the talk is about a card


_N = r"(?:'s)? ?(?:number|numbers|no|num|id|code|reference|ref)s?"
_CARD = r"(?:credit |debit |bank |payment |new |other |visa |store )*"
_EXPIRING = (
    "offer|warranty|contract|policy|voucher|coupon|quote|subscription|membership|passport|trial|promo|promotion|discount|points|"
    "guarantee|certificate|plan|deal|lease|link|code|password|licence|license|insurance|cover|agreement|permit|ticket|session|pass"
)
_SOCIAL_BUT = "media|call|club|life|event|care|worker|workers|services|service|housing|network|networks|distancing|visit|animal"

_STRONG: list[tuple[Meaning, str]] = [
    ("email", r"e-?mail(?:s|ed)?(?:'s)?(?: address(?:es)?)?|e mail address"),
    ("other", r"(?:web|ip|internet|site) address(?:es)?|website|web ?page|card (?:machine|reader|game|holder)|(?:sim|gift|memory|loyalty|sd) card"),
    (
        "other",
        r"(?:order|reference|ref|tracking|booking|reservation|confirmation|case|ticket|claim|invoice|serial|model|part|product|item|"
        r"parcel|package|shipment|consignment|customer|client|member|membership|employee|staff|job|quote|quotation|complaint|incident|"
        r"request|service|contract|meter|loyalty|rewards?|voucher|coupon|promo|discount|installation|batch|lot|registration|"
        r"licence plate|license plate|version|error|flight|train|room|gate|seat|bus|extension|policy|plan|purchase|receipt|statement|"
        r"transaction|delivery|store|branch|tax code|catalogue|catalog|style|size|frame|engine|account reference|user|login|device|router|imei|vin)"
        + _N,
    ),
    ("other", r"(?:customer|utility|energy|gas|electric|electricity|water|broadband|online|loyalty|rewards) account(?: number| reference)?"),
    ("other", r"(?:tax|promo|promotional|discount|voucher|coupon|product|return|returns|error|bar|dress|country|booking) code(?:'s)?"),
    ("other", r"how (?:many|much|old|long|often|far|big|large|tall|heavy|soon)"),
    ("other", r"account (?:reference|ref|code|holder|id)|meter readings?|(?:the|your|my|last|latest|new|opening|closing|final|first|meter|gas|electric|water) readings?(?:'s)?|reading (?:is|was)"),
    ("other", r"(?:numbers?|digits) (?:on|from) (?:the|your|my) (?:meter|slip|label|box|letter|bill|invoice|receipt|parcel|order|back of the (?:router|modem|unit|machine))"),
    ("other", rf"(?:{_EXPIRING})s?(?: \w+){{0,3}} (?:expir\w+|valid|runs out)|expir(?:y|ation|es?)(?: date)? (?:of|on|for) (?:the|your|my|that|this) (?:{_EXPIRING})"),
    ("security_code", r"(?:card )?security (?:code|number|digits?|numbers)(?: on the (?:back|front))?(?: of (?:the|your|my) card)?"),
    ("security_code", r"(?:c ?v ?[vc]|csc|c s c|cv2|cvb|cbv|cvd|cid)(?: ?2| two)?(?: (?:code|number))?"),
    ("security_code", r"(?:three|3)[ -]digit number"),
    ("security_code", r"(?:three|four|six|3|4|6)[ -]?digit (?:security )?(?:code|pin|passcode|number on the (?:back|front))(?: number)?(?: on the (?:back|front))?(?: of (?:the|your) card)?"),
    ("security_code", r"(?:last )?(?:three|four|3|4) (?:digits |numbers )?(?:on|at|from) the (?:back|front|reverse|strip|signature strip|signature)(?: of (?:the|your|my|that) card)?"),
    ("security_code", r"(?:code|number|numbers|digits) on the (?:back|reverse|strip|signature strip)(?: of (?:the|your|my|that) card)?|signature strip|on the (?:signature )?strip|by the signature|the (?:last |other )?(?:three|four) (?:numbers|digits)(?= (?:are|is)\b)|back of (?:the|your|my) card"),
    ("security_code", r"pin|pin (?:code|number)|passcode|pass ?code|one[ -]time (?:code|pass ?code|password)|memorable (?:number|information|word)|verification code|access code"),
    ("card", rf"{_CARD}card(?:'s)? (?:number|no|numbers|details|digits|info|information)(?:'s)?|long (?:card )?number(?:'s)?|number(?:s)? (?:on|across|along|at) the (?:front|middle|card)(?: of (?:the|your|my) card)?"),
    ("card", r"(?:digits|numbers) (?:on|across) the (?:front|card)|(?:sixteen|fifteen|16|15)[ -]digits?(?: (?:card )?number)?|card on file|card (?:that )?(?:ending|ends)(?: in| with)?"),
    ("card", rf"(?:visa|mastercard|master card|amex|american express|maestro|diners)(?: {_CARD}card)?(?: (?:ending|ends)(?: in| with)?)?(?: number)?"),
    ("expiry", r"expir(?:y|ation|e|es|ing|ed)(?:'s)?(?: date)?|exp(?: date)?|valid (?:until|through|thru|till|to|from)|good (?:until|through|thru)|until when is (?:the|your|that) card valid|(?:card|it) (?:is )?valid|end date"),
    ("ssn", rf"social security(?: number)?(?:'s)?|(?:full |your |my |his |her |the |a |or |of )+social(?:'s)?(?: number)?(?! (?:{_SOCIAL_BUT}))|social(?:'s| is| number)|ssn|s s n|social$"),
    ("ssn", r"national insurance(?: number)?|(?:(?:the|my|your|his|her) )?n ?i number|(?:the|my|your|his|her) n ?i(?:'s)?|(?:tax|taxpayer)(?: identification)?(?: id| i d)(?: number)?|itin|passport(?: number)?|driver'?s?'? licen[sc]e(?: number)?|driving licen[sc]e(?: number)?|(?:national )?(?:id|identity|i d|medicare|medicaid|nhs|social insurance)(?: card)? number"),
    ("bank", r"sort code(?:s|'s)?|routing(?: and account)?(?: number)?|account numbers?(?:'s)?|account (?:and|&) (?:sort|routing)|iban(?:'s)?|i b a n|swift(?: code)?|bic|bank (?:details|account)(?: number)?|(?:checking|savings|current) account(?: number)?|accounts? (?:that )?(?:ending|ends)(?: in| with)?|transit number|bsb|aba(?: number)?|a b a"),
    ("birth_date", r"(?:date|dates) of birth|birth ?dates?|birthdays?|born(?: on| in)?|d o b|dob|day were you born|year of birth"),
    ("phone", r"(?:tele)?phone(?:'s)? (?:number|no)s?|(?:mobile|cell|cellphone|cell phone|contact|home|work|office|daytime|evening|landline|callback|call back|call-back|fax|best|good|another|alternative)(?: contact| phone)? numbers?|area code"),
    ("phone", r"(?:call|ring|phone|reach|text|contact|get|catch|try|message)(?: (?:you|me|him|her|them|my \w+|your \w+|the \w+))?(?: back)? (?:on|at)(?! (?:the|a|an|your|my|any)\b)|(?:number|numbers) (?:to|we can|i can|you can|can we|should we|can i|shall i|for) (?:reach|call|ring|contact|text|you)|on (?:what|which) number"),
    ("phone", r"(?:my|your|his|her|their|our)(?: (?:new|old|own|direct|other|current))? (?:number|digits)(?:'s)?(?! (?:one|plate))|whatsapp|landline|number on file|number we have for you"),
    ("address", r"(?:(?:home|delivery|billing|postal|street|mailing|shipping|current|old|new|full) )*address(?:es)?(?:'s)?|post ?codes?(?:'s)?|zip(?: ?codes?)?(?:'s)?|house number|number of (?:the|your) house|(?:live|living) (?:at|on|in)|where (?:do )?you (?:live|are)|where are (?:you|we) (?:based|sending|delivering|shipping)|house is|door number|house name"),
    (
        "part",
        r"(?:ending|ends|ended|starting|starts|begins|beginning)(?: in| with)?(?: an?)?|(?:first|last|final) (?:two|three|four|six|eight|[23468])"
        r"(?: digits| numbers)?(?: is| are|'s)?",
    ),
    ("place", r"moved (?:to|from)|(?:send|ship|deliver|post|mail|sent|shipped|delivered|left|leave|bring|take|went|go|come|came|collect|pick)(?: \w+){0,3} (?:to|at|from)|(?:i'm|we're|i am|we are|based|round|over) at|(?:is|was) (?:that|it) (?:to|at)"),
]  # fmt: skip

_WEAK: list[tuple[Meaning, str]] = [
    ("card", rf"(?:my|your|the|this|that|new|which|another|other|a) {_CARD}card(?:'s)?|{_CARD}card"),
    ("bank", r"account(?:'s)?"),
    ("phone", r"(?:mobile|cell|cellphone|telephone|phone)(?:'s)?"),
    (
        "other",
        r"(?:orders?|ordered|reference|ref|cases?|tickets?|claims?|invoices?|models?|items?|rooms?|gate|seat|seats|row|flight|train|table|exit|marker|"
        r"highway|route|chapter|page|step|version|level|code|error|form|size|channel|grade|stage|zone|line|bus|platform|plot|incident|"
        r"booking|confirmation|tracking|serial|extension|total|balance|cost|costs|price|charged|charge|paid|pay|refund|deposit|reading|"
        r"due|owe|amount|payment|worth|delivery|delivered|arrive|arrives|arriving|appointment|appointments|scheduled|booked|visit|at door|priority|age|aged)",
    ),
]  # fmt: skip

_OF_A_CARD: list[tuple[Meaning, str]] = [
    (
        "security_code",
        r"(?<!for )security(?:'s)?(?! (?:question|questions|check|checks|guard|team|reasons|purposes|deposit|details|department))"
        r"|(?:code|digits|numbers)(?:'s)?(?: (?:from|on|at|by) the (?:back|signature|strip|reverse|front|other side))?",
    ),
    ("expiry", r"(?:runs?|run) (?:until|out)|month and year|(?:start|end) (?:month|date)"),
]


def expires_otherwise(text: str) -> bool:
    """Whether the talk is about something else that expires."""
    return _OTHERWISE.search(text) is not None


_OTHERWISE = re.compile(
    r"\b(?:offer|warranty|contract|policy|voucher|coupon|quote|subscription|membership|passport|trial|promo|promotion|discount|points|"
    r"guarantee|certificate|plan|deal|lease|licence|license|insurance|agreement|permit)s?\b"
)


def _compiled(phrases: list[tuple[Meaning, str]]) -> tuple[re.Pattern[str], tuple[Meaning, ...]]:
    """One expression of all phrases. Where two begin at the same word the earlier one in the list wins."""
    pattern = "|".join(f"(?P<c{number}>{phrase})" for number, (_, phrase) in enumerate(phrases))
    return re.compile(rf"(?<![\w'-])(?:{pattern})(?![\w-])"), tuple(meaning for meaning, _ in phrases)


_PATTERNS = ((*_compiled(_STRONG), True, False), (*_compiled(_OF_A_CARD), True, True), (*_compiled(_WEAK), False, False))


def cues(turn: TokenTurn) -> list[Cue]:
    """The turn's cues in order. A weak one is left out where a strong one holds its words."""
    found: list[Cue] = []
    covered: set[int] = set()
    for pattern, meanings, strong, of_a_card in _PATTERNS:
        for match in pattern.finditer(turn.text):
            first, last = token_at(turn, match.start()), token_at(turn, match.end() - 1)
            if not covered.intersection(range(first, last + 1)):
                covered.update(range(first, last + 1))
                found.append(Cue(first, last, meanings[int(match.lastgroup[1:])], strong, of_a_card))
    return sorted(found, key=lambda cue: cue.first)
