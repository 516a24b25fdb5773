"""Recording to signal facts: decoding, speech intervals, health, tone. Imports nothing of Rapport's other packages."""
