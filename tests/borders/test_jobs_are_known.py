"""What a pack may have a service do by itself is what the service declares, and the other way round."""

from importlib.metadata import entry_points

import pytest

from closeloop.chassis.schedules.hooks import FIGURES, INPUTS
from closeloop.contracts.loop import SERVICES
from closeloop.contracts.procedure.schedule import DOES


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_declares_what_the_contracts_say_that_it_does(name: str) -> None:
    [point] = entry_points(group="closeloop.services", name=name)
    assert set(point.load().hears.jobs) - {FIGURES, INPUTS} == set(DOES.get(name, ()))
