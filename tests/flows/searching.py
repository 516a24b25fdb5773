"""What a run has written: a search for text in every file, whatever it is packed in, and the rows of its tables."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pandas
import pyarrow.parquet as pq


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder that others still write in: what goes meanwhile is passed over, which `Path.rglob` is not sure to do."""
    for place, _, names in os.walk(folder):
        yield from (path for path in (Path(place, name) for name in names) if path.is_file())


def files_with(folder: Path, *texts: str) -> set[str]:
    """The files below a folder whose name or content holds one of the texts, in capitals or not, as paths below it."""
    wanted = [text.lower() for text in texts]
    return {
        str(path.relative_to(folder))
        for path in files_below(folder)
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


def tables(results: Path) -> dict[str, list[dict]]:
    """Every row of every table of calls, without what differs from run to run."""
    names = sorted(path.name for path in results.iterdir() if any(path.glob("date=*/*.parquet")) and path.name != "runs")
    frames = {name: pandas.read_parquet(results / name).drop(columns="compute_s", errors="ignore") for name in names}
    return {name: frame.astype(str).to_dict("records") for name, frame in frames.items()}
