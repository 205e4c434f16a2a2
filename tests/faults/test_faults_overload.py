"""More people at once than a service works on: who comes on top is told so, nobody else notices, nothing is lost."""

from pathlib import Path

import pytest

from tests.faults.deployment import Together
from tests.faults.overload import briefly

AT_ONCE = 3
CLIENTS = 40
SECONDS = 2.0

pytestmark = pytest.mark.faults


async def test_who_comes_on_top_is_told_when_to_come_again_and_the_others_go_on(tmp_path: Path):
    house = Together(tmp_path)
    house.processes["suite"].under({"CLOSELOOP_REQUESTS_AT_ONCE": str(AT_ONCE)})
    seen = await briefly(house, clients=CLIENTS, seconds=SECONDS)
    assert seen.flood["statuses"].keys() == {"201", "503"}
    assert not seen.flood["without_moment"]
    assert not seen.misfits, "health and dispatch answer meanwhile; what was answered 201 is there, and nothing else"
