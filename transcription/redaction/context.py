"""What a call has announced so far, and so what the numbers mean that follow. One `Context` per call, fed in time order."""

from dataclasses import dataclass, field

from transcription.redaction import lexicon
from transcription.redaction.belief import SOON_TURNS, Expectation, answers, is_year
from transcription.redaction.cues import Cue, Meaning
from transcription.redaction.fits import date_parts, fit, is_complete
from transcription.redaction.runs import Run
from transcription.redaction.settings import Kind, RedactionSettings
from transcription.redaction.tokens import TokenTurn

_BARELY = 0.3
"""A run must fit at least so well, recency counted."""

_ELSEWHERE, _OLDER, _GIVEN, _NEAREST = 0.95, 0.8, 0.6, 1.2
"""An expectation counts less if announced in an earlier turn, less with each newer turn of announcements, and less once given;
more if nothing else was announced between it and the run."""

_TOPIC_REACH = 5
"""A word that may only be the topic ("order", "pay") means a number at most this many words after it."""

_MUCH_ELSE = 4
"""More words with a meaning of their own than this are another topic."""


@dataclass
class Context:
    settings: RedactionSettings
    expected: list[Expectation] = field(default_factory=list)
    values: dict[str, tuple[Kind, int]] = field(default_factory=dict)  # digits already redacted, and the turn they were last in
    dates: dict[tuple[int, ...], Kind] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # digits of order numbers and the like

    def hear(self, turn: TokenTurn, cue: Cue) -> None:
        """A cue was said: what was given before is over, unless it is the same."""
        for each in self.expected:
            each.closed = each.closed or (each.given and cue.meaning not in (each.meaning, "place"))
        expectation = self._expect(cue.meaning, turn, cue.last, strong=cue.strong)
        expectation.is_part, expectation.is_reference = cue.is_part, cue.is_reference

    def imply(self, kind: Kind, run: Run) -> None:
        """A value was found that nobody announced: it may be read back, and a card number is followed by date and code."""
        if not self.expects(kind, run.turn):
            self._answer(self._expect(kind, run.turn, run.last), run)
        if kind == "card" and is_complete("card", run, len(run.digits)):
            for follows in ("security_code", "expiry"):
                if not self.expects(follows, run.turn):
                    self._expect(follows, run.turn, run.last, implied=True)

    def give(self, kind: Kind, turn: TokenTurn, end: int, whole: bool) -> None:
        """A value that is no run was found, an address or an e-mail address, in whole or in part."""
        expected = [each for each in self._alive(turn) if each.meaning == kind]
        for each in expected or [self._expect(kind, turn, end)]:
            each.active_turn, each.active_s, each.given = turn.position, turn.end_s, each.given or whole

    def end_turn(self, turn: TokenTurn) -> None:
        """What was given and is not repeated in a turn that says much else is over."""
        else_said = sum(
            symbol == "w" and token.text not in lexicon.FUNCTION_WORDS for symbol, token in zip(turn.symbols, turn.tokens, strict=True)
        )
        if else_said > _MUCH_ELSE:
            for each in self.expected:
                each.closed = each.closed or (each.given and each.active_turn < turn.position)

    def expects(self, meaning: Meaning, turn: TokenTurn) -> bool:
        """Whether this was announced lately, answered or not."""
        return any(each.meaning == meaning for each in self._alive(turn))

    def card_in_hand(self, turn: TokenTurn) -> bool:
        """Whether the talk is about a payment card."""
        return any(each.meaning in ("card", "security_code", "expiry") for each in self._alive(turn))

    def newest(self, turn: TokenTurn) -> Meaning:
        """What was announced or found last; a card where nothing was, since cards are what people name by their last digits."""
        newest = _newest([each for each in self._alive(turn) if each.meaning != "place"])
        return newest.meaning if newest else "card"

    def awaited(self, position: int, now_s: float) -> Kind | None:
        """The kind of value that was asked for last or is just being given; None where it is a number to be kept."""
        newest = _newest(
            [
                each
                for each in self.expected
                if each.strong and not each.closed and not each.implied and each.meaning != "place"
                and position - each.active_turn <= (SOON_TURNS if each.given else self.settings.expected_turns)
                and now_s - each.active_s <= self.settings.expected_s
            ]
        )  # fmt: skip
        return newest.meaning if newest and newest.meaning != "other" else None

    def meaning_of(self, run: Run) -> Meaning | None:
        """The announced kind that a run most likely is, or None where nothing that was announced fits."""
        best: tuple[float, Expectation] | None = None
        newest_turn: int | None = None
        older = -1
        for each in reversed(self._alive(run.turn)):
            here = each.turn == run.turn.position
            if here and each.end >= run.first:
                continue
            if each.turn != newest_turn:
                newest_turn, older = each.turn, older + 1
            if each.meaning == "other" and not each.strong and not (here and run.first - each.end <= _TOPIC_REACH):
                continue
            score = fit(each.meaning, run) * _OLDER**older * (1.0 if here else _ELSEWHERE) * (_GIVEN if each.given else 1.0)
            if here and not any(other.turn == each.turn and each.end < other.end < run.first for other in self.expected):
                score *= _NEAREST
            enough = score >= _BARELY * (_GIVEN if each.given else 1.0)
            if enough and (best is None or score > best[0]) and answers(run, each, self.values, self.kept):
                best = (score, each)
        if best is None:
            return None
        self._answer(best[1], run)
        return best[1].meaning

    def remember(self, kind: Kind, run: Run) -> None:
        if len(run.digits) >= 3:
            self.values[run.digits] = (kind, run.turn.position)
        if kind in ("birth_date", "expiry") and len(parts := date_parts(run)) >= 2:
            self.dates.setdefault(parts, kind)

    def remembered(self, run: Run) -> Kind | None:
        """The kind of a value that this run repeats, in whole or in a part of at least 4 digits; None for one to be kept."""
        if run.digits in self.kept or is_year(run):
            return None
        for digits, (kind, turn) in self.values.items():
            soon = 0 <= run.turn.position - turn <= SOON_TURNS
            if run.digits == digits and (run.is_string or run.alone or run.alone_in_clause or soon):
                return kind
            if len(run.digits) >= 4 and run.is_string and (run.digits in digits or (len(digits) >= 4 and digits in run.digits)):
                return kind
        parts = date_parts(run)
        for known, kind in self.dates.items():
            by_day = kind == "expiry" and any(token.symbol == "r" for token in run.tokens)
            if len(parts) >= 2 and run.is_date and parts == known and not by_day:
                return kind
        return None

    def _expect(self, meaning: Meaning, turn: TokenTurn, end: int, strong: bool = True, implied: bool = False) -> Expectation:
        self.expected.append(Expectation(meaning, strong, turn.position, end, turn.position, turn.end_s, implied=implied))
        return self.expected[-1]

    def _alive(self, turn: TokenTurn) -> list[Expectation]:
        return [
            each
            for each in self.expected
            if not each.closed
            and turn.position - each.active_turn <= self.settings.expected_turns
            and turn.start_s - each.active_s <= self.settings.expected_s
        ]

    def _answer(self, each: Expectation, run: Run) -> None:
        each.active_turn, each.active_s = run.turn.position, run.turn.end_s
        each.digits += len(run.digits)
        each.date += date_parts(run)
        if each.meaning == "other":
            each.given = True
            return
        whole_date = each.meaning == "birth_date" and len(each.date) >= 3
        if is_complete(each.meaning, run, each.digits) or (each.is_part and each.digits >= 3) or whole_date:
            if each.meaning == "birth_date":
                self.dates.setdefault(tuple(sorted(each.date)), "birth_date")
            for other in self.expected:
                other.given = other.given or other.meaning == each.meaning


def _newest(expected: list[Expectation]) -> Expectation | None:
    return max(expected, key=lambda each: (each.active_turn, each.turn, each.end), default=None)
