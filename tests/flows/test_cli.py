"""The command line as a person meets it: real processes, Prefect's server included."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas
import psutil
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.command_docs import commands, commands_markdown
from flows.places import package_environment
from flows.settings import PACKAGED, load_settings
from tests.flows.command import rapport, start

ROOT = Path(__file__).parents[2]


def test_help_answers_and_imports_nothing_heavy():
    status, text = rapport("--help")
    assert status == 0 and "score" in text
    script = "import sys, flows.cli; print([name for name in ('numpy', 'prefect', 'pydantic', 'pyarrow') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], env=package_environment(), capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "/nowhere", "--out", "OUT"], "/nowhere: no such file or folder"),
        (["score", "EMPTY", "--out", "OUT", "--runner", "slurm"], "there is no runner slurm"),
        (["score", "EMPTY", "--out", "OUT", "--model", "/nowhere"], "model folder /nowhere does not exist"),
        (["score", "EMPTY", "--out", "OUT", "--config", "/nowhere"], "--config names /nowhere, which is no folder"),
        (["score", "EMPTY", "--out", "/proc/results"], "results cannot be written to /proc/results"),
        (["score", "EMPTY", "--out", "OUT", "--date", "March"], "Invalid value for '--date'"),
        (["score", "EMPTY"], "Missing option '--out'"),
        (["score", "", "--out", "OUT"], "no recordings are named"),
        (["check", "/nowhere"], "/nowhere: no such file or folder"),
        (["check", ""], "no recordings are named"),
        (["check", "EMPTY"], "holds no recording and no transcript"),
        (["rescore", "--results", "EMPTY"], "no calls of any date; it holds no scored calls at all"),
        (["rescore", "--results", "EMPTY", "--dates", "2026-3-1"], "are no dates such as 2026-03-01..2026-03-31"),
        (["report", "--results", "/nowhere"], "/nowhere is not there; `rapport score RECORDINGS --out /nowhere` makes it"),
        (["erase", "--results", "/nowhere", "call"], "/nowhere is not there"),
        (["erase", "--results", "EMPTY"], "name one call id, or --customer ID, or --older-than DAYS"),
        (["erase", "--results", "EMPTY", "call", "--customer", "c-1"], "name one call id, or --customer ID, or --older-than DAYS"),
        (["hold", "--results", "EMPTY", "call"], "holds no call call"),
        (["hold", "--results", "EMPTY", "call", "--release"], "call call is not on hold"),
        (["erase", "--results", "EMPTY", "call"], "holds no call call"),
        (["deploy", "--file", "/nowhere"], "/nowhere cannot be read"),
    ],
)
def test_wrong_usage_is_one_message_and_status_2(tmp_path, arguments, message, monkeypatch):
    monkeypatch.delenv("RAPPORT_CONFIG", raising=False)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # nothing gets as far as asking for it
    (tmp_path / "empty").mkdir()
    places = {"OUT": str(tmp_path / "out"), "EMPTY": str(tmp_path / "empty")}
    result = CliRunner().invoke(app, [places.get(argument, argument) for argument in arguments])
    assert result.exit_code == 2
    assert message in " ".join(re.sub("[│╭╮╰╯─]", " ", result.output + result.stderr).split())
    assert "Traceback" not in result.output


def test_init_writes_what_config_reads_and_overwrites_nothing(tmp_path):
    result = CliRunner().invoke(app, ["init", str(tmp_path / "config")])
    assert result.exit_code == 0
    assert load_settings(tmp_path / "config") == load_settings()
    assert {path.name for path in (tmp_path / "config").iterdir()} == {path.name for path in PACKAGED.glob("*.toml")}
    again = CliRunner().invoke(app, ["init", str(tmp_path / "config")])
    assert again.exit_code == 2 and "holds default.toml" in again.stderr


def test_rubric_check(tmp_path):
    assert CliRunner().invoke(app, ["rubric", "check"]).exit_code == 0
    (tmp_path / "rubric.toml").write_text("version = 1\n[skill.listening]\ngood_shares = 0.6\n")
    result = CliRunner().invoke(app, ["rubric", "check", "--config", str(tmp_path)])
    assert result.exit_code == 2 and "did you mean 'good_share'" in " ".join(result.output.split())


def test_commands_are_documented():
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == commands_markdown()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `rapport ([a-z ]+)", readme, flags=re.MULTILINE)
    assert sorted(name.strip() for name in table) == sorted(name for name, _ in commands())


def test_the_deployments_name_flows_that_exist_with_parameters_that_they_take():
    from importlib import import_module

    import yaml

    for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]:
        module, name = deployment["entrypoint"].rsplit(".", 1)
        parameters = getattr(import_module(module), name).parameters
        assert set(deployment["parameters"]) <= set(parameters.properties)
        assert all("description" in each for each in parameters.properties.values()), name
        assert set(parameters.required or ()) <= set(deployment["parameters"])


@pytest.mark.slow
def test_a_night_with_broken_files_through_prefect(make_calls, tmp_path):
    calls, results = make_calls(2), tmp_path / "results"
    (calls.folder / "empty.wav").write_bytes(b"")
    (calls.folder / "notes.txt").write_text("not a call")
    status, text = rapport("score", calls.folder, "--out", results, "--model", calls.model, "--date", "2026-03-01", "--workers", 2)
    assert status == 1
    assert "3 calls: 2 scored, 0 refused, 1 failed, 0 unchanged and skipped; 1 other files left alone." in text
    assert "empty: failed (empty_file)" in text and f"{results}/calls/date=*/*.parquet" in text
    rows = pandas.read_parquet(results / "calls").set_index("call_id")
    assert rows.status.to_dict() == {"call-000": "scored", "call-001": "scored", "empty": "failed"}
    (calls.folder / "empty.wav").unlink()
    status, text = rapport("score", calls.folder, "--out", results, "--model", calls.model, "--date", "2026-03-01")
    assert status == 0 and "2 unchanged and skipped" in text
    runs = pandas.read_parquet(results / "runs")
    assert (runs.seen == runs.scored + runs.refused + runs.failed + runs.skipped).all() and runs.seen.sum() == 5


@pytest.mark.slow
def test_a_killed_run_leaves_no_process_and_the_next_one_completes_it(make_calls, add_call, tmp_path):
    calls, results, manifest = make_calls(2), tmp_path / "results", tmp_path / "night.csv"
    hanging = calls.folder / "hanging.wav"
    os.mkfifo(hanging)  # nobody writes to it: whoever reads it waits
    manifest.write_text("recording\n" + "".join(f"{path}\n" for path in sorted(calls.folder.iterdir())))
    arguments = ("score", manifest, "--out", results, "--model", calls.model, "--date", "2026-03-01", "--workers", 2)
    with start(*arguments) as process:
        while process.poll() is None and len(list(results.glob("outcomes/*/*.json.gz"))) < 2:
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
        children = psutil.Process(process.pid).children(recursive=True)
        status, text = rapport(*arguments)
        assert status == 2 and f"another run (process {process.pid}) is working on" in text
        process.send_signal(signal.SIGKILL)
        process.communicate()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert len(children) == 3 and not alive
    hanging.unlink()
    add_call(calls, "hanging", 7.0)
    status, text = rapport(*arguments)
    assert status == 0 and "3 calls: 1 scored, 0 refused, 0 failed, 2 unchanged and skipped" in text
    assert sorted(pandas.read_parquet(results / "calls").call_id) == ["call-000", "call-001", "hanging"]
    assert pandas.read_parquet(results / "words").groupby("call_id").size().size == 3
