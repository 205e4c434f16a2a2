"""Several processes of intake, one register: numbers without gap or twin, whichever process is asked, whoever dies."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from closeloop.chassis.i18n import HOME_ZONE
from tests.journeys.child import until
from tests.journeys.site import PROCEDURE
from tests.scaling.replicas import Replicas, replicas_of_intake

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

HEAD, DEPUTY, COLLEAGUE = "customer-service-head", "desk-1", "desk-2"


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    """Three, which migrate an empty database at the same moment."""
    with replicas_of_intake(tmp_path_factory.mktemp("replicas"), 3) as here:
        yield here


def test_a_procedure_put_in_force_at_one_is_in_force_at_all(intake: Replicas):
    first = intake.processes[0].address
    said = {"pack": PROCEDURE}
    assert intake.web.post(f"{first}/api/intake/procedures", json=said, headers=intake.as_("operator")).is_success

    def knows(address: str) -> bool:
        return PROCEDURE in intake.web.get(f"{address}/intake/cases/new", headers=intake.as_(DEPUTY)).text

    for process in intake.processes:
        until(partial(knows, process.address), "the procedure at every process")


def test_one_register_whoever_is_asked_and_whoever_dies(intake: Replicas):
    [leader] = intake.leaders()
    with intake.balanced() as address:
        intake.register(address, people=12, cases=6)
        leader.kill()
        intake.processes.remove(leader)
        intake.register(address, people=12, cases=6, group="after")
        intake.ready()
        intake.register(address, people=12, cases=6, group="again")
    assert len(intake.leaders()) == 1
    assert len(intake.promised.registered) == 3 * 12 * 6
    assert not intake.findings()


def test_who_stands_in_may_act_at_every_process(intake: Replicas):
    one, other = (process.address for process in intake.processes)
    today = datetime.now(HOME_ZONE).date()
    days = {"from": str(today), "until": str(today + timedelta(days=2))}

    def noted(address: str, by: str, person: str, **said: str) -> int:
        form = {"person": person, **days, **said}
        return intake.web.post(f"{address}/api/intake/absences", json=form, headers=intake.as_(by)).status_code

    assert noted(other, DEPUTY, COLLEAGUE) == 403
    assert noted(one, HEAD, HEAD, deputy=DEPUTY) == 201
    until(lambda: noted(other, DEPUTY, COLLEAGUE) == 201, "the deputy who may what the head may")
