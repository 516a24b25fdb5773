"""`rapport rubric check`: what is wrong with a rubric, and what is thin about it."""

from pathlib import Path

from rich.console import Console

from flows.settings import find_config, rubric_files
from scoring.rubric_check import check_rubric


def check_rubric_files(asked_for: Path | None) -> int:
    """Print every error and warning; 2 where there is an error, else 0."""
    config = find_config(asked_for)
    errors, warnings = check_rubric(rubric_files(config))
    console = Console()
    console.print(f"Configuration: {config}", soft_wrap=True, highlight=False)
    for kind, found, style in (("error", errors, "bold red"), ("warning", warnings, "yellow")):
        for text in found:
            console.print(f"[{style}]{kind}[/] ", end="")
            console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(errors)} errors, {len(warnings)} warnings")
    return 2 if errors else 0
