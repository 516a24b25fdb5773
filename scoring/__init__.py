"""Measures and transcript to evidence, scores, flags and the parquet contract. No audio, no Whisper, no Prefect."""

import os

# onnxruntime reports to its maker unless this is set before it is first imported; nothing leaves the machine here.
os.putenv("ORT_DISABLE_TELEMETRY", "1")
