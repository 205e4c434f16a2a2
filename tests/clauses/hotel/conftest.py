"""The hotel at work by its procedure."""

import pytest

from tests.clauses.hotel.hotel import Hotel
from tests.clauses.house import House


@pytest.fixture(scope="module")
def loop(house: House) -> Hotel:
    """What its people do and see."""
    return Hotel(house, "P13", "harbour-hotel")
