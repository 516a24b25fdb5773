"""`docs/commands.md`, made from the command line's own declarations by `python -m flows.command_docs`; a test holds the two equal."""

from collections.abc import Iterator
from typing import Any

import typer.main

from flows.cli import app
from flows.places import PACKAGES


def commands_markdown() -> str:
    """The text of `docs/commands.md`."""
    lines = [
        "# Commands",
        "",
        "Made from `flows/cli.py` by `python -m flows.command_docs`; a test holds the two equal.",
        "",
        "The configuration is the folder named by `--config`, else by `RAPPORT_CONFIG`, else `./config` where it holds ours, else the",
        "packaged defaults; the command says which it used. Exit status: 0 done, 1 some calls failed or cannot be scored, 2 wrong usage or",
        "configuration.",
    ]
    for name, command in commands():
        lines += ["", f"## rapport {name}", "", *_paragraphs(command.help or ""), "", "| argument | meaning |", "| --- | --- |"]
        lines += [f"| {_usage(parameter)} | {_meaning(parameter)} |" for parameter in command.params if parameter.name != "help"]
    return "\n".join(lines) + "\n"


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its full name, sub-commands after the others of their group."""
    for name, command in typer.main.get_command(app).commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        yield from ([""] if number else [])
        yield " ".join(paragraph.split())


def _usage(parameter: Any) -> str:
    value = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        return f"`{value}`"
    names = ", ".join(parameter.opts)
    return f"`{names}`" if parameter.is_flag else f"`{names} {value}`"


def _meaning(parameter: Any) -> str:
    required = " Required." if parameter.required and parameter.param_type_name == "option" else ""
    return f"{parameter.help}{required}"


if __name__ == "__main__":
    PACKAGES.joinpath("docs", "commands.md").write_text(commands_markdown(), encoding="utf-8")
