"""Recording to words: Whisper behind one protocol, importers for foreign transcripts. The only package that imports faster_whisper."""
