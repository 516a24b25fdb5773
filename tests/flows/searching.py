"""A search for text in every file of a folder, whatever it is packed in."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq


def files_with(folder: Path, *texts: str) -> set[str]:
    """The files below a folder whose name or content holds one of the texts, in capitals or not, as paths below it."""
    wanted = [text.lower() for text in texts]
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder))
        for path in files
        if any(text in part for part in map(str.lower, _texts(path, folder)) for text in wanted)
    }


def _texts(path: Path, folder: Path) -> Iterator[str]:
    yield str(path.relative_to(folder))
    content = path.read_bytes()
    yield content.decode("utf-8", "replace")
    if path.suffix == ".gz":
        yield gzip.decompress(content).decode("utf-8", "replace")
    if path.suffix == ".parquet":
        yield str(pq.read_table(path).to_pydict())
