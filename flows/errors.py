"""The errors of running: what was asked for cannot be done, and no call was touched.

RapportError            the message is for the person at the keyboard; the command ends with exit status 2
├── UsageError          the command was called in a way that makes no sense
├── ConfigError         a configuration file says something unknown or impossible
├── InputError          the recordings named are not there or cannot be listed
├── ResultsError        the results folder cannot be used
│   └── ResultsBusy     another run holds it
├── ServerError         Prefect's server could not be reached or started
└── RunStopped          somebody interrupted the run; the next one goes on from there

What goes wrong with one call is an `Outcome`, never an exception.
"""


class RapportError(Exception):
    """Base of every error that ends a command; its message says what to do."""


class UsageError(RapportError):
    """The command was called in a way that makes no sense."""


class ConfigError(RapportError):
    """A configuration file says something unknown or impossible; the message names file, key and what would do."""


class InputError(RapportError):
    """The recordings named are not there or cannot be listed."""


class ResultsError(RapportError):
    """The results folder cannot be used: not writable, not ours, or not there."""


class ResultsBusy(ResultsError):
    """Another run holds the results folder."""


class ServerError(RapportError):
    """Prefect's server could not be reached or started."""


class RunStopped(RapportError):
    """Somebody interrupted the run; calls in work have no outcome, the next run does them."""
