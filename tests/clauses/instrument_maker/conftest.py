"""The instrument maker at work by its procedure; its engineers have learnt and passed."""

import pytest

from tests.clauses.house import House
from tests.clauses.instrument_maker.maker import ENGINEER, OTHER_ENGINEER, Maker


@pytest.fixture(scope="module")
def loop(house: House) -> Maker:
    """What its people do and see."""
    maker = Maker(house, "P06", "head-office")
    for person in (ENGINEER, OTHER_ENGINEER):
        maker.qualify(person)
    return maker
