"""The errors of the review application.

ReviewError             base; the message is for the person who started the application
├── ResultsMissing      the results folder is not there
├── AccountsNeeded      an address other than this machine's own was asked for, and nobody has an account
└── AccountProblem      an account cannot be made as asked
"""


class ReviewError(Exception):
    """Base of every error that keeps the application from starting; its message says what to do."""


class ResultsMissing(ReviewError):
    """The results folder is not there."""


class AccountsNeeded(ReviewError):
    """An address other than this machine's own was asked for, and nobody has an account."""


class AccountProblem(ReviewError):
    """An account cannot be made as asked: name taken, password too short, role unknown, agent without id."""
