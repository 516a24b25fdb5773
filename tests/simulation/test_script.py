"""Scripts: what is accepted, and what is refused with which words."""

import re
from pathlib import Path

import pytest

from simulation.errors import ScriptError
from simulation.script import parse_script, read_script, spoken_text

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "scripts").glob("*.toml"))


def table(*lines: dict, **changes) -> dict:
    return {
        "call_id": "a_call",
        "title": "A call",
        "voices": {"agent": "hibari", "customer": "joe"},
        "line": list(lines) or [{"speaker": "agent", "text": "Hello."}],
        **changes,
    }


TURN = {"speaker": "customer", "text": "I wrote to you | on Monday and nobody came back to me."}


def test_defaults_are_those_of_the_document():
    script = parse_script(table(), "x.toml")
    assert (script.sample_rate_hz, script.codec, script.noise_snr_db, script.seed) == (8000, "mulaw", 50.0, 1)
    assert (script.line[0].role, script.line[0].pause_s, script.line[0].tone) == ("turn", 0.4, "even")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"noise_snr": 20}, "unknown key 'noise_snr': did you mean 'noise_snr_db'?"),
        ({"voices": {"agent": "joe", "custmer": "joe"}}, "[voices]: unknown key 'custmer': did you mean 'customer'?"),
        ({"line": [{"speaker": "agent", "txt": "Hi."}]}, "line 1: unknown key 'txt': did you mean 'text'?"),
        ({"call_id": "../away"}, "call_id"),
        ({"codec": "g729"}, "codec"),
        ({"intended_quality": {"overall": 120}}, "intended_quality overall"),
        ({"noise_snr_db": float("nan")}, "noise_snr_db"),
        ({"line": []}, "line"),
    ],
)
def test_a_faulty_table_is_refused_by_name(changes, message):
    with pytest.raises(ScriptError, match=re.escape(message)):
        parse_script(table(**changes), "x.toml")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"speaker": "agent", "role": "hold"}], "give hold_s"),
        ([{"speaker": "agent", "role": "hold", "hold_s": 5}], "a hold lies between two spoken lines"),
        ([{"speaker": "agent", "text": " | "}], "give text"),
        ([{"speaker": "agent", "text": "Yes.", "role": "backchannel"}], "no line of the other speaker"),
        ([TURN, {"speaker": "customer", "text": "Yes.", "role": "backchannel"}], "no line of the other speaker"),
        ([TURN], "1 | of the last line are not used"),
        ([TURN, {"speaker": "agent", "text": "Yes."}], "1 | of the line before it are not used"),
        (
            [TURN, *[{"speaker": "agent", "text": "Yes.", "role": "backchannel"}] * 2],
            "has no | left",
        ),
        ([TURN, {"speaker": "agent", "text": "Oh | no.", "role": "backchannel"}], "nothing can accompany a backchannel"),
    ],
)
def test_lines_that_cannot_be_laid_are_refused(lines, message):
    with pytest.raises(ScriptError, match=re.escape(message)):
        parse_script(table(*lines), "x.toml")


def test_a_file_that_is_no_toml_is_named(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("call_id = ")
    with pytest.raises(ScriptError, match="broken.toml: not a TOML file"):
        read_script(path)


def test_marks_are_not_spoken():
    assert spoken_text("I wrote |  to you|on Monday ") == "I wrote to you on Monday"


def test_the_documents_own_script_is_read(tmp_path):
    text = (ROOT / "docs" / "simulate.md").read_text()
    path = tmp_path / "late_parcel.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", text, re.S).group(1))
    assert read_script(path).call_id == "late_parcel"


def test_the_document_names_every_key():
    import dataclasses

    from simulation import script

    text = (ROOT / "docs" / "simulate.md").read_text()
    kinds = (script.Script, script.Line, script.Quality, script.ScriptMetadata, script.Sensitive)
    keys = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    assert {key for key in keys if f"`{key}`" not in text and f"`[{key}]`" not in text and f"[[{key}]]" not in text} == set()


def test_there_are_at_least_ten_example_scripts():
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_read_and_use_known_behaviours(path):
    script = read_script(path)
    known = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "behaviours.md").read_text()))
    used = {behaviour for line in script.line for behaviour in line.behaviours}
    assert script.call_id == path.stem
    assert used - known == set()
    assert len(used) >= 1
