"""`rapport deploy`: the Prefect deployments of `prefect.yaml`, explained and applied."""

import os
import subprocess
import sys
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from flows.errors import ServerError, UsageError
from flows.places import PACKAGES, package_environment

POOL = "rapport"
KNOWN_PLACES = (Path("prefect.yaml"), PACKAGES / "flows" / "prefect.yaml", PACKAGES / "prefect.yaml")
"""Where the deployments are: with the user, in an installation, in a checkout."""


def deploy(asked_for: Path | None, apply: bool) -> int:
    """Show what the file deploys; with `apply` make the work pool and the deployments on the server PREFECT_API_URL names.

    Raises UsageError where the file is none, ServerError where there is no server or it refuses.
    """
    console = Console()
    file = asked_for or next(path for path in KNOWN_PLACES if path.is_file())
    deployments = _deployments(file)
    table = Table("deployment", "flow", "when", "parameters", box=None, pad_edge=False, header_style="bold")
    for each in deployments:
        when = "; ".join(_when(schedule) for schedule in each.get("schedules", ()))
        parameters = "\n".join(f"{name} = {value}" for name, value in each.get("parameters", {}).items())
        table.add_row(each["name"], each["entrypoint"].rsplit(".", 1)[-1], when or "by hand", parameters)
    console.print(table)
    if not apply:
        console.print("\nNothing was applied. To apply it: start a server (prefect server start), set PREFECT_API_URL, and run")
        console.print(f"  rapport deploy --file {file} --apply", soft_wrap=True, highlight=False)
        return 0
    if not os.environ.get("PREFECT_API_URL"):
        raise ServerError("PREFECT_API_URL names no server; for example: export PREFECT_API_URL=http://127.0.0.1:4200/api")
    _prefect("work-pool", "create", POOL, "--type", "process", "--overwrite")
    _prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(file))
    console.print(f"\nApplied. Start a worker where Rapport is installed: prefect worker start --pool {POOL}", soft_wrap=True)
    return 0


def _when(schedule: dict) -> str:
    """A schedule in Prefect's own terms: cron, interval in seconds, or rrule."""
    rule = schedule.get("cron") or schedule.get("rrule") or f"every {schedule.get('interval')} s"
    return f"{rule} {schedule.get('timezone', 'UTC')}"


def _deployments(file: Path) -> list[dict]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        return [each for each in content["deployments"] if each["name"] and each["entrypoint"]]
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{file} holds no deployments as Prefect wants them ({type(error).__name__}: {error})") from error


def _prefect(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "prefect", *arguments], env=package_environment(), capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-15:]
        raise ServerError("\n".join([f"`prefect {' '.join(arguments)}` ended with status {done.returncode}:", *last]))
