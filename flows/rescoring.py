"""Scoring again from stored measures and transcripts: no recording, no recogniser, only the rubric has changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from audio.measures import Measures
from flows.dates import day_in
from flows.errors import ResultsError
from flows.outcome import Fingerprints, Outcome, write_outcome
from flows.reporting import refresh_reports
from flows.store import SUFFIX, Store, measures_path, outcomes_folder, transcript_path
from flows.tables import make_tables, mark_stale, read_outcome_document, stale_dates
from flows.tools import Tools
from scoring.rows import rows
from scoring.score import score_call
from scoring.tables import CallRow
from transcription.transcript import Transcript

SKILLS = ("listening", "empathy", "solution_focus", "overall")


@dataclass(frozen=True)
class Rescored:
    """A call before and after."""

    date: str
    before: CallRow
    after: CallRow

    def change(self, skill: str) -> float | None:
        """How much a score rose; None where it was or is not applicable."""
        before, after = getattr(self.before, skill), getattr(self.after, skill)
        return None if before is None or after is None else after - before


def dates_between(store: Store, dates: str | None) -> list[str]:
    """The business dates with outcomes, all or those of `A..B` (both included, either may be left out) or of one day.

    Raises ResultsError where there are none, UsageError where A or B is no date.
    """
    there = [name.removeprefix("date=") for name in store.names("outcomes")]
    first, apart, last = (dates or "..").partition("..")
    last = last if apart else first
    first, last = (day_in(dates or "", end).isoformat() if end else "" for end in (first, last))
    chosen = [date for date in there if (not first or date >= first) and (not last or date <= last)]
    if not chosen:
        found = f"it holds {there[0]} to {there[-1]}" if there else "it holds no scored calls at all"
        raise ResultsError(f"{store.url} has no calls of {dates or 'any date'}; {found}")
    return chosen


def rescore(store: Store, tools: Tools, dates: list[str], done: Callable[[], None]) -> Iterator[Rescored]:
    """Score every transcribed call of these dates again, store the outcomes and make the tables and reports anew."""
    for date in dates:
        mark_stale(store, date)
        for name in store.names(outcomes_folder(date)):
            outcome = read_outcome_document(store, date, name)
            if (again := _again(outcome, store, tools)) is not None:
                write_outcome(store, again)
                yield Rescored(date, outcome.rows.calls[0], again.rows.calls[0])
            done()
    touched = sorted({*dates, *stale_dates(store)})
    for date in touched:
        make_tables(store, date)
    refresh_reports(store, touched)


def _again(outcome: Outcome, store: Store, tools: Tools) -> Outcome | None:
    """The outcome under the rubric of `tools`; None for a call that never had a transcript, which no rubric can score."""
    sha256, prints = outcome.metadata.sha256, outcome.fingerprints
    if sha256 is None or outcome.status == "failed":
        return None
    transcript = store.read(transcript_path(sha256, prints.transcript), Transcript)
    if transcript is None:
        return None
    measures = store.read(measures_path(sha256, prints.measures), Measures)
    if measures is None and outcome.kind == "recording":  # damaged: the next `rapport score` measures it again
        return None
    scorecard = score_call(
        outcome.metadata, measures, transcript, tools.rubric, tools.detectors, tools.settings.scoring, tools.settings.audio.conversation
    )
    prints = Fingerprints(prints.measures, prints.transcript, tools.scores_fingerprint)
    its_rows = rows(scorecard, measures, transcript, prints.all, outcome.compute_s)
    status = "scored" if scorecard.refusal is None else "refused"
    return replace(outcome, status=status, reason=scorecard.refusal, fingerprints=prints, rows=its_rows)


def number_of_outcomes(store: Store, dates: list[str]) -> int:
    return sum(name.endswith(SUFFIX) for date in dates for name in store.names(outcomes_folder(date)))
