"""The property company at work by its survey procedure."""

import pytest

from tests.clauses.house import House
from tests.clauses.property_survey.estate import Estate


@pytest.fixture(scope="module")
def loop(house: House) -> Estate:
    """What its people do and see."""
    return Estate(house, "P09", "lake-estate")
