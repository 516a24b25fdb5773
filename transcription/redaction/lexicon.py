"""Words that numbers, dates, letters and addresses are spoken with. English; lower case."""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DIGITS = {
    "zero": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
PLURALS = {
    "zeros": "0", "zeroes": "0", "ones": "1", "twos": "2", "threes": "3", "fours": "4", "fives": "5", "sixes": "6",
    "sevens": "7", "eights": "8", "nines": "9",
}  # fmt: skip
"""As in "four ones"."""

TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
    "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
TENS = {
    "twenty": "20", "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90",
}  # fmt: skip
SCALES = {"hundred": "00", "thousand": "000"}
REPEATS = {"double": 2, "dubble": 2, "triple": 3, "treble": 3, "quadruple": 4}
ZEROS = frozenset({"oh", "o", "ow"})
"""Zero when beside a digit, an exclamation otherwise."""

MISHEARD = {"to": "2", "too": "2", "for": "4", "won": "1", "ate": "8", "tree": "3", "fore": "4", "sex": "6", "niner": "9", "fife": "5"}
"""Digits as a recogniser may write them; believed between digits only."""

ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
    "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12", "thirteenth": "13", "fourteenth": "14",
    "fifteenth": "15", "sixteenth": "16", "seventeenth": "17", "eighteenth": "18", "nineteenth": "19",
    "twentieth": "20", "thirtieth": "30",
}  # fmt: skip
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar", "august", "sep", "dec", "jan"})
WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})

SPELLING = words(
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec "
    "romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
)
"""Words of the spelling alphabet: letters when beside a letter or another of them."""

UNITS = words(
    "dollar dollars buck bucks pound pounds quid pence penny pennies cent cents euro euros percent degree degrees second "
    "seconds minute minutes hour hours day days night nights week weeks month months year years times mile miles kilometre "
    "kilometres metre metres meter meters foot feet inch inches kilo kilos kilogram kilograms gram grams pound litre litres "
    "gallon gallons watt watts kilowatt kilowatts megabit megabits megabyte megabytes gigabyte gigabytes gigabit gigabits gig "
    "gigs mb gb tb kwh kw kg km cm mm ml mg oz lb lbs milligram milligrams unit units item items piece pieces box boxes parcel "
    "parcels package packages pair pairs ticket tickets seat seats bed beds room rooms adult adults child children people "
    "person guests points tablets refills pages visits instalments installments am pm o'clock oclock each apiece stops steps questions "
    "lines boilers bags copies orders payments calls attempts thousand million billion"
)
"""A number right before one of these is a quantity, a price or a time."""

UNIT_ADJECTIVES = words("business working calendar more extra full additional or other odd kilowatt square different separate")

FILLERS = words(
    "um uh uhm er erm ah eh hmm mm mhm mm-hmm uh-huh okay ok yes yeah yep yup right sure alright great perfect lovely sorry no "
    "nope wait that's thats then so now well actually again next please thanks thank you and it's its it that's is are was as "
    "lowercase dash hyphen minus slash stroke space comma i mean think hang on hold let me see check correction scratch my bad "
    "extension ext /"
)
"""May stand between the digits of one number."""

FUNCTION_WORDS = words(
    "a an the and or but so is are was were am be been it it's its that that's thats this these those there here i i'm i've "
    "i'll my mine me you your you're yours we we're our us they them their he she his her him of on in at to for from by with "
    "as if not no yes yeah yep okay ok right sure please thanks thank do does did done have has had can could would will just "
    "now then still what what's which who when where how um uh er erm ah oh well hello hi sorry great perfect lovely brilliant "
    "correct number numbers digit digits code ending ends end ended starts starting start again back only got get give read "
    "reading say said says all alright fine good wait hang hold hm hmm mm mhm mm-hmm uh-huh first last second next final let "
    "let's see check think mean actually correction need too also any before after until instead new old current try"
)
"""Words that say nothing about what a number counts."""

STREETS = words("street road avenue lane boulevard crescent terrace parkway highway alley mews grove drive")
"""Kinds of street that hardly mean anything else."""

STREETS_OR_WORDS = words(
    "st rd ave ln dr blvd ct court close way place square gardens garden walk view row hill park circle trail green rise"
)
"""Kinds of street that are words of their own: believed after a capital letter or when an address is expected."""

UNIT_KINDS = words("apartment apt flat unit suite floor building block tower")

STATES = words(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana "
    "iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska "
    "nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming"
)

TOP_DOMAINS = words("com net org edu gov uk us co ca au de fr ie io info biz eu nz")
MAIL_PROVIDERS = words("gmail yahoo hotmail outlook icloud aol googlemail msn protonmail live btinternet comcast verizon")
