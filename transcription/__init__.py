"""Recording to words: Whisper behind one protocol, importers for foreign transcripts. The only package that imports faster_whisper."""

import os

# onnxruntime reports to its maker unless this is set before it is first imported; nothing leaves the machine here.
os.putenv("ORT_DISABLE_TELEMETRY", "1")
