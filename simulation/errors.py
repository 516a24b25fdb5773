"""What can go wrong when a call is simulated.

SimulationError
├── ScriptError        the script cannot be read, or cannot be laid on a time line as written
└── VoiceMissing       a voice's synthesiser is not installed
"""


class SimulationError(Exception):
    """Base of all errors of this package."""


class ScriptError(SimulationError):
    """The script says something that cannot be done; the message names the call, the line and the numbers."""


class VoiceMissing(SimulationError):
    """The synthesiser of a voice is not installed; the message names the package that brings it."""
