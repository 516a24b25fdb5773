"""What Whisper writes that nobody said, found and set aside. Pure.

Whisper was trained on subtitles. Over noise, music or too little audio it repeats a sentence until its length runs out,
writes the credits that subtitles end with, or goes on after the speaker stopped. Each guard here finds one of these;
a suspect word is kept for the record with its reason and is never scored.
"""

import re
from collections.abc import Sequence

from transcription.settings import GuardSettings
from transcription.transcript import Turn, Word

SPOKEN_DIGITS = frozenset(
    {"zero", "oh", "o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "double", "triple"}
)
"""Said in groups and rightly repeated: "one one one one"."""


def plain(text: str) -> str:
    """A text without case and punctuation, for comparing."""
    return " ".join(re.sub(r"[^\w']+", " ", text.lower()).split())


def loop_span(words: Sequence[str], speech_s: float, settings: GuardSettings) -> range:
    """The words of a repetition loop to set aside, by position; empty where there is none.

    A loop is a phrase written at least `loop_repeats` times in a row; its first time is kept. People repeat themselves
    too, so a repetition is believed while all of the window's words fit into its `speech_s` seconds of speech at
    `most_words_per_s` and it is short (`loop_believed_words` in all) or nothing but digits.

    Loop: "see you there. see you there. see you there. see you there." in 1.5 s of speech. No loop: "one one one one"
    in 1.5 s, "no, no, no" in 1 s.
    """
    # Punctuation alone is no word: it is skipped in the comparison and goes where its neighbours go.
    places = [place for place, word in enumerate(words) if plain(word)]
    spoken = [plain(words[place]) for place in places]
    fits = len(spoken) <= speech_s * settings.most_words_per_s
    for start in range(len(spoken)):
        for period in range(1, (len(spoken) - start) // settings.loop_repeats + 1):
            phrase = spoken[start : start + period]
            end = start + period
            while spoken[end : end + period] == phrase:
                end += period
            if (end - start) // period < settings.loop_repeats:
                continue
            digits = all(word in SPOKEN_DIGITS or word.isdigit() for word in phrase)
            if fits and (digits or end - start <= settings.loop_believed_words):
                continue
            # A loop that the token limit cut ends in a part of the phrase.
            if spoken[end:] == phrase[: len(spoken) - end]:
                end = len(spoken)
            return range(places[start + period], places[end] if end < len(places) else len(words))
    return range(0)


def is_silence(logprob: float, no_speech: float, settings: GuardSettings) -> bool:
    """Whether what was written for a window is improbable as a whole: no words of it are kept.

    Either the text is hopeless by itself (`lowest_logprob`), or it is doubtful and the model also believes that the
    window holds no speech (`silent_logprob`, `silent_no_speech`), as over noise and music.
    """
    return logprob < settings.lowest_logprob or (no_speech > settings.silent_no_speech and logprob < settings.silent_logprob)


def known_phrase_words(words: Sequence[str], settings: GuardSettings) -> frozenset[int]:
    """Positions of the words of credits that subtitles end with, such as "Thanks for watching!", to the sentence's end."""
    found: set[int] = set()
    spoken = [plain(word) for word in words]
    for phrase in settings.known_phrases:
        parts = phrase.split()
        for start in range(len(spoken) - len(parts) + 1):
            if spoken[start : start + len(parts)] == parts:
                end = start + len(parts)
                while end < len(words) and not words[end - 1].endswith((".", "!", "?")):
                    end += 1
                found.update(range(start, end))
    return frozenset(found)


def runaway_words(words: Sequence[Word], settings: GuardSettings) -> frozenset[int]:
    """Positions of words squeezed together faster than anyone speaks: text that went on after the speech ended.

    The aligner must place every word somewhere; words that were not spoken pile up at one moment. A run of
    `squeezed_words` words faster than `squeezed_words_per_s` is such a pile.
    """
    run = settings.squeezed_words
    found: set[int] = set()
    for start in range(len(words) - run + 1):
        if words[start + run - 1].end_s - words[start].start_s < run / settings.squeezed_words_per_s:
            found.update(range(start, start + run))
    return frozenset(found)


def announcement_turns(turns: Sequence[Turn], settings: GuardSettings) -> frozenset[int]:
    """Positions of turns on the agent's side that are a recorded announcement before the agent answers.

    The agent's channel carries the queue's announcements. They come before the customer's first words, in a block that
    at least `announcement_gap_s` of the side's silence (music, ringing) parts from what the agent says afterwards; one
    of the block's turns has the wording of an announcement, and none introduces somebody.

    Announcement: "Your call is important to us. All our agents are busy." and 20 s later "Good morning, Ana speaking."
    None: "Good morning, this call is being recorded, my name is Ana."
    """
    customer_starts_s = min((turn.start_s for turn in turns if turn.speaker == "customer" and turn.text), default=float("inf"))
    agent = [(position, turn) for position, turn in enumerate(turns) if turn.speaker == "agent" and turn.text]
    found: set[int] = set()
    block: list[tuple[int, Turn]] = []
    for (position, turn), (_, following) in zip(agent, agent[1:], strict=False):
        if turn.start_s >= customer_starts_s:
            break
        block.append((position, turn))
        if following.start_s - turn.end_s < settings.announcement_gap_s:
            continue
        text = plain(" ".join(each.text for _, each in block))
        announced = any(re.search(rf"\b{pattern}\b", text) for pattern in settings.announcements)
        if announced and not any(re.search(rf"\b{pattern}\b", text) for pattern in settings.announcement_exceptions):
            found.update(each for each, _ in block)
        block = []
    return frozenset(found)
