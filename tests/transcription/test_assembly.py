"""Written windows become a transcript: every guard's words are set aside with its reason, and counted."""

import pytest

from audio.intervals import Interval
from transcription.assembly import WrittenWindow, assembled
from transcription.decoding import Decoded, DecodedWord
from transcription.language import Language
from transcription.windows import Piece, Window

ENGLISH = Language("en", 0.98)


def written(speaker, start_s, end_s, words, *, looped=(), logprob=-0.3, no_speech=0.05):
    """A window over one stretch of speech; `words` are (text, start, end) on the recording's clock."""
    window = Window(speaker, (Piece(start_s, end_s, 0.0),), (Interval(start_s, end_s),))
    decoded = Decoded((1,), " ".join(text for text, _, _ in words), logprob, no_speech, 1.0, False)
    aligned = tuple(DecodedWord(text, begin - start_s, end - start_s, 0.9) for text, begin, end in words)
    return WrittenWindow(window, decoded, aligned, tuple(looped))


def reasons(transcript):
    return [(suspect.word, suspect.reason) for suspect in transcript.suspect_words]


def test_words_of_both_sides_in_time_order(measures_of, settings):
    measures = measures_of(agent=[(0.0, 2.0)], customer=[(3.0, 4.0)])
    transcript = assembled(
        "test",
        measures,
        ENGLISH,
        [written("customer", 3.0, 4.0, [("Hi.", 3.1, 3.5)]), written("agent", 0.0, 2.0, [("Good", 0.1, 0.5), ("day.", 0.5, 1.8)])],
        settings.guards,
    )
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("agent", "Good day."), ("customer", "Hi.")]
    assert (transcript.language, transcript.language_probability) == ("en", 0.98)
    assert transcript.asr_confidence == pytest.approx(0.9)
    assert (transcript.hallucination_share, transcript.loss_share, transcript.refusal) == (0.0, 0.0, None)


def test_a_loop_is_kept_for_the_record_and_counted(measures_of, settings):
    measures = measures_of(agent=[(0.0, 2.0)])
    transcript = assembled(
        "test", measures, ENGLISH, [written("agent", 0.0, 2.0, [("Hello.", 0.1, 1.9)], looped=["Hello.", "Hello."])], settings.guards
    )
    assert transcript.turns[0].text == "Hello."
    assert reasons(transcript) == [("Hello.", "repetition_loop")] * 2
    assert transcript.hallucination_share == pytest.approx(2 / 3)


def test_an_improbable_window_is_all_suspect_and_its_speech_lost(measures_of, settings):
    measures = measures_of(agent=[(0.0, 2.0)], customer=[(10.0, 12.0)])
    transcript = assembled(
        "test",
        measures,
        ENGLISH,
        [written("agent", 0.0, 2.0, [("Yes.", 0.1, 1.9)]), written("customer", 10.0, 12.0, [("Brrr", 10.1, 11.8)], logprob=-2.0)],
        settings.guards,
    )
    assert reasons(transcript) == [("Brrr", "low_probability")]
    assert transcript.turns[1].text == ""
    assert transcript.loss_share == pytest.approx(0.5)


def test_credits_and_words_away_from_speech_are_suspect(measures_of, settings):
    measures = measures_of(agent=[(0.0, 2.0)])
    window = written("agent", 0.0, 9.0, [("Right.", 0.2, 0.8), ("Thanks", 1.0, 1.3), ("for", 1.3, 1.5), ("watching!", 1.5, 1.9)])
    far = written("agent", 5.0, 6.0, [("Stray", 5.1, 5.6)])
    transcript = assembled("test", measures, ENGLISH, [window, far], settings.guards)
    assert transcript.turns[0].text == "Right."
    assert sorted(reasons(transcript)) == [
        ("Stray", "outside_speech"),
        ("Thanks", "known_phrase"),
        ("for", "known_phrase"),
        ("watching!", "known_phrase"),
    ]


def test_a_queue_announcement_before_the_agents_own_greeting_is_set_aside(measures_of, settings):
    measures = measures_of(agent=[(0.0, 4.0), (8.0, 11.0)], customer=[(12.0, 14.0)])
    announcement = ["Your", "call", "is", "important", "to", "us.", "All", "our", "agents", "are", "busy."]
    greeting = ["Hello,", "my", "name", "is", "Ana."]
    transcript = assembled(
        "test",
        measures,
        ENGLISH,
        [
            written("agent", 0.0, 4.0, [(word, 0.3 * n, 0.3 * n + 0.3) for n, word in enumerate(announcement)]),
            written("agent", 8.0, 11.0, [(word, 8 + 0.4 * n, 8.4 + 0.4 * n) for n, word in enumerate(greeting)]),
            written("customer", 12.0, 14.0, [("Hi,", 12.1, 12.5), ("press", 12.6, 13.0), ("one?", 13.0, 13.4)]),
        ],
        settings.guards,
    )
    assert [turn.text for turn in transcript.turns] == ["", "Hello, my name is Ana.", "Hi, press one?"]
    assert {reason for _, reason in reasons(transcript)} == {"announcement"}
    assert transcript.hallucination_share == 0.0  # somebody said it, though not the agent
    assert transcript.loss_share == pytest.approx(0.0, abs=0.15)


def test_an_agent_who_mentions_the_recording_in_the_greeting_is_heard(measures_of, settings):
    measures = measures_of(agent=[(0.0, 6.0)], customer=[(7.0, 8.0)])
    text = ["My", "name", "is", "Ana,", "this", "call", "is", "being", "recorded,", "how", "can", "I", "help?"]
    transcript = assembled(
        "test",
        measures,
        ENGLISH,
        [written("agent", 0.0, 6.0, [(word, 0.4 * n, 0.4 * n + 0.4) for n, word in enumerate(text)])],
        settings.guards,
    )
    assert transcript.turns[0].text == " ".join(text)
    assert reasons(transcript) == []


def test_nothing_written_leaves_the_shares_unknown(measures_of, settings):
    transcript = assembled("test", measures_of(agent=[(0.0, 1.0)]), ENGLISH, [], settings.guards)
    assert (transcript.asr_confidence, transcript.hallucination_share, transcript.loss_share) == (None, None, 1.0)
