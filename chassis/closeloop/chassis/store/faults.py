"""What can go wrong with a database, told apart by what has to be done about it."""

from closeloop.chassis.batch import Conflict

__all__ = ["Away", "Conflict", "Repeated", "Unkeepable", "Unwritable"]


class Away(Exception):
    """The database does not answer; whether the last batch was written is not known."""


class Repeated(Exception):
    """An answer for this Idempotency-Key is there already."""


class Unwritable(Exception):
    """The database refuses what this batch wants to write; with one piece in it, that piece is to blame."""


class Unkeepable(Unwritable):
    """A text holds a character that the database cannot keep."""
