"""The service that these tests are about."""

import pytest

from closeloop.callback.app import service as callback
from closeloop.contracts.every import MarkSet
from closeloop.contracts.examples import an_example


@pytest.fixture(scope="session")
def service():
    return callback


@pytest.fixture
def about():
    """An event about one of our cases."""

    def told(event, kind="complaint", number=1, **changes):
        known = {"key": f"case{number}", "place": "garden-estate", "procedure": "P00", "procedure_version": "1.0"}
        return an_example(event, kind=kind, **(known | changes))

    return told


@pytest.fixture
def handled(about):
    """Dispatch says that a case was handled."""
    return lambda kind="complaint", number=1, **changes: about(
        MarkSet, kind, number, **({"mark": "handled", "is_set": True} | changes)
    )
