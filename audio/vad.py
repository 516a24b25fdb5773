"""Voice activity by the Silero network that ships inside faster-whisper: one probability of speech per 32 ms."""

import functools
import importlib.util
import pathlib
from collections.abc import Iterable

import numpy as np

from audio.errors import VadModelError

FRAME_SAMPLES = 512
"""The network looks at 512 new samples at a time, at 16 kHz."""

FRAME_S = FRAME_SAMPLES / 16000
CONTEXT_SAMPLES = 64
"""Samples of the frame before, put in front of each frame."""

STATE_SHAPE = (1, 1, 128)


def speech_probabilities(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Probability of speech for each 32 ms of a channel, float32 in 0-1, shape (frames,); the last frame may be padded.

    `blocks` are consecutive stretches of the channel at 16 kHz (float32, any lengths); the network's recurrent state is carried
    from one to the next, so the result does not depend on how the channel is cut. Frame k covers [k, k + 1) x `FRAME_S`.

    Source: Silero VAD v6, 16 kHz. The file has no 8 kHz branch, which is known to miss some female voices anyway: a
    telephone recording is resampled to 16 kHz first.
    """
    session = _session()
    state, cell = np.zeros(STATE_SHAPE, np.float32), np.zeros(STATE_SHAPE, np.float32)
    context = np.zeros(CONTEXT_SAMPLES, np.float32)
    left = np.zeros(0, np.float32)
    found: list[np.ndarray] = []
    for block in _with_padded_end(blocks):
        samples = np.concatenate((left, block)) if left.size else block
        whole = samples.size - samples.size % FRAME_SAMPLES
        left = samples[whole:]
        if not whole:
            continue
        frames = samples[:whole].reshape(-1, FRAME_SAMPLES)
        before = np.concatenate((context[None], frames[:-1, -CONTEXT_SAMPLES:]))
        context = frames[-1, -CONTEXT_SAMPLES:]
        probabilities, state, cell = session.run(None, {"input": np.concatenate((before, frames), axis=1), "h": state, "c": cell})
        found.append(probabilities.reshape(-1))
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def _with_padded_end(blocks: Iterable[np.ndarray]) -> Iterable[np.ndarray]:
    length = 0
    for block in blocks:
        length += block.size
        yield block
    if length % FRAME_SAMPLES:
        yield np.zeros(-length % FRAME_SAMPLES, np.float32)


def model_path() -> pathlib.Path:
    """Where the network lies, without importing faster-whisper (which loads the recogniser). Raises `VadModelError`."""
    package = importlib.util.find_spec("faster_whisper")
    if package is None or package.origin is None:
        raise VadModelError("the voice activity model comes with faster-whisper, which is not installed: pip install faster-whisper")
    found = sorted(pathlib.Path(package.origin).parent.glob("assets/silero_vad*.onnx"))
    if not found:
        raise VadModelError("faster-whisper is installed without assets/silero_vad*.onnx: reinstall it (1.2.1 is known to work)")
    return found[-1]


@functools.cache
def _session():
    import onnxruntime  # takes 0.1 s: not paid by those who only read stored measures

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the memory of the longest block for ever
    options.log_severity_level = 4
    path = model_path()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    inputs = {each.name: each.shape[-1] for each in session.get_inputs()}
    if inputs != {"input": FRAME_SAMPLES + CONTEXT_SAMPLES, "h": STATE_SHAPE[-1], "c": STATE_SHAPE[-1]}:
        raise VadModelError(f"{path.name} takes {inputs}, not 576 samples and two states of 128: use faster-whisper 1.2.1")
    return session
