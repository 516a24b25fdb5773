"""Recording to signal facts: decoding, speech intervals, health, tone. Imports nothing of Rapport's other packages."""

import os

# onnxruntime reports to its maker unless this is set before it is first imported; nothing leaves the machine here.
os.putenv("ORT_DISABLE_TELEMETRY", "1")
