"""The first use of pitch on a machine: workers compile librosa's parts at once, each with temporary files of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST_USE = "from audio.yin import compiled_yin; compiled_yin(512, 8000)"


def first_use(tmp_path: Path, worker: str) -> subprocess.Popen:
    (tmp_path / worker).mkdir()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "compiled"), "TMPDIR": str(tmp_path / worker)}
    return subprocess.Popen([sys.executable, "-c", FIRST_USE], env=environment, cwd=ROOT)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_workers_that_compile_at_once_leave_code_that_runs(tmp_path):
    """Without a turn for each, the second to begin mixes up what the first has written, and every later process crashes."""
    one = first_use(tmp_path, "one")
    time.sleep(1.5)
    two = first_use(tmp_path, "two")
    assert (one.wait(), two.wait()) == (0, 0)
    assert first_use(tmp_path, "three").wait() == 0
