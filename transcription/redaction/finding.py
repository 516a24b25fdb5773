"""What is to be redacted in a call: stretches of words with their kind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audio.measures import Speaker
from transcription.redaction import lexicon
from transcription.redaction.addresses import addresses
from transcription.redaction.context import Context
from transcription.redaction.cues import Cue, cues
from transcription.redaction.emails import begins_inside, emails, loose_end
from transcription.redaction.fits import birth_shape, by_shape, code_shape, fit, groups
from transcription.redaction.names import names
from transcription.redaction.numbers import company_phone_number, is_card_number
from transcription.redaction.phrases import EXPIRES_OTHERWISE
from transcription.redaction.runs import Run, card_at_start, parts, runs
from transcription.redaction.settings import Kind, RedactionSettings
from transcription.redaction.tokens import TokenTurn, token_turn
from transcription.redaction.unheard import Unheard, unheard_beside, unheard_in, unknown_speech
from transcription.transcript import Turn


@dataclass(frozen=True, order=True)
class Finding:
    """Words `first` to `last` (both included) of the turn at position `turn`."""

    turn: int
    first: int
    last: int
    kind: Kind


@dataclass(frozen=True)
class Found:
    findings: tuple[Finding, ...]  # in order, none overlapping another
    unheard: tuple[Unheard, ...]


def find(turns: Sequence[Turn], settings: RedactionSettings) -> Found:
    """The stretches of words to redact, and the stretches without words to silence."""
    search = _Search(settings)
    read = [token_turn(position, turn) for position, turn in enumerate(turns)]
    for position, turn in enumerate(turns):
        search.read(read[position])
        if (kind := search.context.awaited(position, turn.start_s)) is not None:
            search.unheard += unheard_in(turn, position, kind)
    search.look_back()
    if "name" in settings.kinds:
        for turn, first, last in names(read):
            search.add("name", turn, first, last)
    findings = _joined(search.found, settings.kinds)
    unheard = [each for each in search.unheard if each.kind in settings.kinds]
    for finding in findings:
        if finding.kind not in ("email", "address", "name"):
            unheard += unheard_beside(turns, finding.turn, finding.kind, settings.bridged_s)
    unheard += unknown_speech(turns, [(finding.turn, finding.kind) for finding in findings], settings.expected_turns)
    return Found(tuple(findings), tuple(unheard))


class _Search:
    """One pass over a call in time order, then a second look at numbers that repeat what was found later or earlier."""

    def __init__(self, settings: RedactionSettings) -> None:
        self.settings = settings
        self.context = Context(settings)
        self.found: list[Finding] = []
        self.unheard: list[Unheard] = []
        self.undecided: list[Run] = []
        self.long: list[tuple[Kind, Run]] = []  # found numbers that are long enough to have been read out in pieces
        self.pieces: dict[Speaker, list[Run]] = {"agent": [], "customer": []}
        self.earlier: dict[Speaker, list[TokenTurn]] = {"agent": [], "customer": []}
        self.latest: TokenTurn | None = None

    def read(self, turn: TokenTurn) -> None:
        if not turn.tokens:
            return
        heard = self._in_context(cues(turn), turn)
        taken = {place for cue in heard if cue.strong for place in range(cue.first, cue.last + 1)}
        taken |= self._emails(turn, heard)
        taken |= self._addresses(turn, {cue.meaning for cue in heard}, taken)
        waiting = list(heard)
        for run in runs(turn, taken):
            while waiting and waiting[0].last < run.first:
                self.context.hear(turn, waiting.pop(0))
            self._decide(run, waiting)
        for cue in waiting:
            self.context.hear(turn, cue)
        self.context.end_turn(turn)
        self.latest = turn
        self.earlier[turn.speaker].append(turn)

    def look_back(self) -> None:
        """What became clear only later: values that are repeated, and numbers that both sides read out in pieces."""
        for run in self.undecided:
            if kind := self.context.remembered(run):
                self.add(kind, run.turn, run.first, run.last)
        for chain in self._chains([run for run in self.undecided if run.digit_by_digit and 3 <= len(run.digits) <= 12]):
            digits = _said_once(chain)
            kind = "card" if digits >= _CARD_IN_PIECES else self._of_a_number_beside(chain)
            for run in chain if kind else ():
                self.add(kind, run.turn, run.first, run.last)

    def _chains(self, pieces: Sequence[Run]) -> list[list[Run]]:
        """Pieces of either side that follow each other with at most an acknowledgement between."""
        chains: list[list[Run]] = []
        for run in pieces:
            if run.digits in self.context.kept:
                continue
            if chains and self._follows(chains[-1][-1], run):
                chains[-1].append(run)
            else:
                chains.append([run])
        return chains

    def _of_a_number_beside(self, chain: Sequence[Run]) -> Kind | None:
        """The kind of a long number that is read out in the turn before or after: "what comes after four five five seven?" """
        for kind, number in self.long:
            for run in chain:
                if self._follows(number, run) or self._follows(run, number):
                    return kind
        return None

    def _follows(self, before: Run, run: Run) -> bool:
        turns, apart_s = run.turn.position - before.turn.position, run.turn.start_s - before.turn.end_s
        return 0 <= turns <= 2 and apart_s <= self.settings.bridged_s

    def _in_context(self, heard: list[Cue], turn: TokenTurn) -> list[Cue]:
        """Cues as the talk makes them: offers and contracts expire too, and "the code" is a card's when a card is in hand."""
        card = self.context.card_in_hand(turn) or any(cue.meaning in ("card", "security_code") and not cue.of_a_card for cue in heard)
        card = card or any(token.text == "card" for token in turn.tokens)
        kept = [cue for cue in heard if card or not cue.of_a_card or len(turn.tokens) <= 2]
        if not card and EXPIRES_OTHERWISE.search(turn.text + " " + (self.latest.text if self.latest else "")):
            kept = [replace(cue, meaning="other") if cue.meaning == "expiry" else cue for cue in kept]
        resolved: list[Cue] = []
        for cue in kept:
            if cue.meaning == "part":
                before = [each for each in resolved if each.strong or each.meaning != "other"]
                before = [each for each in before if each.meaning != "place"]
                cue = replace(cue, meaning=before[-1].meaning if before else self.context.newest(turn), is_part=True)
            elif resolved and resolved[-1].is_part and cue.first - resolved[-1].last <= 4:
                cue = replace(cue, is_part=True)  # "the last four of your social"
            resolved.append(cue)
        return resolved

    def _emails(self, turn: TokenTurn, heard: Sequence[Cue]) -> set[int]:
        asked = next((cue.last + 1 for cue in heard if cue.meaning == "email"), None)
        after_other = {place for cue in heard if cue.meaning == "other" for place in (cue.last + 1, cue.last + 2)}
        spans = [
            (first, last)
            for first, last in emails(turn, 0 if self.context.expects("email", turn) else asked)
            if first not in after_other or any(token.text == "at" or token.symbol in "@W" for token in turn.tokens[first : last + 1])
        ]
        for first, last in spans:
            self.add("email", turn, first, last)
        if spans:
            whole = any(token.text == "at" or token.symbol in "@W" for first, last in spans for token in turn.tokens[first : last + 1])
            self.context.give("email", turn, spans[-1][1], whole)
        inside = spans and spans[0][0] == 0 and begins_inside(turn)
        for before in reversed(self.earlier[turn.speaker]):
            near = turn.position - before.position <= 4 and turn.start_s - before.end_s <= self.settings.bridged_s
            if not inside or not near or (end := loose_end(before)) is None:
                break
            self.add("email", before, *end)
            inside = end[0] == 0 and begins_inside(before)
        return {place for first, last in spans for place in range(first, last + 1)}

    def _addresses(self, turn: TokenTurn, said: set[str], taken: set[int]) -> set[int]:
        expected = "address" in said or self.context.expects("address", turn)
        spans = [span for span in addresses(turn, expected, "place" in said) if not taken.intersection(range(span[0], span[1] + 1))]
        for first, last in spans:
            self.add("address", turn, first, last)
        if spans:
            self.context.give("address", turn, spans[-1][1], whole=any(last - first > 1 for first, last in spans))
        return {place for first, last in spans for place in range(first, last + 1)}

    def _decide(self, run: Run, later: Sequence[Cue], is_part: bool = False) -> None:
        if (card := card_at_start(run)) is not None:
            self._decide(card[0], (), is_part)
            self._decide(card[1], later, is_part=True)
            # whatever is read out after a card number in one breath belongs to it, recognised or not
            self.add("expiry" if fit("expiry", card[1]) >= 0.9 else "security_code", run.turn, card[1].first, card[1].last)
            return
        if run.digits in self.context.kept and not is_card_number(run.digits):
            return
        meaning = self.context.meaning_of(run)
        if meaning == "other" and not is_card_number(run.digits):
            if len(run.digits) >= 4:
                self.context.kept.add(run.digits)
            return
        kind = meaning if meaning not in (None, "other", "place") else None
        kind = kind or self._named_after(run, later) or birth_shape(run, self.settings.latest_birth_year) or code_shape(run)
        kind = kind or self._digits_shape(run, is_part) or self.context.remembered(run)
        if kind == "phone" and company_phone_number(run.digits, self.settings.phone_regions):
            return
        if kind is None:
            self.undecided.append(run)
            for part in (cut := parts(run)):
                self._decide(part, later if part is cut[-1] else (), is_part=True)
            return
        self.add(kind, run.turn, run.first, run.last)
        if len(run.digits) >= _LONG_NUMBER and not run.is_date:
            self.long.append((kind, run))
        self.context.remember(kind, run)
        self.context.imply(kind, run)

    def _named_after(self, run: Run, later: Sequence[Cue]) -> Kind | None:
        """The kind that is named after the number: "oh four oh two, that's my PIN"."""
        for cue in later:
            between = run.turn.tokens[run.last + 1 : cue.first]
            if cue.meaning in ("other", "place", "email"):
                return None
            if len(between) <= 5 and all(token.text in lexicon.FUNCTION_WORDS for token in between) and _named_back(between):
                return cue.meaning if run.is_string | run.is_date and fit(cue.meaning, run) >= 0.7 else None
        return None

    def _digits_shape(self, run: Run, is_part: bool) -> Kind | None:
        """What digits are without having been announced, alone or with the pieces that their speaker said before."""
        if run.is_date or run.letters or not run.is_string:
            return None
        if kind := by_shape(run.digits, groups(run), self.settings.phone_regions, run.digit_by_digit):
            return kind
        if is_part:
            return None
        if run.turn.speaker == "customer" and run.opens_turn and run.ends_turn and len(run.digits) >= _WHOLE_TURN:
            return "phone" if len(run.digits) in (7, 10, 11) else "card"
        pieces = [*self._open_pieces(run), run]
        self.pieces[run.turn.speaker] = pieces if run.ends_turn else []
        digits, lengths = "".join(piece.digits for piece in pieces), [len(piece.digits) for piece in pieces]
        kind = by_shape(digits, lengths, self.settings.phone_regions, all(piece.digit_by_digit for piece in pieces))
        if kind is not None:
            for piece in pieces[:-1]:
                self.add(kind, piece.turn, piece.first, piece.last)
                self.context.remember(kind, piece)
        return kind

    def _open_pieces(self, run: Run) -> list[Run]:
        """Earlier pieces of a number that its speaker reads out, with nothing but acknowledgements between."""
        pieces = self.pieces[run.turn.speaker]
        if not pieces or not run.opens_turn:
            return []
        last = pieces[-1].turn
        near = run.turn.start_s - last.end_s <= self.settings.bridged_s and run.turn.position - last.position <= 3
        return pieces if near else []

    def add(self, kind: Kind, turn: TokenTurn, first: int, last: int) -> None:
        self.found.append(Finding(turn.position, turn.tokens[first].word, turn.tokens[last].word, kind))


_WHOLE_TURN = 7
"""A customer who says nothing but so many digits was asked for them; what was not understood was the question."""

_CARD_IN_PIECES = 13
_LONG_NUMBER = 8


def _said_once(chain: Sequence[Run]) -> int:
    """Digits in a chain of pieces, those that are only repeated counted once."""
    once: list[str] = []
    for run in chain:
        if not any(run.digits in digits or digits in run.digits for digits in once):
            once.append(run.digits)
    return sum(len(digits) for digits in once)


def _named_back(between: Sequence) -> bool:
    return any(token.text in ("that's", "thats", "is", "it's", "that", "was", "for") for token in between)


def _joined(found: Sequence[Finding], kinds: Sequence[Kind]) -> list[Finding]:
    """In order, without overlaps; of overlapping findings the first one's kind stays."""
    joined: list[Finding] = []
    for each in sorted((finding for finding in found if finding.kind in kinds), key=lambda finding: (finding.turn, finding.first)):
        if joined and each.turn == joined[-1].turn and each.first <= joined[-1].last:
            before = joined.pop()
            each = Finding(before.turn, before.first, max(before.last, each.last), before.kind)
        joined.append(each)
    return joined
