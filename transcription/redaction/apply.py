"""Findings become a redacted transcript and the spans to silence. Pure.

A redacted stretch of a turn is one word row that holds its placeholder, from the first redacted word's start to the last
one's end, so that a turn's text stays its words joined by spaces.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from audio.intervals import Interval, Timeline, union
from audio.measures import Speaker
from transcription.redaction.finding import Finding, find
from transcription.redaction.settings import Kind, RedactionSettings
from transcription.redaction.suspects import suspects_to_hide
from transcription.redaction.unheard import believed_end_s
from transcription.transcript import Transcript, Turn, Word
from transcription.turns import mean_confidence

PLACEHOLDER: dict[Kind, str] = {
    "card": "[CARD]",
    "security_code": "[SECURITY_CODE]",
    "expiry": "[EXPIRY]",
    "ssn": "[SSN]",
    "bank": "[BANK]",
    "birth_date": "[BIRTH_DATE]",
    "phone": "[PHONE]",
    "email": "[EMAIL]",
    "address": "[ADDRESS]",
    "name": "[NAME]",
}

SUSPECT_PLACEHOLDER = "[REDACTED]"
"""In place of a suspect word that may be part of a redacted value: nobody knows of which."""


@dataclass(frozen=True, order=True)
class RedactedSpan:
    """A stretch of one side's speech that holds redacted words, or speech of which no word was recognised where a value was given."""

    start_s: float
    end_s: float
    speaker: Speaker
    kind: Kind


@dataclass(frozen=True)
class Redaction:
    transcript: Transcript
    spans: tuple[RedactedSpan, ...]  # in time order


def redact(transcript: Transcript, settings: RedactionSettings) -> Redaction:
    """The transcript with every sensitive value replaced by its kind, and where those values were spoken.

    Values are found however they are spoken: digits as words, in groups, split over turns, corrected, read back, spelled.
    A turn whose text is not its words joined by spaces is read from its text, and its words are made from that.
    With `enabled = false` the transcript is returned unchanged without spans.

    Example: agent "And the security code?" customer "It's four oh two." gives customer "It's [SECURITY_CODE]."
    Counter-example: "Your order four oh two comes on Friday." stays as it is.
    """
    if not settings.enabled:
        return Redaction(transcript, ())
    turns = [_with_words_of_its_text(turn) for turn in transcript.turns]
    searched = find(turns, settings)
    found = searched.findings
    by_turn: dict[int, list[Finding]] = {}
    for finding in found:
        by_turn.setdefault(finding.turn, []).append(finding)
    spans = [_span(turns[finding.turn], finding) for finding in found]
    spans += [
        RedactedSpan(each.stretch.start_s, each.stretch.end_s, turns[each.turn].speaker, each.kind)
        for each in searched.unheard
        if not any(
            span.speaker == turns[each.turn].speaker and span.start_s <= each.stretch.start_s and each.stretch.end_s <= span.end_s
            for span in spans
        )
    ]
    around = [(span.speaker, Interval(span.start_s, span.end_s)) for span in spans]
    hidden = suspects_to_hide(transcript.suspect_words, turns, found, around)
    redacted = replace(
        transcript,
        turns=tuple(
            _as_given(_redacted(turn, by_turn.get(position, ())), given)
            for position, (turn, given) in enumerate(zip(turns, transcript.turns, strict=True))
        ),
        suspect_words=tuple(
            replace(word, word=SUSPECT_PLACEHOLDER) if position in hidden else word
            for position, word in enumerate(transcript.suspect_words)
        ),
    )
    return Redaction(redacted, tuple(sorted(spans)))


def silent_stretches(
    spans: Sequence[RedactedSpan],
    channels: Mapping[Speaker, int],
    padding_s: float,
    leaking: Collection[int] = (),
) -> dict[int, Timeline]:
    """Per channel of the recording, what `audio.silenced.silenced_copy` has to silence.

    `channels` names the channel of each side, `leaking` the channels in which the other side is heard as well: those are
    silent over both sides' spans. Each span is longer by `padding_s` on both sides, since word times are not exact.
    """
    stretches: dict[int, list[Interval]] = {channel: [] for channel in channels.values()}
    for span in spans:
        stretch = Interval(max(0.0, span.start_s - padding_s), span.end_s + padding_s)
        for channel in {channels[span.speaker], *leaking}:
            stretches[channel].append(stretch)
    return {channel: union(intervals) for channel, intervals in stretches.items()}


def _with_words_of_its_text(turn: Turn) -> Turn:
    """The turn itself if its text is its words; else with the text's words, their times spread evenly unless counts agree."""
    if turn.text == " ".join(word.word for word in turn.words):
        return turn
    if not turn.text.strip():
        return replace(turn, text=" ".join(word.word for word in turn.words))
    written = turn.text.split()
    if len(written) == len(turn.words):
        words = tuple(replace(word, word=text) for word, text in zip(turn.words, written, strict=True))
    else:
        each_s = (turn.end_s - turn.start_s) / len(written)
        words = tuple(
            Word(text, turn.start_s + position * each_s, turn.start_s + (position + 1) * each_s, None)
            for position, text in enumerate(written)
        )
    return replace(turn, text=" ".join(written), words=words)


def _as_given(turn: Turn, given: Turn) -> Turn:
    """Without words where the transcript came without them."""
    return turn if given.words else replace(turn, words=())


def _redacted(turn: Turn, findings: Sequence[Finding]) -> Turn:
    words: list[Word] = []
    after = 0
    for finding in findings:
        words += turn.words[after : finding.first]
        spoken = turn.words[finding.first : finding.last + 1]
        text = PLACEHOLDER[finding.kind] + _closing(spoken[-1].word)
        words.append(Word(text, spoken[0].start_s, spoken[-1].end_s, mean_confidence(spoken)))
        after = finding.last + 1
    words += turn.words[after:]
    return replace(turn, text=" ".join(word.word for word in words), words=tuple(words))


def _closing(word: str) -> str:
    """The punctuation that ends a word: a sentence stays a sentence."""
    return word[-1] if word[-1:] in tuple(".,?!;:") else ""


def _span(turn: Turn, finding: Finding) -> RedactedSpan:
    """From the end of the word before to the start of the word after, or to the turn's own edges: word times are not exact, and
    between the words that stay nothing is lost."""
    start_s = believed_end_s(turn.words[finding.first - 1]) if finding.first else turn.start_s
    end_s = turn.words[finding.last + 1].start_s if finding.last + 1 < len(turn.words) else turn.end_s
    first_s, last_s = turn.words[finding.first].start_s, turn.words[finding.last].end_s
    return RedactedSpan(min(start_s, first_s), max(end_s, last_s), turn.speaker, finding.kind)
