"""Calls that test timing: neutral text, every kind of overlap and silence, under the conditions of telephone recordings.

Calls for tuning and calls for reporting share no sentence, no seed and no pair of voices.
"""

import dataclasses
from typing import Literal

import numpy as np

from simulation.neutral_text import ACKNOWLEDGEMENTS, ATTEMPTS, LONG, SHORT
from simulation.script import MARK, Gains, Line, Script, Voices

Split = Literal["tune", "report"]

CONDITIONS: dict[str, dict] = {
    "clean": {"codec": "pcm"},
    "mulaw": {"codec": "mulaw"},
    "alaw": {"codec": "alaw"},
    "gsm": {"codec": "gsm"},
    "opus16": {"codec": "opus16"},
    "mp3_24": {"codec": "mp3_24"},
    "snr20": {"codec": "mulaw", "noise_snr_db": 20.0},
    "snr10": {"codec": "mulaw", "noise_snr_db": 10.0},
    "leak30": {"codec": "mulaw", "leakage_db": -30.0},
    "leak20": {"codec": "mulaw", "leakage_db": -20.0},
    "quiet_agent": {"codec": "mulaw", "gains_db": Gains(agent=-10.0)},
    "quiet_customer": {"codec": "mulaw", "gains_db": Gains(customer=-10.0)},
}
"""What is changed of a script, by name; nothing of who speaks when depends on it."""

VOICE_PAIRS: dict[Split, tuple[tuple[str, str], ...]] = {
    "tune": (("hibari", "joe"), ("joe_high", "hibari_low"), ("slt", "awb"), ("rms", "slt_high")),
    "report": (("joe", "hibari"), ("hibari_high", "joe_low"), ("awb", "slt"), ("slt_low", "rms")),
}
SEEDS: dict[Split, int] = {"tune": 100_000, "report": 200_000}

EVENTS = (
    *("turns", "turns", "backchannel", "backchannel", "interruption", "interruption", "failed_interruption"),
    *("terminal_overlap", "crosstalk", "pause", "dead_air", "hold"),
)
"""What happens in each call, once per entry, in random order."""


def timing_script(split: Split, number: int, condition: str = "clean") -> Script:
    """One call of about two minutes with every event; the same (split, number) is the same conversation in any condition.

    Args:
        split: calls for setting thresholds, or calls for reporting what they achieve.
        number: 0 and up, without limit; voices go round in pairs, both sexes on both sides.
        condition: a key of `CONDITIONS`.
    """
    pairs = VOICE_PAIRS[split]
    agent, customer = pairs[number % len(pairs)]
    seed = SEEDS[split] + number
    script = Script(
        call_id=f"timing_{split}_{number}_{condition}",
        title=f"Timing material {number} for {split}: {condition}",
        voices=Voices(agent, customer),
        line=_lines(split, np.random.default_rng(seed), music=number % 4 in (1, 2)),
        seed=seed,
    )
    return dataclasses.replace(script, **CONDITIONS[condition])


class _Texts:
    """Sentences of one split in random order, starting over when used up."""

    def __init__(self, split: Split, random: np.random.Generator):
        self._random = random
        self._left: dict[tuple[str, ...], list[str]] = {}
        self._half = {"tune": 0, "report": 1}[split]

    def take(self, pool: tuple[str, ...]) -> str:
        if not self._left.get(pool):
            self._left[pool] = list(self._random.permutation(pool[self._half :: 2]))
        return str(self._left[pool].pop())

    def long(self, after: int | None = None) -> str:
        """A long sentence as one writes it, with a mark after so many words."""
        words = self.take(LONG).split()
        if after is not None:
            words.insert(after, MARK)
        sentence = " ".join(words)
        return f"{sentence[0].upper()}{sentence[1:]}."


def _lines(split: Split, random: np.random.Generator, music: bool) -> tuple[Line, ...]:
    texts = _Texts(split, random)
    sides = ("agent", "customer")
    lines = [Line("agent", texts.take(SHORT), pause_s=0.8), Line("customer", texts.take(SHORT))]
    for event in random.permutation(EVENTS):
        first = int(random.integers(2))
        one, other = sides[first], sides[1 - first]
        pause_s = float(random.uniform(0.25, 0.9))
        tone = str(random.choice(["even", "raised", "subdued"], p=[0.7, 0.2, 0.1]))

        def say(speaker, text, pause_s=pause_s, tone=tone, **more):
            lines.append(Line(speaker, text, pause_s=pause_s, tone=tone, **more))

        if event == "turns":
            say(one, texts.long())
            say(other, texts.take(SHORT))
        elif event == "pause":
            say(one, texts.take(SHORT), pause_s=float(random.uniform(1.2, 2.6)))
        elif event == "dead_air":
            say(one, texts.take(SHORT), pause_s=float(random.uniform(3.5, 6.0)))
        elif event == "hold":
            lines.append(Line("agent", role="hold", hold_s=float(random.uniform(8, 14)), music=music))
            say("agent", texts.take(SHORT))
        elif event == "backchannel":
            say(one, f"{texts.long(after=int(random.integers(6, 10)))} {texts.take(SHORT)}")
            say(other, texts.take(ACKNOWLEDGEMENTS), tone="even", role=event)
        elif event == "failed_interruption":
            say(one, f"{texts.long(after=int(random.integers(8, 10)))} {texts.take(SHORT)}")
            say(other, texts.take(ATTEMPTS), role=event)
        elif event == "interruption":
            say(one, texts.long(after=int(random.integers(7, 14))))
            say(other, f"{texts.take(SHORT)} {texts.take(SHORT)}", role=event, yield_s=float(random.uniform(0.25, 1.5)))
        elif event == "terminal_overlap":
            say(one, texts.take(SHORT))
            say(other, texts.take(SHORT), role=event, overlap_s=float(random.uniform(0.08, 0.3)))
        elif event == "crosstalk":
            say(one, texts.long(after=int(random.integers(8, 10))))
            say(other, texts.long(), role=event)
    return tuple(lines)
