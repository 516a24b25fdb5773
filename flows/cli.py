"""The command line. Heavy modules are imported by the command that needs them, so that `rapport --help` answers at once."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="rapport",
    help="Score recorded customer calls on listening, empathy and solution focus, with the evidence for every point.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rubric_app = typer.Typer(help="The rubric: what counts, and for how much.", no_args_is_help=True)
app.add_typer(rubric_app, name="rubric")

Recordings = Annotated[
    str,
    typer.Argument(
        metavar="RECORDINGS", help="Folder, glob, manifest (CSV or JSON), single file, or fsspec URL such as s3://bucket/calls."
    ),
]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration folder; else RAPPORT_CONFIG, ./config, or the packaged defaults.", metavar="DIR"),
]
Results = Annotated[str, typer.Option("--results", help="Results folder of an earlier `rapport score`.", metavar="RESULTS")]
ReviewDatabase = Annotated[
    str,
    typer.Option("--database", envvar="RAPPORT_REVIEW_DATABASE", help="SQLAlchemy URL; else SQLite in the results folder.", metavar="URL"),
]
Dates = Annotated[str | None, typer.Option("--dates", help="Business dates, both included; without it all.", metavar="A..B")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more about what is going on.")]


@app.command()
def score(
    recordings: Recordings,
    out: Annotated[str, typer.Option("--out", help="Results folder or fsspec URL; made if it is not there.", metavar="RESULTS")],
    config: Config = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Worker processes; else one per core or as configured.", metavar="N")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(
            "--date", formats=["%Y-%m-%d"], help="Business date of every call; else that of its start, else today.", metavar="YYYY-MM-DD"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Score calls again that have not changed.")] = False,
    model: Annotated[
        str | None, typer.Option("--model", help="Whisper model: a folder, `base`, `tiny.en`, or a hub name.", metavar="MODEL")
    ] = None,
    runner: Annotated[str | None, typer.Option("--runner", help="inline, processes or dask; else as configured.", metavar="RUNNER")] = None,
    verbose: Verbose = False,
) -> None:
    """Score recordings into parquet tables.

    Calls that have not changed since the last run are skipped. Exit status: 0 every call is accounted for, 1 some failed,
    2 wrong usage or configuration.
    """
    with _messages():
        from flows.score_command import score_recordings

        day = date.date() if date else None
        raise typer.Exit(score_recordings(recordings, out, config, workers, day, force, model, runner, verbose))


@app.command()
def check(recordings: Recordings, config: Config = None) -> None:
    """Say which recordings would be refused or fail, and why; changes nothing.

    Exit status: 0 all can be scored, 1 some cannot, 2 wrong usage or configuration.
    """
    with _messages():
        from flows.check_command import check_recordings

        raise typer.Exit(check_recordings(recordings, config))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Folder to write to; made if it is not there.", metavar="DIR")]) -> None:
    """Write the default configuration to a folder, for editing."""
    with _messages():
        from flows.init_command import write_config

        write_config(folder)


@app.command()
def rescore(
    results: Results,
    dates: Dates = None,
    config: Config = None,
) -> None:
    """Score stored transcripts and measures again with the present rubric, and show what changed; needs no recording, no model."""
    with _messages():
        from flows.rescore_command import rescore_results

        raise typer.Exit(rescore_results(results, dates, config))


@app.command()
def report(
    results: Results,
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Business date; else the last with calls.", metavar="YYYY-MM-DD")
    ] = None,
) -> None:
    """Write an HTML report of a business date, and a coaching sheet per agent, into the results folder."""
    with _messages():
        from flows.report_command import report_results

        raise typer.Exit(report_results(results, date.date() if date else None))


@app.command()
def erase(
    results: Results,
    call_id: Annotated[str | None, typer.Argument(help="The call to erase, under every date.", metavar="[CALL_ID]")] = None,
    customer: Annotated[str | None, typer.Option("--customer", help="Erase every call of this customer.", metavar="ID")] = None,
    older_than: Annotated[
        int | None, typer.Option("--older-than", min=0, help="Erase every call older than this.", metavar="DAYS")
    ] = None,
    config: Config = None,
) -> None:
    """Remove calls from the results and the reviews: words, measures, scores, table rows, reports, review copies, comments.

    Copies of a call go with it; calls on legal hold stay. What was erased is written down in a receipt. Recordings are not touched: they
    belong to the recorder.
    """
    with _messages():
        from flows.erase_command import erase_calls

        raise typer.Exit(erase_calls(results, call_id, customer, older_than, config))


@app.command()
def hold(
    results: Results,
    call_id: Annotated[str | None, typer.Argument(help="The call; without one, those on hold are listed.", metavar="[CALL_ID]")] = None,
    release: Annotated[bool, typer.Option("--release", help="End the hold.")] = False,
) -> None:
    """Put a call on legal hold: until it is released, nothing erases it or any of its rows."""
    with _messages():
        from flows.erase_command import hold_call

        raise typer.Exit(hold_call(results, call_id, release))


@app.command()
def simulate(
    script: Annotated[Path, typer.Argument(help="The role-play, TOML.", metavar="SCRIPT.toml")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to; made if it is not there.", metavar="DIR")],
) -> None:
    """Make a two-channel call with exact ground truth from a scripted role-play (needs the extra `simulate`)."""
    with _messages():
        from flows.simulate_command import simulate_script

        simulate_script(script, out)


@app.command()
def deploy(
    file: Annotated[
        Path | None, typer.Option("--file", help="The deployments; else ./prefect.yaml, or the packaged ones.", metavar="FILE")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Apply it to the server that PREFECT_API_URL names.")] = False,
) -> None:
    """Explain the Prefect deployments of prefect.yaml (nightly, backfill, rescore, retention), and apply them with --apply."""
    with _messages():
        from flows.deploy_command import deploy as deploy_file

        raise typer.Exit(deploy_file(file, apply))


@app.command()
def review(
    results: Results,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; any but this machine's own demands accounts.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8321,
    database: ReviewDatabase = "",
    tls: Annotated[tuple[Path, Path] | None, typer.Option("--tls", help="Certificate and key, PEM, to serve https.")] = None,
    add_account: Annotated[
        str | None, typer.Option("--add-account", help="Make an account (asks for the password) instead of serving.", metavar="NAME")
    ] = None,
    role: Annotated[str, typer.Option("--role", help="Role of the new account: admin, qa_lead, coach or agent.")] = "coach",
    agent_id: Annotated[str | None, typer.Option("--agent-id", help="For an agent: the id that the calls' metadata name.")] = None,
    config: Config = None,
) -> None:
    """Open the coaches' web application over scored calls: queue, player, evidence, reviews, appeals, trends."""
    with _messages():
        from flows.review_command import NewAccount, Tls, review_results

        new_account = None if add_account is None else NewAccount(add_account, role, agent_id)
        review_results(results, host, port, database, None if tls is None else Tls(*tls), new_account, config)


@app.command()
def agree(results: Results, database: ReviewDatabase = "", config: Config = None) -> None:
    """Compare the machine's scores and signs with what reviewers said, and reviewers with each other, with 95 % intervals."""
    with _messages():
        from flows.agree_command import show_agreement

        show_agreement(results, database, config)


@app.command()
def export(
    results: Results,
    form: Annotated[
        Literal["vcon", "transcribe-ca", "csv"], typer.Option("--as", help="The form: vcon, transcribe-ca or csv.", metavar="FORM")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to, a folder per date; made if it is not there.", metavar="DIR")],
    dates: Dates = None,
    database: ReviewDatabase = "",
) -> None:
    """Write scored calls for other systems: a vCon or an Amazon Transcribe Call Analytics file per call, or the tables as CSV.

    What is exported is redacted as stored. The audit log of the reviews, where there is one, says who exported what.
    """
    with _messages():
        from flows.export_command import export_results

        export_results(results, form, out, dates, database)


@rubric_app.command("check")
def rubric_check(config: Config = None) -> None:
    """Check rubric, phrases and flags; exit status 2 where they cannot be used."""
    with _messages():
        from flows.rubric_command import check_rubric_files

        raise typer.Exit(check_rubric_files(config))


@contextlib.contextmanager
def _messages() -> Iterator[None]:
    """What cannot be done is said in one message on standard error, exit status 2; anything else is a bug and shows where."""
    from flows.errors import RapportError

    try:
        yield
    except RapportError as error:
        print(f"rapport: {error}", file=sys.stderr)  # noqa: T201 - this is the command line
        raise typer.Exit(2) from error


def main() -> None:
    app()


if __name__ == "__main__":
    main()
