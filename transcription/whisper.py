"""The real engine: Whisper through faster-whisper's model, on windows of speech only.

Windows of both sides are sorted by length and decoded in batches, each batch encoded with just the frames it needs; a
window whose text is improbable or repeats itself is looked at again, alone, with Whisper's usual care. Word times come
from the model's cross-attention and are corrected by the measured speech.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from audio.intervals import Timeline, union
from audio.measures import Measures, Speaker
from audio.recording import SAMPLE_RATE_HZ, Recording
from transcription import guards
from transcription.assembly import WrittenWindow, assembled, refused
from transcription.decoding import FULL_WINDOW_S, Decoded, Decoder, Encoded
from transcription.errors import EngineError
from transcription.language import Language, heard_language, refusal, windows_at_places
from transcription.settings import DecodingSettings, TranscriptionSettings
from transcription.transcript import Transcript
from transcription.weights import Weights
from transcription.windows import Window, plan_windows

SPARE_TOKENS = 12
"""Beside the tokens that its seconds of speech allow, a window may hold this many: numerals and names take more."""


class WhisperEngine:
    """An `Engine` on one loaded Whisper model. Load one per worker process and use it for many calls, one at a time."""

    def __init__(self, weights: Weights, settings: TranscriptionSettings) -> None:
        """Load the model. Raises `WeightsError` or `EngineError` with what to do."""
        self._settings = settings
        self._decoder = Decoder(weights, settings.model, settings.vocabulary, settings.language.expected)
        if not self._decoder.multilingual and settings.language.expected != "en":
            raise EngineError(
                f"model {weights.name!r} knows English only, but the expected language is "
                f"{settings.language.expected!r}; choose a multilingual model such as 'base'"
            )
        on_gpu = self._decoder.device == "cuda"
        self._batch_s = settings.model.cuda_batch_s if on_gpu else settings.model.cpu_batch_s
        self.name = engine_name(weights, settings)

    def transcribe(self, recording: Recording, measures: Measures, channels: Mapping[Speaker, int]) -> Transcript:
        """The words of one call, by utterance; see `Engine`.

        Refused with `no_speech` where no side speaks, with `language:xx` where another language than the expected one
        is heard over the call's places.
        """
        windows = _planned(recording, measures, channels, self._settings)
        if not windows:
            return refused(self.name, measures, Language(None, None), "no_speech")
        places = windows_at_places(windows, self._settings.language.places)
        listened = self._with_longest(places, windows)
        others = self._batches([window for window in windows if window not in listened])
        encoded = self._encoded(recording, channels, listened)
        language = self._language(listened, encoded, places)
        if reason := refusal(language, self._settings.language):
            return refused(self.name, measures, language, reason)
        looked = chain([(listened, encoded)], ((batch, self._encoded(recording, channels, batch)) for batch in others))
        written: list[WrittenWindow] = []
        doubtful: list[tuple[Window, Decoded]] = []
        for batch, encoded in looked:
            decoded = self._decoder.generate(encoded, len(batch), self._most_tokens(batch), self._settings.decoding.beam_size)
            again = [is_doubtful(each, self._settings.decoding) for each in decoded]
            doubtful += [pair for pair, doubt in zip(zip(batch, decoded, strict=True), again, strict=True) if doubt]
            written += self._aligned(encoded, batch, decoded, skipped=again)
        first = dict(doubtful)
        for batch in self._batches(list(first), self._settings.decoding.second_look_window_s):
            encoded = self._encoded(recording, channels, batch, self._settings.decoding.second_look_window_s)
            second = self._decoder.generate(encoded, len(batch), self._most_tokens(batch), self._settings.decoding.second_look_beam_size)
            best = [better_of(first[window], each) for window, each in zip(batch, second, strict=True)]
            written += self._aligned(encoded, batch, best, skipped=[False] * len(batch))
        return assembled(self.name, measures, language, written, self._settings.guards)

    def _language(self, batch: Sequence[Window], encoded: Encoded, places: Sequence[Window]) -> Language:
        if not self._decoder.multilingual:
            return Language(self._settings.language.expected, None)
        heard = self._decoder.detect_language(encoded, [batch.index(window) for window in places])
        return heard_language(places, heard, self._settings.language)

    def _encoded(self, recording: Recording, channels: Mapping[Speaker, int], batch: Sequence[Window], least_s: float = 0.0) -> Encoded:
        """A batch of windows encoded with the seconds that its longest window needs."""
        length_s = max(self._filled_s(window, least_s) for window in batch)
        return self._decoder.encode([_samples(recording, channels, window) for window in batch], length_s)

    def _filled_s(self, window: Window, least_s: float = 0.0) -> float:
        """How long a window is with the silence that follows its audio."""
        settings = self._settings.windows
        return min(max(window.duration_s + settings.appended_silence_s, settings.shortest_s, least_s), FULL_WINDOW_S)

    def _batches(self, windows: Sequence[Window], least_s: float = 0.0) -> list[list[Window]]:
        """Windows of like length together, so that little of a batch is filling; each filled to the longest, as long as a batch may be."""
        batches: list[list[Window]] = []
        for window in sorted(windows, key=_length):
            if batches and (len(batches[-1]) + 1) * self._filled_s(window, least_s) <= self._batch_s:
                batches[-1].append(window)
            else:
                batches.append([window])
        return batches

    def _with_longest(self, places: Sequence[Window], windows: Sequence[Window]) -> list[Window]:
        """The windows whose language is asked, which may be of any length, in a batch with the longest of the others."""
        others = sorted((window for window in windows if window not in places), key=_length, reverse=True)
        longest_s = max(self._filled_s(window) for window in windows)
        return [*places, *others[: max(0, int(self._batch_s / longest_s) - len(places))]]

    def _most_tokens(self, batch: Sequence[Window]) -> int:
        """What the longest window of a batch may write: nobody speaks faster, so more is a loop."""
        return SPARE_TOKENS + int(max(window.speech_s for window in batch) * self._settings.decoding.tokens_per_s)

    def _aligned(
        self, encoded: Encoded, batch: Sequence[Window], decoded: Sequence[Decoded], skipped: Sequence[bool]
    ) -> list[WrittenWindow]:
        """The words of a batch with their times in the window; loops are cut before, so that they do not pull words away."""
        texts = []
        for window, each, skip in zip(batch, decoded, skipped, strict=True):
            words = [] if skip else self._decoder.split_words(each.tokens)
            loop = guards.loop_span([word for word, _ in words], window.speech_s, self._settings.guards)
            texts.append((words, loop))
        kept = [
            tuple(token for position, (_, tokens) in enumerate(words) if position not in loop for token in tokens) for words, loop in texts
        ]
        aligned = self._decoder.align(encoded, kept, [window.duration_s for window in batch])
        return [
            WrittenWindow(window, each, tuple(spoken), tuple(words[position][0].strip() for position in loop))
            for window, each, spoken, (words, loop), skip in zip(batch, decoded, aligned, texts, skipped, strict=True)
            if not skip
        ]


def is_doubtful(decoded: Decoded, settings: DecodingSettings) -> bool:
    """Whether a window deserves a second look: its text is improbable, repeats itself, or was cut by the token limit."""
    return decoded.logprob < settings.second_look_logprob or decoded.compression > settings.second_look_compression or decoded.hit_limit


def better_of(first: Decoded, second: Decoded) -> Decoded:
    """The look to believe: one that ended by itself before one that was cut, then the more probable one."""
    return max(first, second, key=lambda decoded: (not decoded.hit_limit, decoded.logprob))


def engine_name(weights: Weights, settings: TranscriptionSettings) -> str:
    """Model, weights and a fingerprint of the settings that decide the words.

    The same name means the same words, but for the one in two hundred that a GPU writes otherwise than a CPU: where `auto` ends is
    known to the worker alone, and a stored transcript is as good as one made anew on the other.
    """
    deciding = replace(settings, model=replace(settings.model, threads=1, cpu_batch_s=1.0, cuda_batch_s=1.0))
    fingerprint = hashlib.sha256(repr(deciding).encode()).hexdigest()[:8]
    return f"whisper:{weights.name}@{weights.sha256[:8]}/{fingerprint}"


def _planned(recording: Recording, measures: Measures, channels: Mapping[Speaker, int], settings: TranscriptionSettings) -> list[Window]:
    windows: list[Window] = []
    for speaker, speech in _to_hear(measures).items():
        if speaker in channels:
            channel = channels[speaker]
            windows += plan_windows(
                speaker,
                speech,
                measures.duration_s,
                settings.windows,
                lambda start_s, end_s, channel=channel: quietest_moment_s(recording, channel, start_s, end_s),
            )
    return windows


def _to_hear(measures: Measures) -> dict[Speaker, Timeline]:
    """The speech to recognise together, under whose name; on one channel all of it, so that no word is heard twice."""
    if measures.layout == "mono":
        return {"agent": union(measures.agent_speech, measures.customer_speech)}
    return {"agent": measures.agent_speech, "customer": measures.customer_speech}


def quietest_moment_s(recording: Recording, channel: int, start_s: float, end_s: float) -> float:
    """The middle of the quietest 100 ms of a stretch: where to cut speech that never pauses."""
    power = recording.read(channel, start_s, end_s) ** 2
    length = SAMPLE_RATE_HZ // 10
    sums = np.cumsum(np.concatenate([[0.0], power]))
    return start_s + (int(np.argmin(sums[length:] - sums[:-length])) + length / 2) / SAMPLE_RATE_HZ


def _length(window: Window) -> tuple[float, float, str]:
    return window.duration_s, window.pieces[0].start_s, window.speaker


def _samples(recording: Recording, channels: Mapping[Speaker, int], window: Window) -> np.ndarray:
    return np.concatenate([recording.read(channels[window.speaker], piece.start_s, piece.end_s) for piece in window.pieces])
