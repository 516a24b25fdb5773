"""The packaged rubric and its detectors, loaded once; calls written down as text, with or without their timing."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from threadpoolctl import threadpool_limits

from audio.intervals import Interval
from audio.measures import MEASURES_VERSION, Measures, Speaker, Utterance
from audio.settings import ConversationRules
from flows.lock import in_turn
from flows.places import cache_folder
from scoring import detectors as detectors_module
from scoring.call_text import CallText, read_call
from scoring.detectors import Detectors, load_detectors
from scoring.metadata import CallMetadata
from scoring.rubric import Rubric, RubricFiles, load_rubric
from scoring.score import score_call
from scoring.scorecard import Scorecard
from scoring.settings import ScoringSettings
from simulation.truth import Truth
from transcription.transcript import TRANSCRIPT_VERSION, Transcript, Turn, Word

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
CALLS = ROOT / "examples" / "calls"
WORD_S = 0.4
BETWEEN_TURNS_S = 0.5


@dataclass(frozen=True)
class Line:
    """One sentence of a written call, with the behaviour it is there for."""

    speaker: Speaker
    sentence: str
    shows: str | None


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return load_rubric(RubricFiles.in_folder(CONFIG, "en"))


@pytest.fixture(scope="session")
def settings() -> ScoringSettings:
    return TypeAdapter(ScoringSettings).validate_python(_defaults()["scoring"])


@pytest.fixture(scope="session")
def rules() -> ConversationRules:
    return TypeAdapter(ConversationRules).validate_python(_defaults()["audio"]["conversation"])


def _defaults() -> dict:
    return tomllib.loads((CONFIG / "default.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def detectors(rubric: Rubric, settings: ScoringSettings) -> Detectors:
    """Those of the product's own cache, so that all tests and workers train once; anew where they are older than the source."""
    changed_s = max(path.stat().st_mtime for path in Path(detectors_module.__file__).parent.glob("*.py"))
    with in_turn(cache_folder() / "detectors.lock"), threadpool_limits(1):
        for trained in cache_folder().glob("detectors-*.npz"):
            if trained.stat().st_mtime < changed_s:
                trained.unlink()
        return load_detectors(rubric, settings, cache_folder())


@pytest.fixture(scope="session")
def score(
    rubric: Rubric, detectors: Detectors, settings: ScoringSettings, rules: ConversationRules
) -> Callable[..., Scorecard]:
    """score(transcript, measures=None, metadata=None, rubric=the packaged one)."""
    packaged = rubric

    def _score(
        transcript: Transcript, measures: Measures | None = None, metadata: CallMetadata | None = None, rubric: Rubric = packaged
    ) -> Scorecard:
        return score_call(metadata or CallMetadata("call"), measures, transcript, rubric, detectors, settings, rules)

    return _score


@pytest.fixture(scope="session")
def read(detectors: Detectors) -> Callable[[Transcript], CallText]:
    return lambda transcript: read_call(transcript, detectors)


@pytest.fixture(scope="session")
def lines_of() -> Callable[[str], tuple[Line, ...]]:
    """Lines "A: what the agent says [behaviour]" and "C: what the customer says", one sentence each."""
    return _lines


def _lines(written: str) -> tuple[Line, ...]:
    lines = []
    for entry in filter(None, map(str.strip, written.splitlines())):
        side, _, rest = entry.partition(": ")
        sentence, _, shows = rest.partition(" [")
        lines.append(Line({"A": "agent", "C": "customer"}[side], sentence, shows.rstrip("]") or None))
    return tuple(lines)


@pytest.fixture(scope="session")
def spoken() -> Callable[..., Transcript]:
    """A transcript of written lines; lines of one side after each other are one turn, words are evenly spread."""

    def _spoken(written: str | tuple[Line, ...], confidence: float | None = None) -> Transcript:
        turns: list[list[Line]] = []
        for line in _lines(written) if isinstance(written, str) else written:
            if not turns or turns[-1][0].speaker != line.speaker:
                turns.append([])
            turns[-1].append(line)
        return _transcript([(group[0].speaker, " ".join(line.sentence for line in group)) for group in turns], confidence)

    return _spoken


def _transcript(turns: list[tuple[Speaker, str]], confidence: float | None) -> Transcript:
    laid, at_s = [], 0.0
    for number, (speaker, text) in enumerate(turns):
        pieces = text.split()
        words = tuple(Word(piece, at_s + WORD_S * at, at_s + WORD_S * (at + 1), confidence) for at, piece in enumerate(pieces))
        end_s = at_s + WORD_S * len(pieces)
        laid.append(Turn(number, None, speaker, at_s, end_s, text, words, confidence))
        at_s = end_s + BETWEEN_TURNS_S
    return Transcript(TRANSCRIPT_VERSION, "imported:text", "en", None, tuple(laid), (), confidence, None, None, None)


@pytest.fixture(scope="session")
def recorded() -> Callable[[Transcript], tuple[Measures, Transcript]]:
    """The measures of a recording in which every turn of the transcript is one utterance, and the transcript that names them."""
    return _recorded


def _recorded(transcript: Transcript) -> tuple[Measures, Transcript]:
    turns = tuple(replace(turn, utterance=turn.turn) for turn in transcript.turns)
    speech = {side: tuple(Interval(turn.start_s, turn.end_s) for turn in turns if turn.speaker == side) for side in ("agent", "customer")}
    utterances = tuple(
        Utterance(
            utterance=turn.turn, speaker=turn.speaker, start_s=turn.start_s, end_s=turn.end_s, speech_s=turn.end_s - turn.start_s,
            pitch_hz=None, pitch_range_st=None, pitch_slope_st_per_s=None, level_db=None, spectral_tilt_db=None, voiced_share=None,
            tone=None, tone_probability=None, tone_reason="not_measured",
        )
        for turn in turns
    )  # fmt: skip
    measures = Measures(
        version=MEASURES_VERSION, sha256="0" * 64, duration_s=max(turn.end_s for turn in turns) + 1.0, sample_rate_hz=8000, channels=2,
        codec="pcm_s16le", layout="two_channel", health=(), agent_speech=speech["agent"], customer_speech=speech["customer"],
        mono_speech=(), sounds=(), redacted=(), leaked=(), utterances=utterances, refusal=None, unknown=(),
    )  # fmt: skip
    return measures, replace(transcript, turns=turns)


@dataclass(frozen=True)
class ExampleCall:
    """An example call as its truth file has it: exact words, exact speech."""

    truth: Truth
    transcript: Transcript
    measures: Measures


@pytest.fixture(scope="session")
def examples() -> dict[str, ExampleCall]:
    calls = {}
    for path in sorted(CALLS.glob("*.truth.json")):
        truth = TypeAdapter(Truth).validate_json(path.read_bytes())
        turns = tuple(
            Turn(
                number, number, line.speaker, line.start_s, line.end_s, line.text,
                tuple(Word(word.word, word.start_s, word.end_s, None) for word in line.words), None,
            )
            for number, line in enumerate(sorted(truth.lines, key=lambda line: line.start_s))
        )  # fmt: skip
        transcript = Transcript(TRANSCRIPT_VERSION, "truth", "en", None, turns, (), None, None, None, None)
        measures, transcript = _recorded(transcript)
        calls[truth.call_id] = ExampleCall(truth, transcript, replace(measures, duration_s=truth.duration_s))
    return calls


BOILER = """
A: Good afternoon, you're speaking with Martin at Oakline Heating. [greeting]
A: Helen, I have the notes in front of me. [uses_name]
C: Hi, I'm calling about the boiler that you put in on the third, and it has leaked over the kitchen floor twice since then.
C: I'm so upset, I have a baby at home and no hot water.
A: I see. [acknowledgement]
A: That sounds exhausting and really worrying for you. [names_feeling]
A: Anybody with a baby at home would feel the same way. [validation]
A: I'm very sorry that our boiler has leaked in your kitchen. [apology]
A: You don't have to worry any more, we'll have it warm again tonight. [reassurance]
A: So you've had water on the floor two times in ten days. [paraphrase]
C: Yes, exactly, twice in ten days, the first time on the day that your people left.
A: I'm taking charge of this personally until it is done. [ownership]
A: How has it been behaving since the last leak? [open_question]
C: It drips slowly from underneath and the pressure keeps dropping through the day.
A: When you say underneath, do you mean the pipe on the left or the boiler itself? [clarifying_question]
C: The pipe on the left, I think, where the new joint is.
A: Would it be okay if I put you on hold for two minutes while I check the diary of the engineers? [hold_notice]
C: Okay, that's fine with me, I'll wait for you to check it.
A: Thank you for your patience. [thanks_patience]
A: I can have a heating engineer with you this evening. [can_do]
A: You could have a visit this evening, or alternatively the first slot tomorrow morning. [options]
A: Which of those would suit you better? [asks_preference]
C: This evening would be perfect, that would be a great help.
A: I've booked the engineer for six o'clock today. [clear_step]
A: We both want that baby to have warm water tonight. [common_ground]
A: As a gesture of goodwill, I am taking forty dollars off your next bill. [goodwill]
C: Oh, I feel a lot better about it now.
A: I'll call you tomorrow at ten to hear whether it is dry. [follow_up]
A: So to go over it once more, the engineer comes at six and the credit is on your next bill. [recap]
A: Does that take care of everything you called about today? [confirms_resolved]
C: Yes it does, I'm glad that this is being dealt with.
A: Thanks for calling us, have a lovely evening. [closing]
"""


@pytest.fixture(scope="session")
def boiler() -> tuple[Line, ...]:
    """A good call in which every credit that words decide in it is shown by one sentence of its own."""
    return _lines(BOILER)
