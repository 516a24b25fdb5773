"""Where the model runs: the CPU, or a GPU that CTranslate2 sees and whose library is there."""

import ctypes
import functools
import importlib.util
import logging
from pathlib import Path
from typing import Literal

from transcription.errors import EngineError

CUBLAS = "libcublas.so.12"
"""The one library that CTranslate2 opens at its first computation on a GPU; its other CUDA parts are inside it."""

log = logging.getLogger(__name__)


def device_of(wanted: str) -> Literal["cpu", "cuda"]:
    """`auto` is a GPU where one can be used, the CPU otherwise. Raises `EngineError` for `cuda` without a usable one."""
    if wanted == "cpu" or (wanted == "auto" and not _gpus()):
        return "cpu"
    if not _gpus():
        raise EngineError('device = "cuda", but CTranslate2 sees no GPU: no driver that it can use, or no GPU is visible here')
    if _cublas_loads():
        return "cuda"
    if wanted == "cuda":
        raise EngineError(f'device = "cuda", but {CUBLAS} is not found: pip install "rapport[cuda]", or put its folder on LD_LIBRARY_PATH')
    log.warning('A GPU is there, but %s is not found: using the CPU. pip install "rapport[cuda]" brings it.', CUBLAS)
    return "cpu"


def _gpus() -> int:
    import ctranslate2

    return ctranslate2.get_cuda_device_count()


@functools.cache
def _cublas_loads() -> bool:
    """Load cuBLAS where the system finds it or where its package lies; CTranslate2 then finds it loaded."""
    nvidia = importlib.util.find_spec("nvidia")
    folders = nvidia.submodule_search_locations or () if nvidia else ()
    for name in (CUBLAS, *(str(Path(folder) / "cublas" / "lib" / CUBLAS) for folder in folders)):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False
