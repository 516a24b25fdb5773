"""The structure that DESIGN asks for, read off the source: who imports whom, and what the core never does."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "audio": set(),
    "transcription": {"audio"},
    "scoring": {"audio", "transcription"},
    "simulation": {"audio"},
    "flows": {"audio", "transcription", "scoring", "simulation", "review"},  # the command line starts the review application
    "review": {"audio", "transcription", "scoring"},
}
CORE = ("audio", "transcription", "scoring")
MODULES = sorted(path for package in MAY_IMPORT for path in ROOT.joinpath(package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def package_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def test_there_are_modules_to_look_at():
    assert {package_of(path) for path in MODULES} >= {"audio", "transcription", "scoring", "flows", "simulation"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    package = package_of(path)
    others = {name.split(".")[0] for name in imported(path)} & (set(MAY_IMPORT) | {"config", "tests", "benchmarks"})
    assert others <= MAY_IMPORT[package] | {package}


def test_only_flows_imports_prefect_and_only_transcription_imports_faster_whisper():
    for path in MODULES:
        roots = {name.split(".")[0] for name in imported(path)}
        assert "prefect" not in roots or package_of(path) == "flows", path
        if package_of(path) != "audio":  # the voice activity model comes inside faster-whisper's package
            assert "faster_whisper" not in roots or package_of(path) == "transcription", path


@pytest.mark.parametrize("path", [path for path in MODULES if package_of(path) in CORE], ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_neither_prints_nor_reads_environment_or_clock(path):
    forbidden = {"print", "os.environ", "os.getenv", "time.time", "datetime.now", "datetime.utcnow", "date.today", "datetime.today"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    run_as_script = [node for node in tree.body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)]
    aside = {id(node) for block in run_as_script for node in ast.walk(block)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and id(node) not in aside:
            assert ast.unparse(node) not in forbidden, f"{path.name} line {node.lineno}: {ast.unparse(node)}"


def test_no_module_of_flows_is_called_like_a_package_or_a_standard_module():
    names = {path.stem for path in ROOT.joinpath("flows").glob("*.py")} - {"__init__"}
    assert not names & (set(MAY_IMPORT) | {"config"} | sys.stdlib_module_names)


def test_tests_are_no_packages():
    assert not list(ROOT.joinpath("tests").rglob("__init__.py"))


def test_everything_imported_is_declared():
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    distributions = {re.split(r"[=<>~!;\[ ]", name)[0].lower().replace("-", "_") for name in declared}
    known_as = {"argon2": "argon2_cffi", "hibari": "hibari_tts", "piper": "piper_tts", "sklearn": "scikit_learn", "yaml": "pyyaml"}
    for path in MODULES:
        for name in imported(path):
            root = name.split(".")[0]
            if root not in sys.stdlib_module_names and root not in MAY_IMPORT:
                assert known_as.get(root, root).lower() in distributions, f"{path}: {root} is not in pyproject.toml"


def test_direct_dependencies_are_pinned():
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name in [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]:
        assert re.fullmatch(r"[A-Za-z0-9_.\-]+(\[[a-z0-9,]+\])?==[0-9][^*]*", name), name


def test_every_package_is_shipped():
    build = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    shipped = build["targets"]["wheel"]["packages"]
    there = {package for package in MAY_IMPORT if ROOT.joinpath(package, "__init__.py").is_file()}
    assert set(shipped) == there | {"config"}


@pytest.mark.parametrize("package", CORE)
def test_the_onnx_runtime_keeps_no_report_for_its_maker(package, tmp_path):
    code = f"import {package}, onnxruntime; onnxruntime.get_available_providers()"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"} | home
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_worker_carries_no_library_that_scoring_a_call_does_not_need():
    """Together they are 90 MB in every worker: scikit-learn (and pandas with it) trains and tells voices apart, pyarrow writes tables."""
    asked = "import flows.worker, sys; print(*{'sklearn', 'pandas', 'pyarrow', 'prefect', 'librosa', 'faster_whisper'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
