"""The audio stage on recordings and labels that nobody here made: `../shared/data`, for measuring only."""

import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from audio.facts import UtteranceFacts
from audio.frames import channel_frames
from audio.intervals import Interval, Timeline, difference, total_s, union
from audio.measure import measure
from audio.measures import Speaker, Utterance
from audio.overlaps import Exchange, follow_floor
from audio.recording import open_recording
from audio.settings import AudioSettings, ConversationRules, ToneSettings
from audio.speech import channel_speech
from audio.tone import TONES, probabilities
from audio.utterances import joined
from audio.voice import voice_of
from benchmarks.audio_matching import KINDS
from scoring.call_text import acknowledges
from scoring.text import plain, tokens

DATA = Path(__file__).parents[2] / "shared" / "data"
EMOTIONS = {1: "neutral", 2: "calm", 3: "happy", 4: "sad", 5: "angry", 6: "fearful"}


def report(settings: AudioSettings) -> None:
    if not DATA.is_dir():
        print(f"\n{DATA} is absent: nothing measured on real recordings")
        return
    primock(settings)
    ravdess(settings)
    telephone(settings)


@dataclass(frozen=True)
class Consultation:
    """A two-party consultation as hand-timed utterances; the doctor stands where the agent does."""

    name: str
    utterances: tuple[Utterance, ...]
    texts: tuple[str, ...]
    exchange: Exchange


def primock(settings: AudioSettings) -> None:
    print("\nprimock57: kinds of overlap between hand-timed utterances, per minute of the other side's speech")
    print(f"{'by':>10}" + "".join(f"{kind:>21}" for kind in KINDS) + f"{'min of speech':>16}")
    counts: Counter = Counter()
    minutes: Counter = Counter()
    for each in consultations(settings):
        counts.update((row.by, row.kind) for row in each.exchange.overlaps)
        for side in ("agent", "customer"):
            minutes[side] += total_s(Interval(u.start_s, u.end_s) for u in each.utterances if u.speaker == side) / 60.0
    for side, other in (("agent", "customer"), ("customer", "agent")):
        name = "doctor" if side == "agent" else "patient"
        print(f"{name:>10}" + "".join(f"{counts[side, kind] / minutes[other]:21.2f}" for kind in KINDS) + f"{minutes[side]:16.1f}")
    print(f"{'overlaps':>10}" + "".join(f"{counts['agent', kind] + counts['customer', kind]:21d}" for kind in KINDS))


def consultations(settings: AudioSettings) -> Iterator[Consultation]:
    for doctor in sorted((DATA / "timing" / "primock57").glob("*_doctor.TextGrid")):
        spoken = {"agent": read_tier(doctor), "customer": read_tier(doctor.with_name(doctor.name.replace("_doctor", "_patient")))}
        yield consultation(doctor.stem.removesuffix("_doctor"), spoken, settings.conversation, settings.speech.joined_pause_s)


def read_tier(path: Path) -> list[tuple[Interval, str]]:
    """The intervals with text of a TextGrid's one tier."""
    rows = re.findall(r'xmin = ([\d.]+)\s+xmax = ([\d.]+)\s+text = "(.*?)"\s*$', path.read_text("utf-8"), re.M | re.S)
    return [(Interval(float(start), float(end)), text.strip()) for start, end, text in rows if text.strip()]


def consultation(name: str, spoken: dict[Speaker, list[tuple[Interval, str]]], rules: ConversationRules, pause_s: float) -> Consultation:
    speech: dict[Speaker, Timeline] = {side: union(each for each, _ in rows) for side, rows in spoken.items()}
    groups = [("agent", group) for group in joined(speech["agent"], speech["customer"], pause_s)]
    groups += [("customer", group) for group in joined(speech["customer"], speech["agent"], pause_s)]
    groups.sort(key=lambda each: each[1][0].start_s)
    utterances, texts, facts = [], [], {}
    for number, (side, group) in enumerate(groups):
        start_s, end_s = group[0].start_s, group[-1].end_s
        text = " ".join(text for each, text in spoken[side] if each.start_s >= start_s and each.end_s <= end_s)
        nothing = dict.fromkeys(("pitch_hz", "pitch_range_st", "pitch_slope_st_per_s", "level_db", "spectral_tilt_db", "voiced_share"))
        tone = dict.fromkeys(("tone", "tone_probability", "tone_reason"))
        utterances.append(Utterance(number, side, start_s, end_s, total_s(group), **nothing, **tone))
        texts.append(text)
        facts[number] = _facts(number, text)
    return Consultation(name, tuple(utterances), tuple(texts), follow_floor(utterances, speech, facts, rules))


def _facts(number: int, written: str) -> UtteranceFacts:
    spoken = re.sub(r"<[^>]*>", " ", written).strip()
    words = tokens(spoken)
    if not words:
        return UtteranceFacts(number, None, None, None, None)
    ends = spoken.endswith((".", "?", "!")) and not spoken.endswith("...") and not written.endswith("/>")
    return UtteranceFacts(number, ends, spoken.endswith("?"), acknowledges(plain(spoken)), len(words))


def ravdess(settings: AudioSettings) -> None:
    print("\nRAVDESS at 8 kHz, each actor against their own neutral speech (a neutral clip against the others)")
    clips = sorted((DATA / "tone" / "ravdess").glob("*.flac"))
    emotion = np.array([int(clip.stem.split("-")[2]) for clip in clips])
    actor = np.array([int(clip.stem.split("-")[6]) for clip in clips])
    features = np.array([clip_features(clip, settings) for clip in clips])
    for name, tone in (("level, pitch, tilt", settings.tone), ("level normalised away", _without_level(settings.tone))):
        likely = np.array([probabilities(features[[k]], _neutral(features, emotion, actor, k), tone)[0] for k in range(len(clips))])
        raised, subdued = (np.log(likely[:, k] + 1e-300) - np.log(1 - likely[:, k] + 1e-300) for k in (1, 2))
        rows = {
            "angry / neutral and calm": _auc(raised, emotion, (5,), (1, 2)),
            "happy / neutral and calm": _auc(raised, emotion, (3,), (1, 2)),
            "fearful / neutral and calm": _auc(raised, emotion, (6,), (1, 2)),
            "sad / neutral, by subdued": _auc(subdued, emotion, (4,), (1,)),
            "calm / neutral, by subdued": _auc(subdued, emotion, (2,), (1,)),
        }
        print(f"{name}: " + ", ".join(f"{pair} {auc:.3f}" for pair, auc in rows.items()))
        for number, said in EMOTIONS.items():
            shares = [np.mean(likely[emotion == number].argmax(axis=1) == k) for k in range(3)]
            print(f"{said:>12}: " + ", ".join(f"{label} {share:.2f}" for label, share in zip(TONES, shares, strict=True)))


def clip_features(clip: Path, settings: AudioSettings) -> tuple[float, float, float]:
    with open_recording(clip) as recording:
        frames, read = channel_frames(recording, 0, settings.speech), functools.partial(recording.read, 0)
        speech = channel_speech(frames, None, read, settings.speech).speech or (Interval(0.0, recording.duration_s),)
        voice = voice_of(speech, frames, read)
        return voice.level_db, voice.high_pitch_st, voice.tilt_db


def _neutral(features: np.ndarray, emotion: np.ndarray, actor: np.ndarray, clip: int) -> np.ndarray:
    others = (actor == actor[clip]) & (emotion == 1) & (np.arange(len(actor)) != clip)
    return features[others].mean(axis=0)


def _without_level(tone: ToneSettings) -> ToneSettings:
    from dataclasses import replace

    return replace(tone, spread=(1e6, *tone.spread[1:]))


def _auc(score: np.ndarray, emotion: np.ndarray, high: tuple[int, ...], low: tuple[int, ...]) -> float:
    chosen = np.isin(emotion, high + low)
    return float(roc_auc_score(np.isin(emotion[chosen], high), score[chosen]))


def telephone(settings: AudioSettings) -> None:
    print("\nReal telephone recordings")
    for path in (DATA / "calls" / "auto_repairs_40.flac", DATA / "diarization" / "telephone_two_speakers.wav"):
        with open_recording(path) as recording:
            found = measure(recording, settings, 0)
        speech = found.mono_speech or union(found.agent_speech, found.customer_speech)
        line = f"{path.name}: {found.layout}, speech {total_s(speech):.1f} of {found.duration_s:.1f} s"
        truth = path.with_suffix(".rttm")
        if truth.is_file():
            rows = [row.split() for row in truth.read_text().splitlines() if row.startswith("SPEAKER")]
            laid = union(Interval(float(row[3]), float(row[3]) + float(row[4])) for row in rows)
            missed, invented = total_s(difference(laid, speech)), total_s(difference(speech, laid))
            line += f"; against the hand labels: missed {100 * missed / total_s(laid):.1f} %"
            line += f", invented {100 * invented / total_s(laid):.1f} %"
        print(line)
