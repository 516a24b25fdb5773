"""Measures and transcript to evidence, scores, flags and the parquet contract. No audio, no Whisper, no Prefect."""
