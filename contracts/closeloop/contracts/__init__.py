"""What the Closeloop services tell each other: events, vocabulary, the schema of a procedure pack."""

from closeloop.contracts import callback, corrective, dispatch, every, intake, older, people, stats, survey

__all__ = ["callback", "corrective", "dispatch", "every", "intake", "older", "people", "stats", "survey"]
