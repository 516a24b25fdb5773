"""Calls on one channel with the truth of who speaks when: mixes of two-channel calls, real and simulated."""

import dataclasses
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from pydantic import TypeAdapter

from audio.frames import channel_frames
from audio.intervals import Interval, Timeline, union
from audio.recording import open_recording
from audio.settings import AudioSettings
from audio.speech import channel_speech
from simulation.codecs import through_codec
from simulation.matrix import timing_script
from simulation.render import render_call
from simulation.script import Script, Voices
from simulation.sound import active_level_db
from simulation.truth import Truth

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "calls"
SHARED = ROOT.parent / "shared" / "data"
CONDITIONS = ("mulaw", "gsm", "snr20", "snr10", "leak20", "quiet_customer")
RATE_HZ = 8000

READERS = {"tune": ("1688", "1998", "2033", "2414", "2609"), "report": ("3005", "3080", "3331", "367", "533")}
"""LibriSpeech test-other, CC BY 4.0: settings were chosen on the first five, the others are reported."""

SAME_SEX = (
    ("hibari", "slt"), ("hibari_high", "slt"), ("hibari_low", "slt_high"), ("hibari", "hibari_low"), ("slt", "slt_high"),
    ("joe", "rms"), ("joe", "awb"), ("rms_high", "awb_low"), ("joe_high", "joe"), ("rms", "rms_low"),
)  # fmt: skip


@dataclass(frozen=True)
class MonoCall:
    """A call on one channel, samples (n,), and its truth."""

    name: str
    samples: np.ndarray
    rate_hz: int
    speech: tuple[Timeline, Timeline]


def simulated(numbers: range, conditions: tuple[str, ...] = CONDITIONS) -> Iterator[MonoCall]:
    """Timing calls of the half for reporting, mixed to one channel; every seventh second holds an overlap."""
    for number in numbers:
        for condition in conditions:
            yield _rendered(timing_script("report", number, condition), f"{number} {condition}")


def same_sex() -> Iterator[MonoCall]:
    for number, (agent, customer) in enumerate(SAME_SEX, 10):
        script = timing_script("report", number, "mulaw")
        yield _rendered(dataclasses.replace(script, voices=Voices(agent, customer)), f"{agent} and {customer}")


def _rendered(script: Script, name: str) -> MonoCall:
    channels, truth = render_call(script)
    return MonoCall(name, channels.mean(axis=0), script.sample_rate_hz, _spoken(truth))


def examples() -> Iterator[MonoCall]:
    for path in sorted(EXAMPLES.glob("*.truth.json")):
        truth = TypeAdapter(Truth).validate_json(path.read_bytes())
        recording = next(each for each in EXAMPLES.glob(f"{truth.call_id}.*") if each.suffix in (".wav", ".flac"))
        samples, rate_hz = soundfile.read(recording, dtype="float32")
        yield MonoCall(truth.call_id, samples.mean(axis=1), rate_hz, _spoken(truth))


def _spoken(truth: Truth) -> tuple[Timeline, Timeline]:
    agent, customer = (union(*(line.speech for line in truth.lines if line.speaker == side)) for side in ("agent", "customer"))
    return agent, customer


def mixed_down(path: Path, settings: AudioSettings) -> MonoCall:
    """A real two-channel recording mixed down; its truth is the speech found on each channel."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    return MonoCall(path.stem, samples.mean(axis=1), rate_hz, _of_channels(path, settings))


def _of_channels(path: Path, settings: AudioSettings) -> tuple[Timeline, Timeline]:
    with open_recording(path) as recording:
        frames = [channel_frames(recording, each, settings.speech) for each in (0, 1)]
        found = [
            channel_speech(frames[each], frames[1 - each], lambda a, b, each=each: recording.read(each, a, b), settings.speech).speech
            for each in (0, 1)
        ]
    return found[0], found[1]


def labelled(path: Path) -> MonoCall:
    """A recording on one channel with hand labels beside it (RTTM)."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    rows = [line.split() for line in path.with_suffix(".rttm").read_text().splitlines()]
    names = sorted({row[7] for row in rows})
    first, second = (union(Interval(float(r[3]), float(r[3]) + float(r[4])) for r in rows if r[7] == name) for name in names)
    return MonoCall(path.stem, samples, rate_hz, (first, second))


def read_aloud(split: str, settings: AudioSettings) -> Iterator[MonoCall]:
    """Conversations cut from people reading, every pair of a split: real voices on two telephone lines, mixed to one channel."""
    for number, (one, other) in enumerate(itertools.combinations(READERS[split], 2)):
        channels = _conversation(one, other, np.random.default_rng(number))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "call.wav"
            soundfile.write(path, channels.T, RATE_HZ, subtype="PCM_16")
            speech = _of_channels(path, settings)
        yield MonoCall(f"{one} and {other}", channels.mean(axis=0), RATE_HZ, speech)


def _conversation(one: str, other: str, random: np.random.Generator) -> np.ndarray:
    """Turns of 1 to 8 s in alternation, one in eight beginning 0.3 s before the other's end."""
    turns = [_turns(one, random), _turns(other, random)]
    channels = random.normal(0.0, 0.001, (2, 180 * RATE_HZ)).astype(np.float32)
    at_s, side = 0.5, 0
    while at_s < 150.0 and turns[side]:
        turn = turns[side].pop()
        start = round((at_s + random.choice([-0.3, 0.15, 0.4, 0.9], p=[0.12, 0.3, 0.38, 0.2])) * RATE_HZ)
        channels[side, start : start + turn.size] += turn
        at_s = (start + turn.size) / RATE_HZ
        side = 1 - side if random.random() < 0.85 else side
    return through_codec(channels[:, : round((at_s + 0.5) * RATE_HZ)], RATE_HZ, "mulaw")


def _turns(reader: str, random: np.random.Generator) -> list[np.ndarray]:
    found = []
    for path in sorted((SHARED / "asr" / "librispeech_other").glob(f"{reader}-*.flac")):
        samples, rate_hz = soundfile.read(path, dtype="float32")
        sound = soxr.resample(samples, rate_hz, RATE_HZ)
        sound *= 10.0 ** ((-26.0 - active_level_db(sound, RATE_HZ)) / 20.0)
        at = 0
        while sound.size - at > RATE_HZ:
            length = round(float(random.choice([1.0, 2.0, 3.5, 5.0, 8.0])) * RATE_HZ)
            found.append(sound[at : at + length])
            at += length
    random.shuffle(found)
    return found
