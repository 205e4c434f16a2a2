"""The property management centre at work by its procedure."""

import pytest

from tests.clauses.house import House
from tests.clauses.property_centre.centre import Centre


@pytest.fixture(scope="module")
def loop(house: House) -> Centre:
    """What its people do and see."""
    return Centre(house, "P03", "garden-estate")
