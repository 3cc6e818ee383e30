"""
Everything that can go wrong in casework, grouped by who must act.

    RecourseError
    ├── AskAgain        the person can put it right
    │   └── FactsError
    ├── TryLater        the machine is busy, full or locked; nothing was lost
    ├── NeedsStaff      a human must decide
    ├── RefuseToStart   the operator must put it right first
    │   └── LawError
    └── Tampered        stored bytes are not what was sealed

The class docstring is the default message. No message ever holds a person's words.
"""

from __future__ import annotations


class RecourseError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class AskAgain(RecourseError):
    """That could not be used as it was given."""


class FactsError(AskAgain):
    """The facts are not in the form that docs/reference/facts.md describes."""


class TryLater(RecourseError):
    """The service is busy. Nothing was lost; try again in a moment."""


class NeedsStaff(RecourseError):
    """A person of the team must look at this."""


class RefuseToStart(RecourseError):
    """The installation is not in a state that may serve people."""


class LawError(RefuseToStart):
    """The legal data is incomplete or contradicts itself."""


class Tampered(RecourseError):
    """Stored data is not what was sealed."""
