"""A GPU is used only where it can compute; machines without one stand in for machines with one by what they are asked."""

import ctypes
import logging
from dataclasses import replace
from pathlib import Path

import faster_whisper
import pytest

from transcription import decoding, device
from transcription.errors import EngineError
from transcription.weights import Weights

WEIGHTS = Weights("a model", Path("nowhere"), "0" * 64)


@pytest.fixture
def machine(monkeypatch):
    """A machine with so many GPUs, on which only these libraries load."""

    def made(gpus: int, loads: tuple[str, ...]) -> None:
        def load(name: str) -> None:
            if name not in loads:
                raise OSError(name)

        device._cublas_loads.cache_clear()
        monkeypatch.setattr(device, "_gpus", lambda: gpus)
        monkeypatch.setattr(ctypes, "CDLL", load)

    yield made
    device._cublas_loads.cache_clear()


@pytest.mark.parametrize(
    ("wanted", "gpus", "loads", "found"),
    [
        ("cpu", 1, (device.CUBLAS,), "cpu"),
        ("auto", 0, (device.CUBLAS,), "cpu"),
        ("auto", 1, (device.CUBLAS,), "cuda"),
        ("auto", 1, (), "cpu"),
        ("cuda", 1, (device.CUBLAS,), "cuda"),
    ],
)
def test_a_gpu_is_used_where_it_can_compute(machine, wanted, gpus, loads, found):
    machine(gpus, loads)
    assert device.device_of(wanted) == found


@pytest.mark.parametrize(("gpus", "said"), [(0, "no GPU"), (1, r"rapport\[cuda\]")])
def test_a_gpu_that_is_asked_for_and_cannot_compute_is_an_error_that_says_what_to_do(machine, gpus, said):
    machine(gpus, ())
    with pytest.raises(EngineError, match=said):
        device.device_of("cuda")


def test_the_package_of_cublas_is_found_where_it_is_installed(machine, tmp_path, monkeypatch):
    (tmp_path / "nvidia" / "cublas" / "lib").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    machine(1, (str(tmp_path / "nvidia" / "cublas" / "lib" / device.CUBLAS),))
    assert device.device_of("auto") == "cuda"


class FullGpu:
    """Stands in for faster-whisper's model on a machine whose GPU has no memory left."""

    def __init__(self, _folder: str, device: str, **_: object) -> None:
        if device == "cuda":
            raise RuntimeError("CUDA failed with error out of memory")


def test_where_a_gpu_cannot_run_the_model_auto_uses_the_cpu_and_says_so(machine, settings, monkeypatch, caplog):
    machine(1, (device.CUBLAS,))
    monkeypatch.setattr(faster_whisper, "WhisperModel", FullGpu)
    with caplog.at_level(logging.WARNING):
        loaded_on, model = decoding._loaded(WEIGHTS, settings.model)
    assert loaded_on == "cpu" and isinstance(model, FullGpu)
    assert "out of memory" in caplog.text and "number of workers" in caplog.text and "Using the CPU" in caplog.text


def test_where_the_gpu_is_asked_for_it_is_an_error(machine, settings, monkeypatch):
    machine(1, (device.CUBLAS,))
    monkeypatch.setattr(faster_whisper, "WhisperModel", FullGpu)
    with pytest.raises(EngineError, match="out of memory.*cuda_batch_s"):
        decoding._loaded(WEIGHTS, replace(settings.model, device="cuda"))
