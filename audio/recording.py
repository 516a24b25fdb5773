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

SAMPLE_RATE_HZ = 16000
"""Every channel is read back at this rate: the voice activity model's and the recogniser's own."""

SHORTEST_RECORDING_S = 0.5
"""Below this there is not one syllable to measure."""

MISSING_AUDIO_S = 0.25
"""How much less than the header promises a file may hold: sloppy recorders miscount by a packet or two."""

FULL_SCALE = 0.98
"""A sample is at full scale from here on: the largest mu-law code is 0.980 of the range, the largest A-law code 0.984."""

CLIPPED_RUN = 3
"""Samples in a row at full scale that make a clipped peak: one or two occur in loud, sound recordings."""


@dataclass(frozen=True)
class RecordingInfo:
    """What the container says about a recording, without decoding it. `duration_s` is None where it does not say."""

    path: pathlib.Path
    sha256: str
    duration_s: float | None
    channels: int
    sample_rate_hz: int
    codec: str


@dataclass(frozen=True)
class StoredLevels:
    """Levels of one channel as stored, before resampling, which would round clipped peaks off. Full scale is 1.0."""

    peak: float
    clipping_share: float
    dc_offset: float


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
        self.sample_rate_hz: int = stream.codec_context.sample_rate
        self.channels: int = stream.codec_context.channels
        promised_s = _promised_s(container, stream) if container.format.name in _EXACT_DURATION else None
        self._files: list[BinaryIO] = []
        meters = [_LevelMeter() for _ in range(self.channels)]
        try:
            samples = _decode(container, stream, path, meters, self._file)
            for file in self._files:
                file.flush()  # reads go to the descriptor, past the buffer
            self.duration_s = samples / SAMPLE_RATE_HZ
            if samples == 0:
                raise NoSamples(f"{path.name}: the audio stream holds no samples; record the call again or drop the file")
            if promised_s is not None and promised_s - self.duration_s > MISSING_AUDIO_S + 0.001 * promised_s:
                raise _truncated(path, promised_s, self.duration_s)
            if self.duration_s < SHORTEST_RECORDING_S:
                raise TooShort(f"{path.name}: {self.duration_s:.2f} s of sound, at least {SHORTEST_RECORDING_S} s are needed")
        except BaseException:
            self.close()
            raise
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

    def blocks(self, channel: int, block_s: float) -> Iterator[np.ndarray]:
        """The whole channel in stretches of `block_s` seconds, the last one shorter."""
        for number in range(int(np.ceil(self.duration_s / block_s))):
            yield self.read(channel, number * block_s, (number + 1) * block_s)

    def close(self) -> None:
        for file in self._files:
            file.close()
        self._files = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _LevelMeter:
    """Peak, clipped share and mean of one channel, fed block by block."""

    def __init__(self) -> None:
        self._samples = self._clipped = self._run = 0
        self._sum = self._peak = 0.0

    def feed(self, block: np.ndarray) -> None:
        self._samples += block.size
        self._sum += float(block.sum(dtype=np.float64))
        high = np.abs(block)
        self._peak = max(self._peak, float(high.max()))
        at_full_scale = high >= FULL_SCALE
        if not at_full_scale.any():
            self._run = 0
            return
        edges = np.flatnonzero(np.diff(np.concatenate(([False], at_full_scale, [False])).astype(np.int8)))
        runs = [(start, end - start) for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
        for start, length in runs:
            before = self._run if start == 0 else 0  # the run goes on from the block before
            if before + length >= CLIPPED_RUN:
                self._clipped += length + (before if before < CLIPPED_RUN else 0)
        start, length = runs[-1]
        self._run = 0 if start + length < block.size else length + (self._run if start == 0 else 0)

    def levels(self) -> StoredLevels:
        return StoredLevels(self._peak, self._clipped / self._samples, self._sum / self._samples)


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


def _decode(container, stream, path: pathlib.Path, meters: list[_LevelMeter], file_of) -> int:
    """Write each channel as int16 at 16 kHz to its file; return the samples per channel."""
    resampler = av.AudioResampler(format="s16p", rate=SAMPLE_RATE_HZ)
    written = 0
    try:
        for frame in container.decode(stream):
            for meter, channel in zip(meters, _as_stored(frame), strict=True):
                meter.feed(channel)
            written += _write(resampler.resample(frame), file_of)
        written += _write(resampler.resample(None), file_of) if written else 0
    except av.error.FFmpegError as error:
        raise DamagedRecording(f"{path.name}: decoding broke off after {written / SAMPLE_RATE_HZ:.1f} s; fetch the file again") from error
    return written


def _as_stored(frame) -> np.ndarray:
    """Samples of a decoded frame as float32, shape (channels, n), full scale 1.0."""
    block = frame.to_ndarray()
    if not frame.format.is_planar:
        block = block.reshape(-1, frame.layout.nb_channels).T
    if block.dtype == np.uint8:
        return (block.astype(np.float32) - 128.0) / 128.0
    if block.dtype.kind == "i":
        return block.astype(np.float32) / -float(np.iinfo(block.dtype).min)
    return block.astype(np.float32)


def _write(frames, file_of) -> int:
    samples = 0
    for frame in frames:
        for channel, block in enumerate(frame.to_ndarray()):
            file_of(channel).write(block.tobytes())
        samples += frame.samples
    return samples
