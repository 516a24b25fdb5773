import tomllib

import pytest

from flows.errors import ConfigError
from flows.settings import PACKAGED, ConfigFolder, find_config, load_settings


def test_packaged_defaults_load_and_name_their_source():
    settings = load_settings()
    assert settings.input.agent_channel == 0
    assert settings.run.runner == "processes"
    assert settings.audio.conversation.dead_air_s == 3.0


def test_every_setting_has_a_comment_above_its_section_or_itself():
    lines = (PACKAGED / "default.toml").read_text(encoding="utf-8").splitlines()
    bare, commented = [], False
    for line in lines:
        if line.startswith("#"):
            commented = True
        elif not line.strip():
            commented = False
        elif "=" in line and not line.startswith(("[", " ", "]")) and not commented and "#" not in line:
            bare.append(line)
    assert not bare


def test_a_folder_is_laid_over_the_defaults_key_by_key(tmp_path):
    (tmp_path / "default.toml").write_text("[run]\nworkers = 3\n")
    settings = load_settings(tmp_path)
    assert settings.run.workers == 3
    assert settings.run.chunk_audio_s == load_settings().run.chunk_audio_s


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[run]\nworker = 3\n", r"unknown key run\.worker; did you mean run\.workers\?"),
        ("[rum]\nworkers = 3\n", r"unknown key rum; did you mean run\?"),
        ("[audio.conversation]\ndead_air = 3\n", r"unknown key audio\.conversation\.dead_air; did you mean .*\.dead_air_s\?"),
        ("[run]\nworkers = 'many'\n", r"run\.workers: .*integer.*\(it is 'many'\)"),
        ("[run]\nrunner = 'slurm'\n", r"run\.runner: .*'inline', 'processes' or 'dask'"),
        ("[run\n", r"default\.toml is not TOML"),
        ("[input]\nagent_channel = 5\n", r"default\.toml: input\.agent_channel is 5; it must lie between 0 and 1"),
        ("[input]\nday_begins_h = 24\n", r"input\.day_begins_h is 24; it must lie between 0 and 23"),
        ("[run]\nchunk_audio_s = 0\n", r"run\.chunk_audio_s is 0; it must be 1 or more"),
        ("[run]\ncatch_up = 'none'\n", r"run\.catch_up: .*'skip', 'latest' or 'all'"),
        ("[run]\nwebhook_url = 'chat.example.com/hook'\n", r"run\.webhook_url is no address that begins with https://"),
        ("[run]\nworkers = -1\n", r"run\.workers is -1; it must be 0 or more"),
        ("[run]\ncall_time_cap_factor = nan\n", r"run\.call_time_cap_factor is nan; it must be 0 or more"),
        ("[audio.conversation]\ndead_air_s = -3.0\n", r"audio\.conversation\.dead_air_s is -3"),
        ("[audio.tone]\nspread = [2.5, inf, 2.0]\n", r"audio\.tone\.spread is inf; it must be a finite number"),
        ("[transcription.model]\nthreads = 0\n", r"transcription\.model\.threads is 0; it must be 1 or more"),
        ("[transcription.guards]\nlowest_logprob = 0.5\n", r"lowest_logprob is 0.5; it must be 0 or less"),
        ("[scoring]\ninterval_share = 90\n", r"scoring\.interval_share is 90; it must lie between 0 and 1"),
        ("[input]\ntime_zone = 'Mars/Base'\n", r"'Mars/Base', which is no IANA time zone"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, message):
    (tmp_path / "default.toml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_settings(tmp_path)


def test_order_of_configuration_folders(tmp_path, monkeypatch):
    asked, environment, here = (tmp_path / name for name in ("asked", "environment", "here"))
    for folder in (asked, environment, here / "config"):
        folder.mkdir(parents=True)
        (folder / "default.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RAPPORT_CONFIG", raising=False)
    assert find_config(None) == ConfigFolder(None, "packaged")
    monkeypatch.chdir(here)
    assert find_config(None) == ConfigFolder(here / "config", "./config")
    monkeypatch.setenv("RAPPORT_CONFIG", str(environment))
    assert find_config(None) == ConfigFolder(environment, "RAPPORT_CONFIG")
    assert find_config(asked) == ConfigFolder(asked, "--config")


def test_a_folder_that_is_no_configuration(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="no folder"):
        find_config(tmp_path / "absent")
    with pytest.raises(ConfigError, match="holds none of default.toml"):
        find_config(tmp_path)
    (tmp_path / "config").mkdir()  # somebody else's folder of that name is not ours
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RAPPORT_CONFIG", raising=False)
    assert find_config(None).folder is None


def test_files_missing_in_a_folder_come_from_the_defaults(tmp_path):
    (tmp_path / "flags.toml").write_text("")
    config = ConfigFolder(tmp_path, "--config")
    assert config.file("flags.toml") == tmp_path / "flags.toml"
    assert config.file("rubric.toml") == PACKAGED / "rubric.toml"


def test_defaults_are_data_only():
    for path in PACKAGED.iterdir():
        assert path.suffix == ".toml", f"{path.name}: config holds data only"
        tomllib.loads(path.read_text(encoding="utf-8"))
