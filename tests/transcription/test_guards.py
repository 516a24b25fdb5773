"""What Whisper writes that nobody said: each guard has a case that fires and one that must not."""

import pytest

from transcription import guards
from transcription.transcript import Word


def loop(text, speech_s, settings):
    words = text.split()
    return [words[position] for position in guards.loop_span(words, speech_s, settings.guards)]


def test_a_sentence_repeated_until_the_length_runs_out_is_cut_after_its_first_time(settings):
    text = "I will see you there. " * 9 + "I will"
    assert loop(text, 2.0, settings) == text.split()[5:]


def test_a_long_phrase_repeated_is_a_loop_even_where_it_would_fit(settings):
    text = "so we went to the market " * 4
    assert loop(text, 30.0, settings) == text.split()[6:]


def test_only_the_loop_is_cut_and_what_follows_stays(settings):
    text = "hello " + "can you hear me now " * 3 + "yes I can"
    assert loop(text, 30.0, settings) == ("can you hear me now " * 2).split()


@pytest.mark.parametrize(
    "text, speech_s",
    [
        ("One one one one.", 1.2),
        ("It ends in four four four four, one one one one.", 4.0),
        ("nine nine nine nine nine nine nine nine nine nine nine nine", 5.0),
        ("4 4 4 4", 1.5),
        ("No, no, no.", 0.8),
        ("Okay okay okay okay.", 1.5),
        ("Thank you. Thank you.", 1.0),
        ("Can you hear me? Can you hear me?", 2.0),
        ("", 1.0),
    ],
)
def test_people_repeat_themselves_and_say_digits_in_groups(text, speech_s, settings):
    assert loop(text, speech_s, settings) == []


def test_digits_faster_than_anyone_speaks_are_a_loop_too(settings):
    assert len(loop("one " * 60, 2.0, settings)) == 59


def test_improbable_text_is_silence(settings):
    assert guards.is_silence(-1.7, 0.1, settings.guards)
    assert guards.is_silence(-0.95, 0.8, settings.guards)
    assert not guards.is_silence(-0.95, 0.2, settings.guards)
    assert not guards.is_silence(-0.3, 0.9, settings.guards)


@pytest.mark.parametrize("text", ["Thanks for watching!", "Subtitles by the Amara.org community.", "Please subscribe to my channel."])
def test_credits_of_subtitles_are_known(text, settings):
    words = text.split()
    assert guards.known_phrase_words(words, settings.guards) == frozenset(range(len(words)))


def test_a_known_phrase_ends_with_its_sentence(settings):
    words = ["I", "understand.", "Thanks", "for", "watching!", "Goodbye."]
    assert guards.known_phrase_words(words, settings.guards) == {2, 3, 4}


@pytest.mark.parametrize("text", ["Thank you for calling.", "I was watching the parcel.", "You can see your subscription.", "Thank you."])
def test_what_callers_say_is_no_known_phrase(text, settings):
    assert not guards.known_phrase_words(text.split(), settings.guards)


def timed(*starts, length_s=0.2):
    return [Word("w", start, start + length_s, 0.9) for start in starts]


def test_words_piled_up_at_one_moment_ran_away(settings):
    words = timed(0.8, 1.2, 1.6, 2.0) + timed(2.42, 2.44, 2.46, 2.48, 2.5, 2.52, length_s=0.02)
    assert guards.runaway_words(words, settings.guards) == frozenset(range(4, 10))


def test_fast_talk_is_no_runaway(settings):
    assert not guards.runaway_words(timed(*(0.15 * number for number in range(20)), length_s=0.15), settings.guards)
