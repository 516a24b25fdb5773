"""A turn's words become tokens: lower case, with what each may mean in a number, a date, an address or an e-mail address.

One letter per token says what it is, so that runs are found with regular expressions over a turn's `symbols`.
"""

import re
from dataclasses import dataclass, replace

from audio.measures import Speaker
from transcription.redaction import lexicon
from transcription.transcript import Turn

# n written digits        d spoken digit      e ten to nineteen   y twenty, thirty ...  h hundred, thousand   x double, triple
# o "oh"                  t "to", "for" ...   r ordinal           m month               q month or word       / written date
# l letter                a "a" or "i"        c letters and digits written together      s word of the spelling alphabet
# $ price or percentage   : time of day       D decimal           @ e-mail address      W domain
# u unit                  j adjective of unit f filler            v "of", "the"         w any other word


@dataclass(frozen=True, slots=True)
class Token:
    word: int  # position of the word in its turn
    text: str
    symbol: str
    digits: str
    stops: bool  # a comma, full stop or the like follows
    ends_sentence: bool
    capital: bool
    shouted: bool  # two to four capital letters: QQ, NWBK


@dataclass(frozen=True)
class TokenTurn:
    position: int
    speaker: Speaker
    start_s: float
    end_s: float
    tokens: tuple[Token, ...]
    symbols: str
    text: str  # the tokens' texts joined by spaces
    offsets: tuple[int, ...]  # where each token begins in `text`


_PUNCTUATION = ".,?!;:\"'()[]{}…-–—*"
_PRICE = re.compile(r"[$£€]\d[\d.,]*[kKmM]?|\d[\d.,]*[%$£€p]")
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?([ap]m)?|\d{1,2}([.]\d\d)?[ap]\.?m")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_WRITTEN_DATE = re.compile(r"\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}/\d{4}")
_DECIMAL = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{1,2}")
_WRITTEN = re.compile(r"[+(]?\d[\d\-–/.,()+]*")
_CODE = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z0-9]{2,34}")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+([a-z]{2,4})")
_LETTERS = re.compile(r"[a-z](?:[-.][a-z])+")


def token_turn(position: int, turn: Turn) -> TokenTurn:
    tokens: list[Token] = []
    for number, word in enumerate(turn.words):
        tokens += _tokens(number, word.word)
    tokens = _with_spelled_letters(_with_neighbours(tokens))
    offsets, length = [], 0
    for token in tokens:
        offsets.append(length)
        length += len(token.text) + 1
    return TokenTurn(
        position, turn.speaker, turn.start_s, turn.end_s, tuple(tokens), "".join(token.symbol for token in tokens),
        " ".join(token.text for token in tokens), tuple(offsets),
    )  # fmt: skip


def _tokens(number: int, written: str) -> list[Token]:
    stripped = written.rstrip("\"')]}")
    stops, ends = stripped[-1:] in tuple(",.?!;:…"), stripped[-1:] in tuple(".?!…")
    core = written.strip(_PUNCTUATION)
    if core and written.lstrip("\"'")[:1] in ("+", "$", "£", "€") and core[0] not in "+$£€":
        core = written.lstrip("\"'")[0] + core
    text = core.lower().replace("’", "'").replace("–", "-").replace("—", "-")
    if not text:
        return []
    if text in ("a.m", "p.m"):
        text = text.replace(".", "")
    parts = [text]
    if _LETTERS.fullmatch(text):
        parts = re.split(r"[-.]", text)
    elif "-" in text and not _WRITTEN.fullmatch(text) and "@" not in text:
        pieces = [piece for piece in text.split("-") if piece]
        if pieces and all(_symbol(piece)[0] in "ndeyhxolca" or piece in lexicon.ORDINALS for piece in pieces):
            parts = pieces
    capital, shouted = core[:1].isupper(), core.isupper() and core.isalpha() and 2 <= len(core) <= 4
    made = []
    for place, part in enumerate(parts):
        symbol, digits = _symbol(part)
        last = place == len(parts) - 1
        made.append(Token(number, part, symbol, digits, stops and last, ends and last, capital, shouted))
    return made


def _symbol(text: str) -> tuple[str, str]:
    if (known := _KNOWN.get(text)) is not None:
        return known
    if text.endswith("'s") and (known := _KNOWN.get(text[:-2])) is not None and known[0] in "dey":
        return "w", ""
    if "@" in text:
        return "@", ""
    if any(letter.isdigit() for letter in text):
        return _symbol_of_digits(text)
    if len(text) == 1 and text.isalpha():
        return "l", text
    if "." in text and (domain := _DOMAIN.fullmatch(text)) and domain[1] in lexicon.TOP_DOMAINS:
        return "W", ""
    return "w", ""


def _symbol_of_digits(text: str) -> tuple[str, str]:
    digits = "".join(letter for letter in text if letter.isdigit())
    if _PRICE.fullmatch(text):
        return "$", ""
    if _TIME.fullmatch(text):
        return ":", ""
    if ordinal := _ORDINAL.fullmatch(text):
        return "r", ordinal[1]
    if _WRITTEN_DATE.fullmatch(text):
        return "/", digits
    if _DECIMAL.fullmatch(text) and len(digits) <= 9:
        return "D", digits
    if _WRITTEN.fullmatch(text):
        return "n", digits
    if _CODE.fullmatch(text.replace("-", "").replace("/", "")):
        return "c", text
    if (domain := _DOMAIN.fullmatch(text)) and domain[1] in lexicon.TOP_DOMAINS:
        return "W", ""
    return "w", ""


def _with_neighbours(tokens: list[Token]) -> list[Token]:
    """What is a word of its own elsewhere is decided by what stands beside it: "oh", "a", "May", "Victor"."""
    symbols = [token.symbol for token in tokens]
    for place, token in enumerate(tokens):
        beside = symbols[max(0, place - 1) : place] + symbols[place + 1 : place + 2]
        if token.symbol == "s":
            symbols[place] = "l" if any(symbol in "ls" for symbol in beside) else "w"
        elif token.symbol == "q":
            near = symbols[max(0, place - 2) : place] + symbols[place + 1 : place + 3]
            symbols[place] = "m" if any(symbol in "nreyd" for symbol in near) else "w"
        elif token.symbol == "D" and "." not in token.text and any(symbol in "ndeyo" for symbol in beside):
            symbols[place] = "n"  # "4,532 7180" is no sum
        elif token.text == "o" and "l" in beside:
            symbols[place] = "l"
        elif token.symbol == "o":
            follows = symbols[place + 1 : place + (3 if token.stops else 2)]
            before = symbols[place - 1] if place else ""
            spoken = all(symbol in "ndeyhxo" for symbol in follows) and follows
            last = place == len(tokens) - 1 and re.search("[ndeyhox]f{1,2}$", "".join(symbols[:place]))
            symbols[place] = "o" if spoken or last or (before and before in "ndeyhox") else "f"
        elif token.symbol == "w" and token.shouted and any(symbol in "nclt" for symbol in beside):
            symbols[place] = "c"
        elif token.symbol == "a" and token.capital and place and symbols[place - 1] in "ndey" and (token.stops or place == len(tokens) - 1):
            symbols[place] = "l"  # house number forty five A
        elif token.symbol == "a":
            spelled = any(symbol in "lsac" for symbol in beside) and "l" in "".join(beside) + _beyond(symbols, place)
            symbols[place] = "l" if spelled else "f" if token.text == "i" else "w"
    return [
        token if token.symbol == symbol else replace(token, symbol=symbol, digits=token.digits if symbol in "on" else "")
        for token, symbol in zip(tokens, symbols, strict=True)
    ]


def _with_spelled_letters(tokens: list[Token]) -> list[Token]:
    """ "K for king" and "m as in mother" are letters all through."""
    symbols = [token.symbol for token in tokens]
    for place, token in enumerate(tokens):
        if len(token.text) != 1 or not token.text.isalpha():
            continue
        for says in (("for",), ("as", "in"), ("like",), ("is", "for")):
            end = place + len(says) + 1
            follows = tuple(each.text for each in tokens[place + 1 : end])
            if follows == says and end < len(tokens) and tokens[end].text.startswith(token.text) and len(tokens[end].text) > 1:
                symbols[place : end + 1] = "l" * (end + 1 - place)
    return [
        token if token.symbol == symbol else replace(token, symbol=symbol, digits="") for token, symbol in zip(tokens, symbols, strict=True)
    ]


def _beyond(symbols: list[str], place: int) -> str:
    """The symbols two places away: "a" and "i" in "k i a" are letters because of the k."""
    return "".join(symbols[max(0, place - 2) : place - 1] + symbols[place + 2 : place + 3])


def _known() -> dict[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    known |= {text: ("f", "") for text in lexicon.FILLERS}
    known |= {text: ("j", "") for text in lexicon.UNIT_ADJECTIVES}
    known |= {text: ("u", "") for text in lexicon.UNITS}
    known |= {text: ("s", "") for text in lexicon.SPELLING}
    known |= {text: ("t", digit) for text, digit in lexicon.MISHEARD.items()}
    known |= {text: ("o", "0") for text in lexicon.ZEROS}
    known |= {text: ("d", digit) for text, digit in (lexicon.DIGITS | lexicon.PLURALS).items()}
    known |= {text: ("e", digits) for text, digits in lexicon.TEENS.items()}
    known |= {text: ("y", digits) for text, digits in lexicon.TENS.items()}
    known |= {text: ("h", digits) for text, digits in lexicon.SCALES.items()}
    known |= {text: ("x", "") for text in lexicon.REPEATS}
    known |= {text: ("r", digits) for text, digits in lexicon.ORDINALS.items()}
    known |= {text: ("q" if text in lexicon.AMBIGUOUS_MONTHS else "m", "") for text in lexicon.MONTHS}
    known |= {"a": ("a", "a"), "i": ("a", "i"), "of": ("v", ""), "the": ("v", "")}
    return known


_KNOWN = _known()
