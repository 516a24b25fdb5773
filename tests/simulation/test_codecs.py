"""A round trip through each codec: the same length, in place, and as close as that codec gets."""

import dataclasses

import av
import numpy as np
import pytest

from simulation import codecs
from simulation.errors import ScriptError
from simulation.script import Line, Script, Voices

SCRIPT = Script(call_id="a_call", title="A call", voices=Voices("hibari", "joe"), line=(Line("agent", "Hello."),))
RATE = 8000


@pytest.fixture(scope="module")
def signal() -> np.ndarray:
    """Two channels of gliding tones in bursts: like speech, each place looks unlike any other."""
    seconds = np.arange(3 * RATE) / RATE
    glides = [np.sin(2 * np.pi * (start + 150 * seconds) * seconds) for start in (300, 500)]
    bursts = [np.sin(2 * np.pi * pace * seconds) > -0.2 for pace in (1.3, 0.9)]
    return (0.2 * np.array(glides) * np.array(bursts)).astype(np.float32)


@pytest.mark.parametrize(
    ("codec", "snr_db"),
    [("pcm", 60), ("flac", 60), ("mulaw", 33), ("alaw", 33), ("gsm", 8), ("mp3_24", 8), ("opus16", 0)],
)
def test_codecs_keep_length_and_place(signal, codec, snr_db):
    coded = codecs.through_codec(signal, RATE, codec)
    assert coded.shape == signal.shape
    for before, after in zip(signal, coded, strict=True):
        lags = np.correlate(after[8000:16000], before[8200:15800], "valid")
        assert abs(int(np.argmax(lags)) - 200) <= 2
        assert 10 * np.log10(np.sum(before**2) / np.sum((after - before) ** 2)) > snr_db


@pytest.mark.parametrize("codec", ["mulaw", "gsm", "mp3_24", "opus16"])
def test_codecs_keep_the_two_sides_apart(signal, codec):
    spoken, silent = codecs.through_codec(np.stack([signal[0], np.zeros_like(signal[0])]), RATE, codec)
    assert 10 * np.log10(np.sum(spoken**2) / max(np.sum(silent**2), 1e-9)) > 30


@pytest.mark.parametrize(
    ("changes", "suffix", "stored"),
    [
        ({"codec": "pcm"}, ".wav", "pcm_s16le"),
        ({"codec": "mulaw"}, ".wav", "pcm_mulaw"),
        ({"codec": "alaw"}, ".wav", "pcm_alaw"),
        ({"codec": "gsm"}, ".wav", "pcm_s16le"),
        ({"codec": "mulaw", "container": "flac"}, ".flac", "flac"),
        ({"codec": "flac"}, ".flac", "flac"),
        ({"codec": "opus16"}, ".ogg", "opus"),
        ({"codec": "mp3_24"}, ".mp3", "mp3"),
    ],
)
def test_recordings_are_stored_as_their_suffix_says(signal, tmp_path, changes, suffix, stored):
    script = dataclasses.replace(SCRIPT, **changes)
    assert codecs.suffix(script) == suffix
    path = tmp_path / f"call{suffix}"
    codecs.write_recording(signal, script, path)
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        assert stream.codec_context.name.startswith(stored)
        assert stream.codec_context.layout.nb_channels == 2
        assert float(stream.duration * stream.time_base) == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("changes", [{"codec": "opus16", "container": "wav"}, {"codec": "gsm", "sample_rate_hz": 16000}])
def test_what_does_not_go_together_is_refused(changes):
    with pytest.raises(ScriptError, match="a_call"):
        codecs.suffix(dataclasses.replace(SCRIPT, **changes))
