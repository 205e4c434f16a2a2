"""Stories play in a house of their own, as the tests of the clauses do."""

from tests.clauses.conftest import grounds

__all__ = ["grounds"]
