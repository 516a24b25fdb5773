"""`rapport init`: the default configuration, for editing."""

import shutil
from pathlib import Path

from rich.console import Console

from flows.errors import ConfigError
from flows.settings import PACKAGED


def write_config(folder: Path) -> None:
    """Copy the packaged configuration into `folder`. Raises ConfigError rather than overwrite a file, before writing any."""
    sources = sorted(PACKAGED.glob("*.toml"))
    there = [source.name for source in sources if (folder / source.name).exists()]
    if there:
        raise ConfigError(f"{folder} holds {', '.join(there)} already, and nothing was written; name another folder, or move these away")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            shutil.copyfile(source, folder / source.name)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written to: {error.strerror}") from error
    Console().print(f"Wrote {', '.join(source.name for source in sources)} to {folder}. Use it with --config {folder}", soft_wrap=True)
