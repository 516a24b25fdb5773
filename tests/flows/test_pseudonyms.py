"""Agents under pseudonyms: the same everywhere, from no file to be read back, and none without a proper key."""

import json
import os

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import ConfigError
from flows.manifest import discover
from flows.pseudonyms import KEY, pseudonym, pseudonym_key
from flows.settings import find_config, load_settings
from review.accounts import list_accounts
from review.database import default_url, open_database
from tests.flows.command import rapport
from tests.flows.searching import files_with

SECRET = "a secret of the quality team"


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    folder = tmp_path / "config"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    settings = folder / "default.toml"
    settings.write_text(settings.read_text().replace("pseudonymise_agents = false", "pseudonymise_agents = true"))
    return folder


def test_a_pseudonym_is_the_agent_s_and_the_key_s():
    names = {pseudonym(f"agent {number}", key) for number in range(1000) for key in (b"one key", b"another key")}
    assert len(names) == 2000 and all(len(name) == 18 and name.isascii() for name in names)
    assert pseudonym("Zo\u00eb", b"one key") == pseudonym("Zoe\u0308", b"one key")


@pytest.mark.parametrize("key", ["", "short"])
def test_without_a_proper_key_nothing_runs(monkeypatch, key):
    monkeypatch.setenv(KEY, key)
    with pytest.raises(ConfigError, match=f"{KEY} \\(it has {len(key)}\\)"):
        pseudonym_key()


def test_any_bytes_are_a_key(monkeypatch):
    monkeypatch.setitem(os.environb, KEY.encode(), bytes(range(200, 240)))
    assert pseudonym_key() == bytes(range(200, 240))


def test_no_agent_stays_no_agent(make_calls, tmp_path, config):
    calls = make_calls(1)
    (calls.folder / "call-000.json").write_text('{"agent_id": "  "}')
    found = discover(str(calls.folder), load_settings(find_config(config)).input)
    assert [call.metadata.agent_id for call in found.calls] == [None]


@pytest.mark.slow
def test_no_file_of_a_run_names_the_agent(make_calls, tmp_path, config, monkeypatch):
    calls, results = make_calls(2), tmp_path / "results"
    for number in range(2):
        about = {"agent_id": "Quentin-4711", "agent_name": "Quentin Zebedee", "team": "Harbor"}
        (calls.folder / f"call-00{number}.json").write_text(json.dumps(about))
    status, text = rapport("score", calls.folder, "--out", results, "--config", config, "--model", calls.model)
    assert status == 0, text
    CliRunner().invoke(app, ["report", "--results", str(results)])
    for said in ("Quentin", "Zebedee", SECRET):
        assert files_with(results, said) == set()
    name = pseudonym("Quentin-4711", SECRET.encode())
    assert list(results.glob(f"reports/*/agent-{name}.html"))


def test_an_agent_s_account_is_found_by_the_real_id(tmp_path, config):
    results = tmp_path / "results"
    results.mkdir()
    asked = ["review", "--results", str(results), "--config", str(config), "--add-account", "dana", "--role", "agent", "--agent-id", "a-7"]
    made = CliRunner().invoke(app, asked, input="correct horse battery\ncorrect horse battery\n")
    assert made.exit_code == 0, made.output
    engine = open_database(default_url(results))
    (account,) = list_accounts(engine)
    engine.dispose()
    assert account.agent_id == pseudonym("a-7", SECRET.encode())
