"""The component factory at work by its service control procedure."""

import pytest

from tests.clauses.factory_service.factory import Factory
from tests.clauses.house import House


@pytest.fixture(scope="module")
def loop(house: House) -> Factory:
    """What its people do and see."""
    return Factory(house, "P10", "plant-a")
