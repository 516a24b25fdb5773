"""Where things are on this machine that are neither configuration nor results."""

import os
from pathlib import Path

PACKAGES = Path(__file__).resolve().parent.parent
"""The folder that holds the packages and `config`: a checkout, or an installation's site-packages."""


def cache_folder() -> Path:
    """Where joined and downloaded weights are kept: RAPPORT_CACHE, else the user's cache folder."""
    if named := os.environ.get("RAPPORT_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rapport"


def package_environment() -> dict[str, str]:
    """The environment for a Python process of ours: it finds these packages wherever it is started."""
    path = os.pathsep.join([str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])])
    return os.environ | {"PYTHONPATH": path}
