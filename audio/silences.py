"""Mutual silence and what kind it is. Pure: intervals and facts in, rows out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from audio.facts import ConversationFacts
from audio.intervals import Interval, Timeline, at_least, elapsed_s, gaps, intersection, total_s, union
from audio.settings import ConversationRules

SilenceKind = Literal["pause", "dead_air", "announced_hold", "hold_music", "redacted"]
HOLD_KINDS = ("announced_hold", "hold_music")


@dataclass(frozen=True)
class Silence:
    """At least 1.0 s in which neither side speaks, between the first and the last speech of the call."""

    start_s: float
    end_s: float
    kind: SilenceKind
    music: bool  # non-speech sound (music, ringing) fills most of it

    @property
    def interval(self) -> Interval:
        return Interval(self.start_s, self.end_s)


def find_silences(
    agent: Timeline,
    customer: Timeline,
    sounds: Timeline,
    redacted: Timeline,
    facts: ConversationFacts,
    rules: ConversationRules,
) -> tuple[Silence, ...]:
    """Mutual silences of at least `shortest_silence_s`, in time order, each with its kind.

    `redacted` wins over everything (the recorder cut it out); then a hold that was announced or that the metadata names;
    then music that nobody announced; what is left is a `pause`, or `dead_air` from `dead_air_s` on. An announced hold
    lasts until the agent speaks again: a customer's "hello?" in between parts it into two rows of the same kind.
    """
    speech = union(agent, customer)
    if not speech:
        return ()
    silent = at_least(gaps(speech, speech[0].start_s, speech[-1].end_s), rules.shortest_silence_s)
    waits = _announced(silent, agent, facts, rules)
    rows: list[Silence] = []
    for each in silent:
        music = _covered(each, sounds) >= rules.sound_share
        if _covered(each, redacted) >= rules.sound_share:
            kind: SilenceKind = "redacted"
        elif each in waits or _covered(each, facts.holds) >= rules.sound_share:
            kind = "announced_hold"
        elif music:
            kind = "hold_music"
        else:
            kind = "dead_air" if each.duration_s >= rules.dead_air_s else "pause"
        rows.append(Silence(each.start_s, each.end_s, kind, music))
    return tuple(rows)


def _covered(silence: Interval, by: Sequence[Interval]) -> float:
    return total_s(intersection((silence,), by)) / silence.duration_s


def _announced(silent: Timeline, agent: Timeline, facts: ConversationFacts, rules: ConversationRules) -> set[Interval]:
    """Silences the agent asked for: from the first long one after the announcement until the agent speaks again.

    Between "may I put you on hold?" and the hold itself there is often a "sure" and a "thank you": the hold is the first
    silence of `dead_air_s` that begins within `hold_follows_s` of the announcement.
    """
    waits: set[Interval] = set()
    for announced_s in facts.hold_announced_s:
        first = next(
            (
                each
                for each in silent
                if each.duration_s >= rules.dead_air_s and -1.0 <= elapsed_s(announced_s, each.start_s) <= rules.hold_follows_s
            ),
            None,
        )
        if first is None:
            continue
        back_s = next((each.start_s for each in agent if each.start_s >= first.end_s), float("inf"))
        waits.update(each for each in silent if first.start_s <= each.start_s and each.end_s <= back_s)
    return waits
