"""`rapport agree`: the machine against the people who reviewed its calls, printed as tables."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.errors import UsageError
from flows.reviews import reviews_of
from flows.settings import find_config, rubric_files
from review.agreement import human_scores, human_verdicts
from review.agreement_figures import FEWEST_CALLS, Estimate, SignAgreement, SkillAgreement, sign_agreement, skill_agreement
from review.wording import plain, title
from scoring.rubric import load_rubric


def show_agreement(results: str, database: str, asked_for: Path | None) -> None:
    """Print how well machine and people agree. UsageError where nobody can have reviewed anything yet."""
    bands = load_rubric(rubric_files(find_config(asked_for))).bands
    with reviews_of(Path(results), database) as engine:
        if engine is None:
            raise UsageError(f"{results} holds no reviews: nobody opened it with `rapport review` yet, or they lie in another --database")
        skills = skill_agreement(human_scores(engine), sorted(band.from_score for band in bands))
        signs = sign_agreement(human_verdicts(engine))
    console = Console()
    if not skills and not signs:
        console.print("Nothing to compare yet: no reviewer has given a score or judged a sign.")
        return
    for blind, heading in ((True, "Scores given before the machine's were seen"), (False, "Scores given beside the machine's")):
        if chosen := [each for each in skills if each.blind == blind]:
            console.print(_skill_table(heading, chosen))
            console.print()
    if skills:
        console.print(
            f"Points of 100, 95 % intervals in brackets; — where fewer than {FEWEST_CALLS} calls were scored by both. Bias: machine - "
            "person. Kappa: of the bands, quadratic weights. Inside: people's scores inside the machine's interval. Who has seen the "
            "machine's score leans towards it: judge the machine by the blind ones.\n"
        )
    if signs:
        console.print(_sign_table(signs))
        console.print("Right: agreed of those judged. Missing: added by people where the machine found nothing.")


def _skill_table(heading: str, skills: Sequence[SkillAgreement]) -> Table:
    """A column per skill, since the figures with their intervals are many and wide."""
    table = Table(title=heading, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for each in skills:
        table.add_column(title(each.skill), justify="right", no_wrap=True)
    rows = (
        ("scores, calls, people", [f"{each.scores}, {each.calls}, {each.people}" for each in skills]),
        ("difference", [_figure(each.difference, 1) for each in skills]),
        ("bias", [_figure(each.bias, 1) for each in skills]),
        ("rank correlation", [_figure(each.rank_correlation, 2) for each in skills]),
        ("kappa", [_figure(each.kappa, 2) for each in skills]),
        ("inside", [_figure(each.inside_interval, 2) for each in skills]),
        ("same applicability", [_figure(each.same_applicability, 2) for each in skills]),
        ("two people apart", [_figure(each.people_apart, 1) for each in skills]),
    )
    for name, figures in rows:
        table.add_row(name, *map(Text, figures))
    return table


def _sign_table(signs: Sequence[SignAgreement]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("sign")
    for name in ("right", "agreed", "disagreed", "missing"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("commonest reason")
    for each in signs:
        reason = plain(each.commonest_reason) if each.commonest_reason else ""
        table.add_row(title(each.behaviour), Text(_figure(each.right, 2)), f"{each.agreed}", f"{each.disagreed}", f"{each.missing}", reason)
    return table


def _figure(estimate: Estimate | None, digits: int) -> str:
    if estimate is None:
        return "—"
    return f"{estimate.value:.{digits}f} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"
