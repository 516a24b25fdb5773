"""Written windows become a transcript: words on the recording's clock, suspects set aside, turns by utterance. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audio.intervals import total_s, union
from audio.measures import Measures, Speaker
from transcription import guards
from transcription.attribution import SaidBy, said_by
from transcription.decoding import Decoded, DecodedWord
from transcription.language import Language
from transcription.settings import GuardSettings
from transcription.timing import distance_s, on_recording_clock, snapped_to_speech
from transcription.transcript import TRANSCRIPT_VERSION, SuspectWord, Transcript, Word
from transcription.turns import hallucination_share, mean_confidence, speech_without_words, turns_from_words
from transcription.windows import Window


@dataclass(frozen=True)
class WrittenWindow:
    """What was written for a window: its aligned words, and the words of a repetition loop that were cut."""

    window: Window
    decoded: Decoded
    words: tuple[DecodedWord, ...]
    looped: tuple[str, ...]


def assembled(engine: str, measures: Measures, language: Language, written: Sequence[WrittenWindow], settings: GuardSettings) -> Transcript:
    """The transcript of a call from what was written for its windows.

    An announcement is set aside too, but counts as heard speech and not as hallucination: somebody said it.
    """
    believed: list[tuple[Speaker, Word]] = []
    suspects: list[SuspectWord] = []
    for each in written:
        words, suspected = _judged(each, measures, settings)
        believed += [(word.speaker, word.word) for word in words]
        suspects += suspected
    turns = turns_from_words(measures.utterances, believed)
    share = hallucination_share(turns, suspects)
    announced = guards.announcement_turns(turns, settings)
    suspects += [
        SuspectWord(turns[position].speaker, word.word, word.start_s, word.end_s, "announcement")
        for position in announced
        for word in turns[position].words
    ]
    turns = tuple(
        replace(turn, text="", words=(), confidence=None) if position in announced else turn for position, turn in enumerate(turns)
    )
    said = {side: [word for speaker, word in believed if speaker == side] for side in ("agent", "customer")}
    speech = [(measures.agent_speech, said["agent"]), (measures.customer_speech, said["customer"])]
    if measures.layout == "mono":  # of two who speak at once one can be written
        speech = [(union(measures.agent_speech, measures.customer_speech), [word for _, word in believed])]
    lost_s = sum(total_s(speech_without_words(spoken, words, settings.loss_reach_s)) for spoken, words in speech)
    spoken_s = sum(total_s(spoken) for spoken, _ in speech)
    return Transcript(
        version=TRANSCRIPT_VERSION,
        engine=engine,
        language=language.code,
        language_probability=language.probability,
        turns=turns,
        suspect_words=tuple(sorted(suspects, key=lambda word: (word.start_s, word.end_s, word.speaker))),
        asr_confidence=mean_confidence([word for turn in turns for word in turn.words]),
        hallucination_share=share,
        loss_share=lost_s / spoken_s if spoken_s else None,
        refusal=None,
    )


def refused(engine: str, measures: Measures, language: Language, reason: str) -> Transcript:
    """The transcript of a call that is not transcribed: no words, and the reason code."""
    return Transcript(
        version=TRANSCRIPT_VERSION,
        engine=engine,
        language=language.code,
        language_probability=language.probability,
        turns=turns_from_words(measures.utterances, ()),
        suspect_words=(),
        asr_confidence=None,
        hallucination_share=None,
        loss_share=None,
        refusal=reason,
    )


def _judged(written: WrittenWindow, measures: Measures, settings: GuardSettings) -> tuple[list[SaidBy], list[SuspectWord]]:
    """A window's words that are believed, and those that are not with the reason."""
    window = written.window
    side = measures.agent_speech if window.speaker == "agent" else measures.customer_speech
    words = snapped_to_speech(on_recording_clock(written.words, window), window.speech)
    if measures.layout == "mono":
        side = union(measures.agent_speech, measures.customer_speech)
        said = said_by(words, measures)
    else:
        said = [SaidBy(window.speaker, word) for word in words]

    def suspect(each: SaidBy, reason: str) -> SuspectWord:
        return SuspectWord(each.speaker, each.word.word, each.word.start_s, each.word.end_s, reason)

    end_s = window.pieces[-1].end_s
    suspects = [SuspectWord(window.speaker, word, end_s, end_s, "repetition_loop") for word in written.looped]
    if guards.is_silence(written.decoded.logprob, written.decoded.no_speech, settings):
        return [], suspects + [suspect(each, "low_probability") for each in said]
    believed: list[SaidBy] = []
    known = guards.known_phrase_words([word.word for word in words], settings)
    runaway = guards.runaway_words(words, settings)
    for position, each in enumerate(said):
        if position in known:
            suspects.append(suspect(each, "known_phrase"))
        elif position in runaway:
            suspects.append(suspect(each, "runaway"))
        elif distance_s(each.word, side) > settings.outside_speech_s:
            suspects.append(suspect(each, "outside_speech"))
        else:
            believed.append(each)
    return believed, suspects
