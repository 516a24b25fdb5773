"""The eight tables of the results: every column declared once, with its unit and its meaning.

The declaration makes the pyarrow schemas (`schema`), `docs/columns.md` (`columns_markdown`) and the tooltips of the
review application. A column that may be unknown is `| None`; unknown is null with a reason elsewhere, never zero.
The partition column `date` is not declared: it is the folder name.
"""

import dataclasses
import functools
import types
import typing
from dataclasses import dataclass, field
from datetime import datetime

if typing.TYPE_CHECKING:
    import pyarrow as pa  # 30 MB that those who make rows, and no table, do not need


def column(help: str, unit: str = "", **default: object) -> typing.Any:
    """A field that knows what it means: `help` in one sentence, `unit` such as "s", "share 0-1", "dB".

    A column that came later has a `default`, so that calls scored before are still read.
    """
    return field(metadata={"help": help, "unit": unit}, **default)


@dataclass(frozen=True, kw_only=True)
class CallRow:
    """A call seen: one row whether it was scored, refused or failed."""

    call_id: str = column("Name of the call: the file stem unless metadata names one.")
    recording: str | None = column("Path or address of the recording, as given.")
    sha256: str | None = column("SHA-256 of the recording's bytes.")
    started_at: datetime | None = column("When the call began, in UTC, from metadata; null if not given.")
    duration_s: float | None = column("Length of the recording.", "s")
    layout: str | None = column("two_channel, mono or imported (a transcript without a recording).")
    speaker_separation: float | None = column(
        "With both sides on one channel: probability that their two voices were told apart; null otherwise.", "0-1"
    )
    role_probability: float | None = column("Probability, by what is said, that the side called the agent is the agent.", "0-1")
    agent_channel: int | None = column(
        "Channel on which the agent is heard, 0 or 1; null without two channels, for a refused call, or where a version without this "
        "column scored it.",
        default=None,
    )
    channels_swapped: bool | None = column(
        "Whether the words say that the two channels hold the sides the other way round than configured, or than its metadata says "
        "(corrected where `input.correct_swapped` is set); null without two channels."
    )
    agent_id: str | None = column("The agent, from metadata.")
    team: str | None = column("The agent's team, from metadata.")
    customer_id: str | None = column("The customer, from metadata.")
    queue: str | None = column("The queue or line the call came in on, from metadata.")
    language: str | None = column("Language spoken, ISO 639-1.")
    status: str = column("scored, refused (the input cannot support a score) or failed (something went wrong).")
    reason: str | None = column("Reason code of a refused or failed call; null when scored.")
    reason_text: str | None = column("The reason in words: what happened, the numbers, and what to do.")
    unknown: list[str] = column("Measures this input cannot support, each as `measure:reason_code`.")

    agent_talk_s: float | None = column("Time the agent speaks, holds excluded.", "s")
    customer_talk_s: float | None = column("Time the customer speaks, holds excluded.", "s")
    agent_talk_share: float | None = column("Agent's part of all talk: agent / (agent + customer).", "share 0-1")
    silence_s: float | None = column("Time in which neither side speaks for 1.0 s or longer, holds excluded.", "s")
    longest_silence_s: float | None = column("The longest such silence.", "s")
    hold_s: float | None = column("Time on hold: announced holds and hold music.", "s")
    overlap_s: float | None = column("Time both sides speak at once, leakage excluded.", "s")
    agent_interruptions: int | None = column("Times the agent took the floor from the customer.", "count")
    customer_interruptions: int | None = column("Times the customer took the floor from the agent.", "count")
    agent_interruptions_per_min: float | None = column("The agent's interruptions per minute of the customer's speech.", "1/min")
    customer_interruptions_per_min: float | None = column("The customer's interruptions per minute of the agent's speech.", "1/min")
    agent_backchannels: int | None = column("Short acknowledgements by the agent while the customer keeps the floor.", "count")
    agent_wpm: float | None = column("Agent's words per minute of the agent's own speech.", "words/min")
    customer_wpm: float | None = column("Customer's words per minute of the customer's own speech.", "words/min")
    response_latency_s: float | None = column("Median time from the end of the customer's speech to the agent's answer.", "s")
    longest_monologue_s: float | None = column("Longest stretch in which only the agent has the floor.", "s")
    customer_tone_start: str | None = column("Customer's tone at the start: raised, even or subdued against that speaker's own baseline.")
    customer_tone_peak: str | None = column("The most agitated tone of the customer in the call.")
    customer_tone_end: str | None = column("Customer's tone at the end.")
    agent_emotion: bool = column("Whether emotion was inferred for the agent's voice; false means acoustic descriptors only.")

    asr_confidence: float | None = column("Mean confidence of the recognised words.", "0-1")
    hallucination_share: float | None = column("Recognised words outside speech or in loops, of all words written.", "share 0-1")
    loss_share: float | None = column("Speech without any recognised word, of all speech.", "share 0-1")

    listening: float | None = column("Listening score; null when not applicable.", "0-100")
    listening_low: float | None = column("Lower end of the 90 % interval of the listening score.", "0-100")
    listening_high: float | None = column("Upper end of the 90 % interval of the listening score.", "0-100")
    empathy: float | None = column("Empathy score; null when the customer gave no occasion for it.", "0-100")
    empathy_low: float | None = column("Lower end of the 90 % interval of the empathy score.", "0-100")
    empathy_high: float | None = column("Upper end of the 90 % interval of the empathy score.", "0-100")
    solution_focus: float | None = column("Solution focus score; null when not applicable.", "0-100")
    solution_focus_low: float | None = column("Lower end of the 90 % interval of the solution focus score.", "0-100")
    solution_focus_high: float | None = column("Upper end of the 90 % interval of the solution focus score.", "0-100")
    overall: float | None = column("Weighted mean of the applicable skills; 0 after an auto-fail.", "0-100")
    overall_low: float | None = column("Lower end of the 90 % interval of the overall score.", "0-100")
    overall_high: float | None = column("Upper end of the 90 % interval of the overall score.", "0-100")
    band: str | None = column("Band of the overall score, named in the rubric.")
    auto_fail: str | None = column("Id of the auto-fail rule that set the overall score to 0; null if none.")
    flags: list[str] = column("Ids of the flags raised, most urgent first.")
    flag_reasons: list[str] = column("Why each flag was raised, in words, in the order of `flags`.")
    control_arm: bool | None = column("Drawn at random (by hash of the call id) for review whatever its scores.")

    outcome: str | None = column("How the call ended: resolved, follow_up_due, escalated or unresolved; null where it is unclear.")
    customer_state: str | None = column("angry, indecisive, unreasonable_demand, passive_aggressive or none; null where it is unclear.")
    conflict_cause: str | None = column(
        "communication, quality, pricing_or_billing, unmet_expectation, complaint_handling or none; null where it is unclear."
    )
    turnaround: str | None = column("Customer at the end against the start: better, same or worse; null without distress.")
    distress_moments: int | None = column("Moments at which the customer showed distress, by words or voice.", "count")
    distress_answered: int | None = column("Of these, answered with empathy within the rubric's number of agent turns.", "count")

    went_well: str | None = column("Coaching: what went well, in one plain sentence.")
    went_well_quote: str | None = column("The agent's words it refers to, verbatim.")
    went_well_s: float | None = column("When these words begin.", "s")
    try_next: str | None = column("Coaching: the one thing to try next, in plain language.")
    try_next_quote: str | None = column("The words at the moment it refers to, verbatim; null if it refers to the whole call.")
    try_next_s: float | None = column("When that moment begins.", "s")
    try_next_wording: str | None = column("A better wording for that very moment.")

    rubric: str | None = column("Fingerprint of rubric, phrases and flags that made the scores.")
    engine: str | None = column("Recogniser, its weights and the settings that decide the words.")
    settings: str | None = column("Fingerprint of the settings the call was processed with.")
    compute_s: float | None = column("Processor time spent on the call.", "s")


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """An utterance of one side."""

    call_id: str = column("The call.")
    turn: int = column("Position in time order over both sides, from 0.")
    speaker: str = column("agent or customer.")
    start_s: float = column("When it begins.", "s")
    end_s: float = column("When it ends.", "s")
    text: str = column("What was recognised, after redaction.")
    words: int = column("Recognised words.", "count")
    wpm: float | None = column("Words per minute of speech in the turn; null under 1 s of speech.", "words/min")
    confidence: float | None = column("Mean word confidence.", "0-1")
    pitch_hz: float | None = column("Median pitch over voiced frames.", "Hz")
    pitch_range_st: float | None = column("5th to 95th percentile of pitch.", "semitones")
    level_db: float | None = column("Level against the speaker's own median.", "dB")
    tone: str | None = column("raised, even or subdued against the speaker's own baseline; customer only unless agent_emotion is on.")
    tone_probability: float | None = column("Calibrated probability of that tone.", "0-1")
    distress: float | None = column("Probability that the customer shows distress in this turn; null for the agent.", "0-1")


@dataclass(frozen=True, kw_only=True)
class WordRow:
    """A recognised word."""

    call_id: str = column("The call.")
    turn: int = column("The turn it belongs to.")
    word: str = column("The word as written by the recogniser, after redaction.")
    start_s: float = column("When it begins.", "s")
    end_s: float = column("When it ends.", "s")
    confidence: float | None = column("The recogniser's confidence.", "0-1")


@dataclass(frozen=True, kw_only=True)
class OverlapRow:
    """A stretch in which both sides speak, with the facts that decided its kind. A is who spoke first, B who started over A."""

    call_id: str = column("The call.")
    start_s: float = column("When B starts over A.", "s")
    end_s: float = column("When the two no longer speak at once.", "s")
    by: str = column("B: agent or customer.")
    kind: str = column("backchannel, terminal_overlap, interruption, failed_interruption or crosstalk.")
    floor_held_s: float | None = column("How long A had had the floor when B started.", "s")
    yielded_after_s: float | None = column("From B's start to A's stop.", "s")
    continued_s: float | None = column("How long A goes on after B has stopped; 0 if A stops first.", "s")
    by_speech_s: float | None = column("B's speech in this utterance.", "s")
    by_holds_s: float | None = column("B's speech from here until A's next turn.", "s")
    by_silent_before_s: float | None = column("How long B had been silent before; null if B had not spoken.", "s")
    by_silent_after_s: float | None = column("How long B is silent afterwards; null if B does not speak again.", "s")
    in_pause: bool | None = column("Whether B started in a pause inside A's utterance, and A went on.")
    sentence_complete: bool | None = column("Whether A's words ended as a complete sentence; null if unknown.")
    by_words: int | None = column("Words recognised in B's stretch; null if unknown.", "count")
    by_acknowledges: bool | None = column("Whether all of B's words are acknowledgements; null if unknown.")


@dataclass(frozen=True, kw_only=True)
class SilenceRow:
    """A stretch of at least 1.0 s in which neither side speaks."""

    call_id: str = column("The call.")
    start_s: float = column("When it begins.", "s")
    end_s: float = column("When it ends.", "s")
    kind: str = column("pause, dead_air, announced_hold, hold_music or redacted.")
    music: bool = column("Whether non-speech sound such as music fills most of it.")


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """One sign of a behaviour or of a customer signal. One that is not sure counts in part: see its confidence and points."""

    call_id: str = column("The call.")
    skill: str = column("listening, empathy, solution_focus, conduct or customer (signals without points).")
    behaviour: str = column("Id of the behaviour in the rubric.")
    polarity: int = column("1 credit, -1 debit, 0 for signals that carry no points.")
    speaker: str = column("agent or customer.")
    turn: int | None = column("The turn it lies in; null where it spans turns.")
    start_s: float = column("When it begins.", "s")
    end_s: float = column("When it ends.", "s")
    quote: str = column("The words, verbatim from the transcript; empty where only timing is the evidence.")
    confidence: float = column("Probability that it is what it is taken for, transcript uncertainty included.", "0-1")
    points: float = column("Points it gave or took within its skill.", "points of 100")
    detector: str = column("meaning, pattern, context, timing or acoustics.")


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """A criterion of a call: a behaviour's own score, a skill, or the overall score."""

    call_id: str = column("The call.")
    skill: str = column("The skill it belongs to; overall for the whole call.")
    criterion: str = column("Id of the behaviour, or the skill's own name for its total.")
    value: float | None = column("What the criterion reached; null when not applicable.", "0-100")
    low: float | None = column("Lower end of the 90 % interval.", "0-100")
    high: float | None = column("Upper end of the 90 % interval.", "0-100")
    weight: float = column("Its weight: points within the skill (in part where it was shown in part and counts only then), or the skill's.")
    not_applicable: bool = column("The call gave no occasion for it, or the input cannot support it.")
    opportunities: int | None = column("Occasions the call gave for it; null where it is not counted.", "count")
    shown: int | None = column("Signs found that are not doubtful; doubtful ones count in part. Null where it is not counted.", "count")
    reason: str | None = column("Why it is not applicable, as a code.")


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run over a folder; seen = scored + refused + failed + skipped."""

    run_id: str = column("Name of the run.")
    started_at: datetime = column("When it started, UTC.")
    finished_at: datetime | None = column("When it finished, UTC; null if it did not.")
    seen: int = column("Calls found.", "count")
    scored: int = column("Calls scored.", "count")
    refused: int = column("Calls whose input cannot support a score.", "count")
    failed: int = column("Calls that failed.", "count")
    skipped: int = column("Calls already done with the same recording, settings and rubric.", "count")
    audio_s: float = column("Audio scored.", "s")
    compute_s: float = column("Processor time spent.", "s")
    cost: float | None = column("Compute time times the configured price; null if no price is set.", "currency of the config")
    rubric: str | None = column("Fingerprint of rubric, phrases and flags.")
    engine: str | None = column("Recogniser, its weights and the settings that decide the words.")
    settings: str | None = column("Fingerprint of the settings.")
    night: str | None = column("Business date whose recordings the run was for; null where the recordings do not lie by date.")


TABLES: dict[str, type] = {
    "calls": CallRow,
    "turns": TurnRow,
    "words": WordRow,
    "overlaps": OverlapRow,
    "silences": SilenceRow,
    "evidence": EvidenceRow,
    "scores": ScoreRow,
    "runs": RunRow,
}


@functools.cache
def _arrow_types() -> "dict[type, pa.DataType]":
    import pyarrow as pa

    return {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), datetime: pa.timestamp("us", tz="UTC")}


def _arrow_type(annotation: typing.Any) -> "tuple[pa.DataType, bool]":
    """The arrow type of a field's annotation and whether it may be null."""
    if isinstance(annotation, types.UnionType):
        inner = [part for part in typing.get_args(annotation) if part is not type(None)]
        return _arrow_types()[inner[0]], True
    if typing.get_origin(annotation) is list:
        import pyarrow as pa

        return pa.list_(_arrow_types()[typing.get_args(annotation)[0]]), False
    return _arrow_types()[annotation], False


def schema(table: str) -> "pa.Schema":
    """The pyarrow schema of a table, with each column's unit and help as field metadata."""
    import pyarrow as pa

    hints = typing.get_type_hints(TABLES[table])
    fields = []
    for declared in dataclasses.fields(TABLES[table]):
        arrow_type, nullable = _arrow_type(hints[declared.name])
        fields.append(pa.field(declared.name, arrow_type, nullable, {k: v for k, v in declared.metadata.items() if v}))
    return pa.schema(fields)


def to_table(table: str, rows: typing.Sequence[typing.Any]) -> "pa.Table":
    """Rows of one table as a pyarrow table with the table's schema, also when there are no rows.

    Raises ValueError naming table and column where a column that is always known is null: pyarrow would store it.
    """
    import pyarrow as pa

    declared = schema(table)
    columns = {name: [getattr(row, name) for row in rows] for name in declared.names}
    for arrow_field in declared:
        missing = sum(value is None for value in columns[arrow_field.name])
        if missing and not arrow_field.nullable:
            raise ValueError(f"table {table}: column {arrow_field.name} is null in {missing} of {len(rows)} rows but may never be")
    return pa.table(columns, schema=declared)


def columns_markdown() -> str:
    """The text of `docs/columns.md`."""
    lines = [
        "# Columns of the results",
        "",
        "Made from `scoring/tables.py` by `python -m scoring.tables`; a test holds the two equal.",
        "Files lie at `RESULTS/<table>/date=YYYY-MM-DD/*.parquet`; `date` is a partition column of every table.",
        "A column marked `null` may be unknown: it is then null with a reason, never zero. Times are seconds from the",
        "start of the recording.",
    ]
    for name, row_class in TABLES.items():
        lines += ["", f"## {name}", "", str(row_class.__doc__).strip(), ""]
        lines += ["| column | type | unit | meaning |", "| --- | --- | --- | --- |"]
        for arrow_field, declared in zip(schema(name), dataclasses.fields(row_class), strict=True):
            kind = str(arrow_field.type).replace("list<element: string>", "list of string").replace("list<item: string>", "list of string")
            kind += ", null" if arrow_field.nullable else ""
            lines.append(f"| `{declared.name}` | {kind} | {declared.metadata['unit']} | {declared.metadata['help']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import pathlib

    pathlib.Path(__file__).parent.parent.joinpath("docs", "columns.md").write_text(columns_markdown(), encoding="utf-8")
