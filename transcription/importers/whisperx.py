"""WhisperX: segments with words, and a speaker label per segment where speakers were separated."""

from audio.measures import Speaker
from transcription.importers.imported import ImportedMetadata, ImportedTurn, imported
from transcription.importers.node import Node, language_code, span
from transcription.transcript import Transcript, Word


def import_whisperx(document: Node) -> tuple[Transcript, ImportedMetadata]:
    """A JSON output of WhisperX with speakers.

    Labels `agent` and `customer` are taken as they are. Of the labels `SPEAKER_00` and `SPEAKER_01`, the one that
    speaks first is taken for the agent, who answers the call.
    """
    segments = [segment for segment in document.need("segments").items() if segment.need("text").text().strip()]
    speakers = _speakers([segment.need("speaker") for segment in segments])
    turns = []
    for segment in segments:
        start_s, end_s = span(segment.need("start"), segment.need("end"))
        words = segment.find("words")
        turns.append(
            ImportedTurn(
                speaker=speakers[segment.need("speaker").text()],
                text=segment.need("text").text().strip(),
                start_s=start_s,
                end_s=end_s,
                words=_words(words, start_s, end_s) if words else (),
            )
        )
    return imported(document.format, turns, language=language_code(document.find("language")))


def _speakers(labels: list[Node]) -> dict[str, Speaker]:
    names = list(dict.fromkeys(label.text() for label in labels))
    if {name.lower() for name in names} <= {"agent", "customer"}:
        return {label.text(): label.speaker() for label in labels}
    if len(names) > 2:
        third = next(label for label in labels if label.text() == names[2])
        raise third.wrong(f"{len(names)} speakers, a call has 2; name them agent and customer, or separate the recording into 2 speakers")
    sides: tuple[Speaker, Speaker] = ("agent", "customer")
    return dict(zip(names, sides, strict=False))


def _words(words: Node, start_s: float, end_s: float) -> tuple[Word, ...]:
    """Words with times; WhisperX gives none to numerals, which then lie between their neighbours."""
    read = []
    for word in words.items():
        start, end, score = word.find("start"), word.find("end"), word.find("score")
        times = span(start, end) if start and end else None
        read.append((word.need("word").text().strip(), times, score.number() if score else None))
    placed: list[Word] = []
    for position, (text, times, score) in enumerate(read):
        if times is None:
            before_s = placed[-1].end_s if placed else start_s
            following = (later[0] for _, later, _ in read[position + 1 :] if later)
            times = (before_s, max(before_s, next(following, end_s)))
        placed.append(Word(text, *times, score))
    return tuple(placed)
