"""When the agent uses the customer's name."""

import re

from scoring import text
from scoring.call_text import CallText
from scoring.metadata import CallMetadata
from scoring.signs import Sign

_TITLED = re.compile(r"\b(mr|mrs|ms|miss|mister|missus|dr|doctor|professor)\.? ([a-z][a-z'-]+)")
_TITLES_AND_WORDS = ("miss", "doctor", "professor")
"""Titles that are also words: "your doctor never sent it"."""
_INTRODUCES = re.compile(
    r"\b(?:my (?:full |first |last )?name(?:'s| is)|the name(?:'s| is)|name(?:'s| is)|i'm called|this is|i'm|it's) "
    r"((?:[a-z][a-z'-]+ ?){1,2})"
)
_CALLED_AT_START = re.compile(
    r"^(?:(?:okay|ok|so|well|right|alright|sure|thanks|thank you|hi|hello|yes|no|great|perfect|of course|oh|and|now)[, ]+)*([A-Z][a-z]+),"
)
_CALLED_AT_END = re.compile(r", ([A-Z][a-z]+)[.?!]*$")
_SPEAKS_OF = re.compile(
    r"\b(?:to|with|from|by|for|in|called|named|is|was|ask|find|see|tell|and|colleague|manager|team|this is|name's|name is|i'm) "
    r"(?:(?:a|the|our|my) )?$"
)
_SPOKEN_OF = re.compile(
    r"^,?(?:'s|'ll|'d)?,? (?:who|whom|has|is|was|will|would|can|could|does|did|says|said|knows|runs|calls|rings|takes|gets|looks|"
    r"and (?:she|he)|(?:she|he)(?:'s|'ll)?|(?:from|in|at|on|of)(?! (?:which|what|how))|as soon)\b|^'(?:s|ll|d)\b"
)
"""What follows the name of somebody who is spoken of: "Mrs Hall will ring you", "Mr Obi, who runs it"."""
_ROLE_BEFORE = re.compile(
    r"\b(?:manager|leader|supervisor|director|head|boss|chief|engineer|technician|doctor|nurse|specialist|colleague|driver|officer|partner)"
    r"(?: \w+){0,2}, $"
)
"""Somebody's role before a name: "my team leader, Moira"."""
_NAME_BEFORE = re.compile(r", [A-Z][a-z'-]+, $")
"""Another name set off before it, as in a list or a misheard role: "from my team, Lieber, Moira"."""
_CAPITALISED = re.compile(r"\b[A-Z][A-Za-z'-]*")
_GREETS = 0.5
_NO_NAMES = frozenset(
    """sir madam ma'am mam miss monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december english spanish ah aha er uh mm hey gosh phew wow alright alternatively congratulations
    fortunately generally luckily meanwhile sadly unfortunately i'll i'm i've banking billing broadband claims collections dispatch loans
    mortgages pensions phoning renting""".split()
)
"""Words set off like names that the phrases do not show to be ordinary ones."""


def name_signs(call: CallText, metadata: CallMetadata, ordinary: frozenset[str]) -> tuple[Sign, ...]:
    """Every place where the agent addresses the customer by name.

    A name is the one of the metadata, one the customer gave ("my name is Peter"), one after a title, or a capitalised word, not an
    `ordinary` one, set off by a comma as one who is called.

    Fires:     "Thank you, Peter."; "Mrs Patel, I have it here."
    Must not:  "This is Peter from billing."; "I'll put you through to Mr Hall."; "Mrs Hall will ring you."; "Thank you, sir.";
               "Yeah, I have it here."
    """
    ordinary |= _NO_NAMES
    own = {word for word in text.tokens(metadata.agent_name or "")}
    known = {word for word in text.tokens(metadata.customer_name or "") if word not in _NO_NAMES and len(word) > 1}
    signs = []
    for position, sentence in enumerate(call.sentences):
        if sentence.speaker == "customer":
            known |= _given_names(sentence.plain, sentence.quote, ordinary)
            continue
        if not known and call.probability(position, "greeting") >= _GREETS:
            continue  # the agent's own name
        shapes = (_CALLED_AT_START, _CALLED_AT_END) if known or sentence.turn else (_CALLED_AT_START,)  # "Loans department, Keith."
        probability = _probability(sentence.quote, sentence.lower, known - own, own | ordinary, shapes)
        if probability > 0:
            signs.append(
                Sign(
                    "uses_name", "agent", sentence.turn, sentence.start_s, sentence.end_s, sentence.quote, probability, 1.0, "pattern",
                    position,
                )
            )  # fmt: skip
    return tuple(signs)


def _given_names(plain: str, quote: str, ordinary: frozenset[str]) -> set[str]:
    found = _INTRODUCES.search(plain)
    if not found:
        return set()
    sure = "name" in found[0]
    # "my name is Mark", but not "my name is first on the list"; "I'm Hope", but not "I'm renting"
    capitalised = {word.lower() for word in _CAPITALISED.findall(quote)}
    told = [word for word in found[1].split() if len(word) > 2 and word not in _NO_NAMES]
    words = [word for word in told if word in capitalised or (not capitalised and word not in ordinary)]
    return set(words) if sure else set(words[:1] if len(found[1].split()) == 1 and found.end() >= len(plain) - 1 else ())


def _probability(quote: str, lower: str, known: set[str], others: set[str], shapes: tuple[re.Pattern[str], ...]) -> float:
    for name in known - others:  # a name that is also a word has to be set off like one, see the shapes
        for found in re.finditer(rf"\b{re.escape(name)}\b", lower):
            if not _SPEAKS_OF.search(lower[: found.start()]) and not _SPOKEN_OF.search(lower[found.end() :]):
                return 0.95
    titled = _TITLED.search(lower)
    if titled and titled[1] in _TITLES_AND_WORDS and titled[2] in others:
        titled = None
    if titled and not _SPEAKS_OF.search(lower[: titled.start()]) and not _SPOKEN_OF.search(lower[titled.end() :]):
        return 0.9
    for pattern in shapes:
        called = pattern.search(quote)
        if called and (called[1].lower() in known or called[1].lower() not in others) and not (
            _SPEAKS_OF.search(lower[: called.start(1)])
            or _ROLE_BEFORE.search(lower[: called.start(1)])
            or _NAME_BEFORE.search(quote[: called.start(1)])
        ):
            return 0.8
    return 0.0
