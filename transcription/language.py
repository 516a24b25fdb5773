"""Which language a call is held in, heard at several places of it. Pure.

A greeting may be in one language and the talk in another, and the first 30 s may be ringing and music: so the whole
call is asked, at places that hold equal shares of its speech.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transcription.settings import LanguageSettings
from transcription.windows import Window


@dataclass(frozen=True)
class Language:
    """The language of a call. Both None where it was not heard: too little speech, or a model of one language."""

    code: str | None  # ISO 639-1
    probability: float | None  # mean over the places, weighted by their speech


def windows_at_places(windows: Sequence[Window], places: int) -> tuple[Window, ...]:
    """The windows in the middle of each of `places` equal shares of the call's speech, in time order."""
    ordered = sorted(windows, key=lambda window: window.pieces[0].start_s)
    total_s = sum(window.speech_s for window in ordered)
    chosen: list[Window] = []
    so_far_s = 0.0
    for window in ordered:
        before_s, so_far_s = so_far_s, so_far_s + window.speech_s
        if any(before_s <= (place + 0.5) * total_s / places < so_far_s for place in range(places)):
            chosen.append(window)
    return tuple(chosen)


def heard_language(windows: Sequence[Window], heard: Sequence[Mapping[str, float]], settings: LanguageSettings) -> Language:
    """The most probable language over the windows listened to, by mean probability weighted by speech.

    `heard` gives each window's probabilities. Unknown under `settings.least_speech_s` of speech in all of them: a
    "hello" alone is guessed as any language.
    """
    speech_s = sum(window.speech_s for window in windows)
    if not heard or speech_s < settings.least_speech_s:
        return Language(None, None)
    means: dict[str, float] = {}
    for window, probabilities in zip(windows, heard, strict=True):
        for code, probability in probabilities.items():
            means[code] = means.get(code, 0.0) + probability * window.speech_s / speech_s
    code = max(means, key=lambda each: means[each])
    return Language(code, means[code])


def refusal(language: Language, settings: LanguageSettings) -> str | None:
    """`language:xx` where another language than the expected one was heard surely enough, else None."""
    if language.code is None or language.probability is None or language.code == settings.expected:
        return None
    return f"language:{language.code}" if language.probability >= settings.refused_probability else None
