"""The chain of branches at work by its procedure."""

import pytest

from tests.clauses.branch_chain.chain import Chain
from tests.clauses.house import House


@pytest.fixture(scope="module")
def loop(house: House) -> Chain:
    """What its people do and see."""
    return Chain(house, "P02", "people-square")
