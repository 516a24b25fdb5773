"""The command `rapport` in a process of its own, as a person starts it."""

import os
import subprocess
import sys

from flows.places import package_environment

RAPPORT = [sys.executable, "-m", "flows.cli"]


def environment() -> dict[str, str]:
    """This process's environment without what names a server or a configuration: other tests may have named theirs."""
    named = package_environment()
    return {name: value for name, value in named.items() if not name.startswith("PREFECT_") and name != "RAPPORT_CONFIG"}


def start(*arguments: object) -> subprocess.Popen[str]:
    """The command, started."""
    given = environment() | {"COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.Popen(
        [*RAPPORT, *map(str, arguments)], env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=os.sep
    )


def rapport(*arguments: object) -> tuple[int, str]:
    """Exit status, and everything that was printed."""
    with start(*arguments) as process:
        out, err = process.communicate(timeout=400)
    return process.returncode, out + err
