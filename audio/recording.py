"""A recording, decoded once in a stream and read back by stretches, so that a long call is never whole in memory."""

import hashlib
import os
import pathlib
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

import av
import av.error
import numpy as np

from audio.errors import (
    DamagedRecording,
    EmptyFile,
    NoAudioStream,
    NoSamples,
    NotAudio,
    RecordingMissing,
    TooShort,
    TruncatedRecording,
    UnsupportedCodec,
)
from audio.levels import LevelMeter

SAMPLE_RATE_HZ = 16000
"""Every channel is read back at this rate: the voice activity model's and the recogniser's own."""

SHORTEST_RECORDING_S = 0.5
"""Below this there is not one syllable to measure."""

MISSING_AUDIO_S = 0.25
"""How much less than the header promises a file may hold: sloppy recorders miscount by a packet or two."""

STRETCH_SAMPLES = 1 << 15
"""Decoded samples per channel that are measured, resampled and written at a time."""


@dataclass(frozen=True)
class RecordingInfo:
    """What the container says about a recording, without decoding it. `duration_s` is None where it does not say."""

    path: pathlib.Path
    sha256: str
    duration_s: float | None
    channels: int
    sample_rate_hz: int
    codec: str


def sha256_of(path: str | os.PathLike) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with pathlib.Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def probe(path: str | os.PathLike) -> RecordingInfo:
    """Say what a recording is without decoding it.

    Raises a `RecordingError` if it is missing, empty, not audio, or shorter than its header says. A compressed file that
    breaks off in the middle is found only by decoding it (`open_recording`).
    """
    path = pathlib.Path(path)
    with _opened(path) as container:
        stream = _audio_stream(container, path)
        return RecordingInfo(
            path=path,
            sha256=sha256_of(path),
            duration_s=_promised_s(container, stream),
            channels=stream.codec_context.channels,
            sample_rate_hz=stream.codec_context.sample_rate,
            codec=stream.codec_context.name,
        )


def open_recording(path: str | os.PathLike) -> "Recording":
    """Decode a recording to 16 kHz, one temporary file per channel; use it as a context manager.

    Any format PyAV decodes: WAV (PCM, float, mu-law, A-law, GSM), MP3, Opus, FLAC, AAC, AMR. Channels are kept apart and in
    order, nothing is mixed or normalised. Raises a `RecordingError` that says what is wrong with the file.
    """
    path = pathlib.Path(path)
    with _opened(path) as container:
        stream = _audio_stream(container, path)
        return Recording(path, container, stream)


class Recording:
    """A decoded recording: facts as stored, and samples by stretches at 16 kHz.

    `sample_rate_hz`, `channels` and `codec` are those of the file; `levels` are its levels as stored, per channel.
    """

    def __init__(self, path: pathlib.Path, container, stream) -> None:
        self.path = path
        self.sha256 = sha256_of(path)
        self.codec: str = stream.codec_context.name
        promised_s = _promised_s(container, stream) if container.format.name in _EXACT_DURATION else None
        self._files: list[BinaryIO] = []
        try:
            self.sample_rate_hz, meters, samples = _decode(container, stream, path, self._file)
            self.duration_s = samples / SAMPLE_RATE_HZ
            for file in self._files:
                file.flush()  # reads go to the descriptor, past the buffer
            if samples == 0:
                raise NoSamples(f"{path.name}: the audio stream holds no samples; record the call again or drop the file")
            if promised_s is not None and promised_s - self.duration_s > MISSING_AUDIO_S + 0.001 * promised_s:
                raise _truncated(path, promised_s, self.duration_s)
            if self.duration_s < SHORTEST_RECORDING_S:
                raise TooShort(f"{path.name}: {self.duration_s:.2f} s of sound, at least {SHORTEST_RECORDING_S} s are needed")
        except BaseException:
            self.close()
            raise
        self.channels = len(meters)
        self.levels = tuple(meter.levels() for meter in meters)

    def _file(self, channel: int) -> BinaryIO:
        while len(self._files) <= channel:
            self._files.append(tempfile.TemporaryFile(prefix="rapport-"))  # noqa: SIM115 - closed by close()
        return self._files[channel]

    def read(self, channel: int, start_s: float = 0.0, end_s: float | None = None) -> np.ndarray:
        """Samples of one channel, float32 in -1..1 at 16 kHz, shape (n,); a stretch beyond the recording is cut to it."""
        first = max(0, round(start_s * SAMPLE_RATE_HZ))
        last = round((self.duration_s if end_s is None else min(end_s, self.duration_s)) * SAMPLE_RATE_HZ)
        file = self._files[channel]
        raw = os.pread(file.fileno(), max(0, last - first) * 2, first * 2)
        return np.frombuffer(raw, dtype=np.int16).astype(np.float32) / 32768.0

    def blocks(self, channel: int, block_s: float, start_s: float = 0.0, end_s: float | None = None) -> Iterator[np.ndarray]:
        """A channel, or what lies between two times of it, in stretches of `block_s` seconds, the last one shorter."""
        end_s = self.duration_s if end_s is None else end_s
        for number in range(int(np.ceil((end_s - start_s) / block_s))):
            first_s = start_s + number * block_s
            yield self.read(channel, first_s, min(first_s + block_s, end_s))

    def close(self) -> None:
        for file in self._files:
            file.close()
        self._files = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_EXACT_DURATION = ("flac", "mov,mp4,m4a,3gp,3g2,mj2", "wav", "w64", "aiff", "au")
"""Containers whose header counts samples; the others estimate from the bit rate, which proves nothing."""


def _opened(path: pathlib.Path):
    if not path.is_file():
        raise RecordingMissing(f"{path.name}: no such file; check the manifest or the folder")
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile(f"{path.name}: the file is empty (0 bytes); fetch it again from the recorder")
    _check_wav_length(path, size)
    try:
        return av.open(os.fspath(path))
    except av.error.FFmpegError as error:
        raise NotAudio(
            f"{path.name}: {size} bytes that are no known audio format; another kind of file, or its header is missing"
        ) from error


def _audio_stream(container, path: pathlib.Path):
    if not container.streams.audio:
        raise NoAudioStream(f"{path.name}: a {container.format.name} file without an audio stream")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise UnsupportedCodec(f"{path.name}: no decoder for its audio; convert it to WAV, FLAC, Opus or MP3")
    if not stream.codec_context.sample_rate or not stream.codec_context.channels:
        raise NoSamples(f"{path.name}: the audio stream names no sample rate or no channels, so it holds no sound")
    stream.thread_type = "NONE"
    return stream


def _promised_s(container, stream) -> float | None:
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def _truncated(path: pathlib.Path, promised_s: float, held_s: float) -> TruncatedRecording:
    return TruncatedRecording(
        f"{path.name}: its header promises {promised_s:.1f} s, the file holds {held_s:.1f} s; fetch it again, the copy broke off"
    )


def _check_wav_length(path: pathlib.Path, size: int) -> None:
    """Raise if a WAV file ends before its data chunk does. Lengths of 0 or near 2^32 mean `unknown`: written while streaming."""
    with pathlib.Path(path).open("rb") as file:
        if file.read(4) != b"RIFF":
            return
        file.seek(12)
        bytes_per_s = 0
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"fmt " and length >= 12:
                bytes_per_s = struct.unpack("<8xI", file.read(12))[0]
                file.seek(length - 12, os.SEEK_CUR)
            elif name == b"data":
                held = size - file.tell()
                unknown = length == 0 or length >= 0x7FFFF000
                if bytes_per_s and not unknown and length - held > MISSING_AUDIO_S * bytes_per_s:
                    raise _truncated(path, length / bytes_per_s, held / bytes_per_s)
                return
            else:
                file.seek(length + length % 2, os.SEEK_CUR)


def _decode(container, stream, path: pathlib.Path, file_of) -> tuple[int, list[LevelMeter], int]:
    """Write each channel as int16 at 16 kHz to its file; return the stored sample rate, a meter per channel, samples per channel.

    Rate and channels are those of the decoded sound: AAC headers may name half of both.
    """
    rate_hz, written = stream.codec_context.sample_rate, 0
    meters: list[LevelMeter] = []
    resamplers: list[av.AudioResampler] = []
    try:
        for block, block_rate_hz in _stretches(container, stream):
            if not meters:
                rate_hz = block_rate_hz
                meters = [LevelMeter() for _ in block]
                resamplers = [av.AudioResampler(format="s16p", layout="mono", rate=SAMPLE_RATE_HZ) for _ in block]
            if len(block) != len(meters) or block_rate_hz != rate_hz:
                change = f"{len(meters)} channels at {rate_hz} Hz to {len(block)} at {block_rate_hz} Hz"
                raise DamagedRecording(f"{path.name}: changes from {change} on the way; split it there")
            if not np.isfinite(block).all():
                at_s = written / SAMPLE_RATE_HZ
                raise DamagedRecording(f"{path.name}: samples that are no numbers (NaN or infinite) from {at_s:.0f} s on; export it again")
            for meter, channel in zip(meters, block, strict=True):
                meter.feed(channel)
            written += _write(resamplers, [_mono(channel, rate_hz) for channel in block], file_of)
        written += _write(resamplers, [None for _ in resamplers], file_of)
    except av.error.FFmpegError as error:
        raise DamagedRecording(f"{path.name}: decoding broke off after {written / SAMPLE_RATE_HZ:.1f} s; fetch the file again") from error
    return rate_hz, meters, written


def _stretches(container, stream) -> Iterator[tuple[np.ndarray, int]]:
    """Decoded samples, shape (channels, n), float32, with their rate: packets put together, since each costs as much as a long one."""
    waiting: list[np.ndarray] = []
    kind, samples = None, 0
    for frame in container.decode(stream):
        block = frame.to_ndarray()
        if not frame.format.is_planar:
            block = block.reshape(-1, frame.layout.nb_channels).T
        if waiting and (kind != (len(block), frame.sample_rate) or samples >= STRETCH_SAMPLES):
            yield _full_scale(np.concatenate(waiting, axis=1)), kind[1]
            waiting, samples = [], 0
        kind = (len(block), frame.sample_rate)
        samples += block.shape[1]
        waiting.append(block)
    if waiting:
        yield _full_scale(np.concatenate(waiting, axis=1)), kind[1]


def _full_scale(stored: np.ndarray) -> np.ndarray:
    """Samples as decoded as float32, full scale 1.0."""
    if stored.dtype == np.uint8:
        return (stored.astype(np.float32) - 128.0) / 128.0
    if stored.dtype.kind == "i":
        return stored.astype(np.float32) / -float(np.iinfo(stored.dtype).min)
    return stored.astype(np.float32)


def _mono(channel: np.ndarray, sample_rate_hz: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channel[None]), format="fltp", layout="mono")
    frame.sample_rate = sample_rate_hz
    return frame


def _write(resamplers: list, frames: list, file_of) -> int:
    """Resample one stretch of every channel, or with None what the resamplers still hold; return the samples per channel."""
    samples = 0
    for channel, (resampler, frame) in enumerate(zip(resamplers, frames, strict=True)):
        done = [part.to_ndarray() for part in resampler.resample(frame)]
        for part in done:
            file_of(channel).write(part.tobytes())
        samples = sum(part.shape[1] for part in done)
    return samples
