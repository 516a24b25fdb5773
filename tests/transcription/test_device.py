"""A GPU is used only where it can compute; machines without one stand in for machines with one by what they are asked."""

import ctypes

import pytest

from transcription import device
from transcription.errors import EngineError


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
