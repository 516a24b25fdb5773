"""Recordings of every format a recorder writes, written here on the fly, and files that are none."""

import hashlib
import re
import tempfile

import av
import numpy as np
import pytest
import soundfile

from audio import errors
from audio.recording import SAMPLE_RATE_HZ, open_recording, probe

RATE_HZ = 8000
LENGTH_S = 3.0
LEFT_HZ, RIGHT_HZ = 440.0, 1000.0
CUT_S = 1.9


def tones(rate_hz=RATE_HZ, length_s=LENGTH_S):
    """440 Hz on the left at half scale; 1000 Hz on the right, 12 dB quieter. Shape (n, 2)."""
    times_s = np.arange(round(rate_hz * length_s)) / rate_hz
    return np.stack([0.5 * np.sin(2 * np.pi * LEFT_HZ * times_s), 0.125 * np.sin(2 * np.pi * RIGHT_HZ * times_s)], axis=1)


def encoded(path, codec, rate_hz, samples, sample_format, bit_rate=None):
    """Write float samples (n, channels) with an encoder of PyAV."""
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz)
        stream.codec_context.layout = layout
        stream.codec_context.format = sample_format
        if bit_rate:
            stream.codec_context.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T, dtype=np.float32), format="fltp", layout=layout)
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(format=sample_format, layout=layout, rate=rate_hz, frame_size=stream.codec_context.frame_size or 1024)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def tone_at(samples, hertz):
    """Amplitude of one frequency in the middle second."""
    middle = samples[samples.size // 2 - SAMPLE_RATE_HZ // 2 :][:SAMPLE_RATE_HZ]
    times_s = np.arange(middle.size) / SAMPLE_RATE_HZ
    return 2 * abs(np.mean(middle * np.exp(-2j * np.pi * hertz * times_s)))


WRITTEN_BY_SOUNDFILE = {
    "pcm_u8.wav": ("PCM_U8", "pcm_u8"),
    "pcm_16.wav": ("PCM_16", "pcm_s16le"),
    "pcm_24.wav": ("PCM_24", "pcm_s24le"),
    "pcm_32.wav": ("PCM_32", "pcm_s32le"),
    "float.wav": ("FLOAT", "pcm_f32le"),
    "double.wav": ("DOUBLE", "pcm_f64le"),
    "mulaw.wav": ("ULAW", "pcm_mulaw"),
    "alaw.wav": ("ALAW", "pcm_alaw"),
    "lossless.flac": ("PCM_16", "flac"),
}
WRITTEN_BY_PYAV = {
    "speech.mp3": ("libmp3lame", 16000, "s16p", 128000, "mp3float"),
    "speech.opus": ("libopus", 48000, "s16", 64000, "libopus"),
    "speech.m4a": ("aac", 16000, "fltp", 128000, "aac"),
}


@pytest.fixture
def stored(tmp_path):
    """The two tones in a format: the path, and the codec that the recording should name."""

    def write(name):
        path = tmp_path / name
        if name in WRITTEN_BY_SOUNDFILE:
            subtype, codec = WRITTEN_BY_SOUNDFILE[name]
            soundfile.write(path, tones(), RATE_HZ, subtype)
            return path, codec, RATE_HZ
        encoder, rate_hz, sample_format, bit_rate, codec = WRITTEN_BY_PYAV[name]
        return encoded(path, encoder, rate_hz, tones(rate_hz), sample_format, bit_rate), codec, rate_hz

    return write


@pytest.mark.parametrize("name", [*WRITTEN_BY_SOUNDFILE, *WRITTEN_BY_PYAV])
def test_two_channels_are_kept_apart_in_order_and_at_their_levels(name, stored):
    path, codec, rate_hz = stored(name)
    with open_recording(path) as recording:
        assert (recording.channels, recording.sample_rate_hz) == (2, rate_hz)
        assert recording.codec in (codec, codec.removeprefix("lib"), codec.removesuffix("float"))
        assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert recording.duration_s == pytest.approx(LENGTH_S, abs=0.1)
        left, right = recording.read(0), recording.read(1)
        stored_levels = recording.levels
    assert left.dtype == right.dtype == np.float32 and left.size == right.size
    tolerance = 0.1 if name in WRITTEN_BY_PYAV else 0.02  # lossy codecs change levels
    assert tone_at(left, LEFT_HZ) == pytest.approx(0.5, rel=tolerance)
    assert tone_at(right, RIGHT_HZ) == pytest.approx(0.125, rel=tolerance)
    assert tone_at(left, RIGHT_HZ) < 0.005 and tone_at(right, LEFT_HZ) < 0.005
    assert [each.peak for each in stored_levels] == pytest.approx([0.5, 0.125], rel=0.2)


@pytest.mark.parametrize("name", [*WRITTEN_BY_SOUNDFILE, *WRITTEN_BY_PYAV])
def test_probing_says_the_same_without_decoding(name, stored):
    path, _, rate_hz = stored(name)
    info = probe(path)
    with open_recording(path) as recording:
        assert (info.path, info.sha256, info.codec) == (path, recording.sha256, recording.codec)
        assert (info.channels, info.sample_rate_hz) == (2, rate_hz)
        assert info.duration_s == pytest.approx(recording.duration_s, abs=0.15)


def test_gsm(tmp_path):
    path = tmp_path / "gsm.wav"
    soundfile.write(path, tones()[:, 0], RATE_HZ, "GSM610")
    with open_recording(path) as recording:
        assert (recording.channels, recording.sample_rate_hz) == (1, RATE_HZ)
        assert "gsm" in recording.codec
        assert recording.duration_s == pytest.approx(LENGTH_S, abs=0.1)
        assert tone_at(recording.read(0), LEFT_HZ) == pytest.approx(0.5, rel=0.2)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 44100, 48000])
def test_any_rate_is_read_at_16_khz(rate_hz, tmp_path):
    path = tmp_path / "rate.wav"
    soundfile.write(path, tones(rate_hz), rate_hz, "PCM_16")
    with open_recording(path) as recording:
        assert recording.sample_rate_hz == rate_hz
        assert recording.duration_s == pytest.approx(LENGTH_S, abs=0.005)
        assert recording.read(0).size == round(recording.duration_s * SAMPLE_RATE_HZ)
        assert tone_at(recording.read(0), LEFT_HZ) == pytest.approx(0.5, rel=0.02)


def test_more_than_two_channels_are_kept_in_order(tmp_path):
    path = tmp_path / "three.wav"
    soundfile.write(path, np.stack([np.full(RATE_HZ, level) for level in (0.1, 0.2, 0.3)], axis=1), RATE_HZ, "PCM_16")
    with open_recording(path) as recording:
        assert [float(np.median(recording.read(channel))) for channel in range(3)] == pytest.approx([0.1, 0.2, 0.3], abs=0.001)


@pytest.mark.parametrize("name", ["pcm_16.wav", "lossless.flac", "speech.mp3"])
def test_read_by_stretches_equals_the_whole(name, stored):
    path, *_ = stored(name)
    with open_recording(path) as recording:
        for channel in range(2):
            whole = recording.read(channel)
            np.testing.assert_array_equal(np.concatenate(list(recording.blocks(channel, 0.7))), whole)
            cuts = [0.0, 0.31, 0.5, 1.99, 2.0, recording.duration_s]
            parts = [recording.read(channel, start, end) for start, end in zip(cuts, cuts[1:], strict=False)]
            np.testing.assert_array_equal(np.concatenate(parts), whole)
        assert recording.read(0, 2.0, 99.0).size == recording.read(0, 2.0).size == whole.size - 2 * SAMPLE_RATE_HZ
        assert recording.read(0, -5.0, 1.0).size == SAMPLE_RATE_HZ
        assert recording.read(0, 99.0, 100.0).size == recording.read(0, 1.0, 0.5).size == 0


def test_sixteen_bit_at_16_khz_is_read_bit_by_bit(tmp_path):
    samples = np.random.default_rng(5).integers(-32768, 32768, (SAMPLE_RATE_HZ * 2, 2), dtype=np.int16)
    path = tmp_path / "noise.wav"
    soundfile.write(path, samples, SAMPLE_RATE_HZ, "PCM_16")
    with open_recording(path) as recording:
        for channel in range(2):
            np.testing.assert_array_equal(recording.read(channel), samples[:, channel].astype(np.float32) / 32768.0)


def test_header_of_a_recording_written_while_streaming(tmp_path):
    # The lengths of the RIFF and data chunks are 2^32 - 1: unknown when the header was written.
    path = tmp_path / "streamed.wav"
    soundfile.write(path, tones(), RATE_HZ, "PCM_16")
    raw = path.read_bytes()
    at = raw.index(b"data")
    path.write_bytes(raw[:4] + b"\xff" * 4 + raw[8 : at + 4] + b"\xff" * 4 + raw[at + 8 :])
    with open_recording(path) as recording:
        assert recording.duration_s == pytest.approx(LENGTH_S)


# Files that cannot be used ---------------------------------------------------------------------------------------------------------------


def missing(path):
    pass


def empty(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("This is the transcript, not the recording.\n" * 40, "utf-8")


def without_header(path):
    path.write_bytes((tones()[:, 0] * 32767).astype("<i2").tobytes())


def truncated_wav(path):
    soundfile.write(path, tones(), RATE_HZ, "PCM_16")
    path.write_bytes(path.read_bytes()[: 44 + round(CUT_S * RATE_HZ) * 4])


def noise_flac(path):
    noise = np.random.default_rng(5).uniform(-0.5, 0.5, (round(RATE_HZ * LENGTH_S), 2))
    soundfile.write(path, noise, RATE_HZ, "PCM_16", format="FLAC")
    with av.open(str(path)) as container:
        return [packet.pos for packet in container.demux() if packet.size]


def truncated_flac(path):
    frames = noise_flac(path)  # cut between two frames: what is left decodes
    path.write_bytes(path.read_bytes()[: frames[len(frames) * 2 // 3]])


def broken_flac(path):
    frames = noise_flac(path)  # cut inside a frame
    path.write_bytes(path.read_bytes()[: frames[len(frames) * 2 // 3] + 1000])


def no_samples(path):
    soundfile.write(path, np.zeros((0, 2)), RATE_HZ, "PCM_16")


def too_short(path):
    soundfile.write(path, tones(length_s=0.3), RATE_HZ, "PCM_16")


def not_finite(value):
    def write(path):
        samples = tones().astype(np.float32)
        samples[len(samples) // 2, 0] = value
        soundfile.write(path, samples, RATE_HZ, "FLOAT")

    return write


def picture_only(path):
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))


UNUSABLE = {
    "missing": (missing, "call-17.wav", errors.RecordingMissing, "recording_missing", r"no such file"),
    "empty": (empty, "call-17.wav", errors.EmptyFile, "empty_file", r"\b0 bytes"),
    "text": (text, "call-17.wav", errors.NotAudio, "not_audio", r"\b1720 bytes"),
    "header missing": (without_header, "call-17.wav", errors.NotAudio, "not_audio", r"\b48000 bytes.*header"),
    "truncated wav": (truncated_wav, "call-17.wav", errors.TruncatedRecording, "truncated", r"promises 3\.0 s.*holds 1\.9 s"),
    "truncated flac": (truncated_flac, "call-17.flac", errors.TruncatedRecording, "truncated", r"promises 3\.0 s.*holds [12]\.\d s"),
    "broken flac": (broken_flac, "call-17.flac", errors.DamagedRecording, "damaged", r"broke off after \d+\.\d s"),
    "no samples": (no_samples, "call-17.wav", errors.NoSamples, "zero_length", r"no samples"),
    "too short": (too_short, "call-17.wav", errors.TooShort, "too_short", r"0\.30 s.*0\.5 s"),
    "not a number": (not_finite(np.nan), "call-17.wav", errors.DamagedRecording, "damaged", r"no numbers.*from \d+ s on"),
    "infinite": (not_finite(np.inf), "call-17.wav", errors.DamagedRecording, "damaged", r"no numbers.*from \d+ s on"),
    "no audio stream": (picture_only, "call-17.mp4", errors.NoAudioStream, "no_audio_stream", r"without an audio stream"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_is_wrong_is_said_with_the_file_and_the_numbers(case, tmp_path):
    write, name, error, reason, numbers = UNUSABLE[case]
    path = tmp_path / name
    write(path)
    with pytest.raises(error) as raised:
        open_recording(path)
    assert type(raised.value) is error and isinstance(raised.value, errors.RecordingError)
    assert raised.value.reason == reason
    message = str(raised.value)
    assert message.startswith(f"{name}: ") and re.search(numbers, message), message
    assert str(tmp_path) not in message


@pytest.mark.parametrize("case", ["missing", "empty", "text", "header missing", "truncated wav", "no audio stream"])
def test_probing_refuses_what_the_container_shows(case, tmp_path):
    write, name, error, _, numbers = UNUSABLE[case]
    write(tmp_path / name)
    with pytest.raises(error, match=numbers):
        probe(tmp_path / name)


def test_the_message_never_shows_what_the_file_holds(tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("my card number is four one one one", "utf-8")
    with pytest.raises(errors.NotAudio) as raised:
        open_recording(path)
    assert "card" not in str(raised.value) and "four" not in str(raised.value)


def test_a_recorder_that_miscounts_by_a_packet_is_forgiven(tmp_path):
    path = tmp_path / "sloppy.wav"
    soundfile.write(path, tones(), RATE_HZ, "PCM_16")
    path.write_bytes(path.read_bytes()[: -round(0.2 * RATE_HZ) * 4])
    with open_recording(path) as recording:
        assert recording.duration_s == pytest.approx(LENGTH_S - 0.2, abs=0.01)


def test_temporary_files_are_closed_where_the_recording_is_refused(tmp_path, monkeypatch):
    opened = []
    ordinary = tempfile.TemporaryFile

    def watched(**options):
        opened.append(ordinary(**options))
        return opened[-1]

    monkeypatch.setattr("audio.recording.tempfile.TemporaryFile", watched)
    truncated_flac(tmp_path / "call-17.flac")
    with pytest.raises(errors.TruncatedRecording):
        open_recording(tmp_path / "call-17.flac")
    assert len(opened) == 2 and all(each.closed for each in opened)
