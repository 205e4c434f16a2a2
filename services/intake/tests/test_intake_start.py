"""The first start on a machine of one's own: what is installed is in force, once."""

from pathlib import Path

from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.packs import packs_for
from closeloop.chassis.people import People
from closeloop.chassis.running import Running
from closeloop.chassis.settings import Settings
from closeloop.chassis.testing import Ear
from closeloop.contracts.intake import ProcedureActivated
from closeloop.intake.app import service


async def test_every_installed_procedure_that_fits_is_in_force_after_the_first_start_and_told_once(
    tmp_path: Path, people: People, clock: SimulatedClock
) -> None:
    installed = sorted(name for name, _folder in packs_for(people.organisation.desks))
    assert installed
    for _start in range(2):
        running = Running(service, Settings(data=tmp_path), clock=clock, people=people, alone=True)
        await running.start()
        try:
            assert [pack.id for pack in running.procedures.current(clock.now())] == installed
            assert [told.pack for told in await Ear(running).told(ProcedureActivated)] == installed
        finally:
            await running.stop()


async def test_a_service_on_a_database_of_its_own_waits_for_the_operator(running: Running) -> None:
    assert [pack.id for pack in running.procedures.current(running.now())] == ["P00"]
    assert await Ear(running).told(ProcedureActivated) == []
