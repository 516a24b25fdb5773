"""Word times in a window become times in the recording, corrected by where the waveform has speech. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from audio.intervals import Interval
from transcription.decoding import DecodedWord
from transcription.transcript import Word
from transcription.windows import Window


def on_recording_clock(words: Sequence[DecodedWord], window: Window) -> list[Word]:
    """Words of a window at the times at which the recording has them.

    A word belongs to the piece in which its middle sounds; its ends are held inside that piece, since the silence
    between two pieces was not shown to the model.
    """
    placed = []
    for word in words:
        piece = window.piece_at((word.start_s + word.end_s) / 2)
        placed.append(
            Word(
                word=word.word,
                start_s=window.recording_time_s(word.start_s, piece),
                end_s=window.recording_time_s(word.end_s, piece),
                confidence=word.confidence,
            )
        )
    return placed


def distance_s(word: Word, speech: Sequence[Interval]) -> float:
    """How far a word is from the nearest speech; 0 where they touch, infinite without speech. `speech` is in time order."""
    position = bisect_right(speech, word.start_s, key=lambda interval: interval.start_s)
    return min(
        (
            max(interval.start_s - word.end_s, word.start_s - interval.end_s, 0.0)
            for interval in speech[max(0, position - 1) : position + 1]
        ),
        default=float("inf"),
    )


def snapped_to_speech(words: Sequence[Word], speech: Sequence[Interval]) -> list[Word]:
    """Words whose ends were drawn over silence are trimmed to the speech they cover most.

    The aligner lets a word begin where the one before it ended, so the first word after a pause would begin in the
    pause. A word that touches no speech keeps its times.
    """
    snapped = []
    for word in words:
        touching = [
            Interval(max(word.start_s, interval.start_s), min(word.end_s, interval.end_s))
            for interval in speech
            if interval.start_s < word.end_s and interval.end_s > word.start_s
        ]
        if touching:
            longest = max(touching, key=lambda interval: interval.duration_s)
            word = replace(word, start_s=longest.start_s, end_s=longest.end_s)
        snapped.append(word)
    return snapped
