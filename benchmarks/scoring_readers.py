"""How well other readers agree with the tags of the scripts: what can be asked of a machine.

`readings.json` holds two more readings of every line of the fresh and held-out scripts and of the examples, each a list of behaviours.
They were made by a language model from the definitions in `config/phrases.en.toml`, without a look at the tags, at each other or at
what the machine finds. They agree with each other more than two people would; no tag was changed because of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from scoring.rubric_check import DECIDED_BY_ABSENCE, DECIDED_WITHOUT_WORDS
from simulation.script import read_script

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_WORDS = {*DECIDED_WITHOUT_WORDS, *DECIDED_BY_ABSENCE}
SETS = (("benchmarks/scripts", "fresh-"), ("examples/scripts", ""), ("benchmarks/scripts", "heldout-"))


def report() -> None:
    """F1 over lines and behaviours of each reading against the tags, and of one reading against the other."""
    readings = json.loads((ROOT / "benchmarks" / "readings.json").read_text(encoding="utf-8"))
    for folder, prefix in SETS:
        scripts = [read_script(path) for path in sorted((ROOT / folder).glob(f"{prefix}*.toml"))]
        tags = {f"{script.call_id}:{at}": {*line.behaviours} - WITHOUT_WORDS for script in scripts for at, line in enumerate(script.line)}
        first, second = ({line: {*readings[line][reader]} for line in tags} for reader in (0, 1))
        print(f"{prefix or 'examples'}: F1 over {len(tags)} lines, a reading against the tags {_f1(first, tags):.2f} and "
              f"{_f1(second, tags):.2f}, one reading against the other {_f1(first, second):.2f}")  # fmt: skip


def _f1(one: Mapping[str, set[str]], other: Mapping[str, set[str]]) -> float:
    both = sum(len(one[line] & other[line]) for line in one)
    return 2.0 * both / sum(len(one[line]) + len(other[line]) for line in one)
