"""What a recorder does to two channels: through a codec, into a file, and back."""

import tempfile
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr

from simulation.errors import ScriptError
from simulation.script import Codec, Script

WAV_SUBTYPE = {"pcm": "PCM_16", "mulaw": "ULAW", "alaw": "ALAW", "gsm": "PCM_16"}
"""WAV can hold GSM only for one channel, so a two-channel call that went through GSM is stored as PCM."""

PACKED = {"opus16": (".ogg", "libopus", 16_000, {"mapping_family": "255"}), "mp3_24": (".mp3", "libmp3lame", 24_000, {})}
"""Suffix, encoder, bits per second of both channels together, options. At few bits libopus mixes the two sides to one, so a recorder
that wants to keep them has to switch that off (mapping family 255: channels without relation)."""


def suffix(script: Script) -> str:
    """The suffix of the file the script is stored in. Raises ScriptError where codec, container and rate do not go together."""
    if script.codec == "gsm" and script.sample_rate_hz != 8000:
        raise ScriptError(f"{script.call_id}: GSM is made for 8000 Hz, not {script.sample_rate_hz}")
    if script.codec in WAV_SUBTYPE:
        return f".{script.container or 'wav'}"
    own = ".flac" if script.codec == "flac" else PACKED[script.codec][0]
    if script.container is not None and f".{script.container}" != own:
        raise ScriptError(f"{script.call_id}: codec {script.codec} is stored as {own}, not in a {script.container} container")
    return own


def write_recording(signal: np.ndarray, script: Script, path: Path) -> None:
    """Channels (2, n) as the file that a recorder would leave: `path` ends in `suffix(script)`."""
    if script.codec in PACKED:
        pack(signal, script.sample_rate_hz, script.codec, path)
        return
    if path.suffix == ".wav" and script.codec in ("mulaw", "alaw", "pcm"):
        soundfile.write(path, signal.T, script.sample_rate_hz, subtype=WAV_SUBTYPE[script.codec])
        return
    coded = through_codec(signal, script.sample_rate_hz, script.codec)
    soundfile.write(path, coded.T, script.sample_rate_hz, subtype="PCM_16")


def through_codec(signal: np.ndarray, sample_rate_hz: int, codec: Codec) -> np.ndarray:
    """Channels (2, n) float32 as they come back from the codec, same shape and rate, no delay."""
    with tempfile.TemporaryDirectory() as folder:
        if codec in PACKED:
            path = Path(folder) / f"call{PACKED[codec][0]}"
            pack(signal, sample_rate_hz, codec, path)
            decoded, rate = _unpack(path)
            decoded = soxr.resample(decoded.T, rate, sample_rate_hz).T
        elif codec == "gsm":
            sides = []
            for channel in signal:
                soundfile.write(Path(folder) / "side.wav", channel, sample_rate_hz, subtype="GSM610")
                sides.append(soundfile.read(Path(folder) / "side.wav", dtype="float32")[0])
            decoded = np.stack(sides)
        else:
            path = Path(folder) / "call.wav"
            soundfile.write(path, signal.T, sample_rate_hz, subtype=WAV_SUBTYPE.get(codec, "PCM_16"))
            decoded = soundfile.read(path, dtype="float32")[0].T
    samples = signal.shape[1]
    fitted = np.zeros(signal.shape, np.float32)
    fitted[:, : min(samples, decoded.shape[1])] = decoded[:, :samples]
    return fitted


def pack(signal: np.ndarray, sample_rate_hz: int, codec: Codec, path: Path) -> None:
    """Channels (2, n) as one stereo stream of a codec in `PACKED`."""
    _, encoder, bits_per_s, options = PACKED[codec]
    with av.open(str(path), "w") as file:
        stream = file.add_stream(encoder, rate=sample_rate_hz, layout="stereo", bit_rate=bits_per_s, options=options)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=sample_rate_hz)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(signal, np.float32), format="fltp", layout="stereo")
        frame.sample_rate = sample_rate_hz
        for part in resampler.resample(frame):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))


def _unpack(path: Path) -> tuple[np.ndarray, int]:
    with av.open(str(path)) as file:
        rate = file.streams.audio[0].rate
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
        frames = [part.to_ndarray() for frame in file.decode(audio=0) for part in resampler.resample(frame)]
        frames += [part.to_ndarray() for part in resampler.resample(None)]
    return np.concatenate(frames, axis=1), rate
