"""librosa's YIN, compiled by one process at a time.

librosa compiles parts of itself when they are first used and keeps the machine code. Two processes that do this at once, as the
workers of a first run do, leave a mixed-up cache behind, and every later process crashes in it (segmentation fault). So the first use
in each process waits its turn; it takes a quarter of a minute once per installation, then a second and a half at a process's start.
"""

import fcntl
import functools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np


@functools.cache
def compiled_yin(frame_length: int, sample_rate_hz: int) -> Callable[..., np.ndarray]:
    """`librosa.yin`, its machine code for float32 sound ready to run."""
    import numba.core.config  # librosa's compiler, which has no code of its own to keep

    # Beside the code, not among temporary files: each worker has a folder of its own for those.
    folder = Path(numba.core.config.CACHE_DIR or tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"rapport-librosa-{os.getuid()}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        import librosa

        tone = np.sin(np.arange(4 * frame_length, dtype=np.float32) * np.float32(0.1))
        librosa.yin(tone, fmin=100.0, fmax=400.0, sr=sample_rate_hz, frame_length=frame_length, center=False)
        return librosa.yin
