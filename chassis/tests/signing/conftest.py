"""A service in which plans are signed: written by one person, approved by others, carried out when everybody agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.acting import acts
from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.packs.rules import ruled
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.rows import keeps
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.signing import Matter, Signing, SigningHook, ask_to_sign, end_signing, must_be_signed
from closeloop.chassis.testing import House
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import SignOff

ASKED: dict[str, dict[str, Any]] = {}
"""What the procedure of a test asks for: name of the sign-off to what is written about it."""


@keeps("plans", key="id")
class Plan:
    """A plan of the tests."""

    id: str
    fields: dict[str, Any]
    past: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def matter_of(work: Work, of: str = "plan") -> Matter:
    plan = work.one(Plan)
    rules = ruled({name: SignOff(clauses=("P00-1",), **said) for name, said in ASKED.items()}, {})
    return Matter(
        pack=work.pack("P00"),
        of=of,
        rules=rules,
        title={"zh": "计划", "en": "Plan"},
        url="/chassis/plans/1",
        desk="front",
        content=plan.fields,
        facts=plan.facts,
        past=frozenset(plan.past),
        ends_with="close",
        names={"goal": "Goal"},
    )


def write_part(work: Work, of: str, fields: Mapping[str, Any]) -> None:
    plan = work.one(Plan)
    plan.fields = {**plan.fields, **fields}


def go_on(work: Work, matter: Matter, one: Signing, judging: list[Any]) -> None:
    plan = work.one(Plan)
    rule = matter.rule(one.name)
    assert rule is not None
    if one.decision is False and rule.entry.back_to:
        plan.past = [step for step in plan.past if step != rule.entry.back_to]
    work.judge([*judging, *ask_to_sign(work, matter_of(work), authors=())])


@acts
def write_plan(work: Work, fields: dict[str, Any], facts: dict[str, Any], past: list[str]) -> Plan:
    """Somebody writes the plan, or changes it."""
    plan = work.maybe(Plan) or work.add(Plan("plan-1", {}))
    plan.fields, plan.facts, plan.past = {**plan.fields, **fields}, {**plan.facts, **facts}, past
    work.judge(ask_to_sign(work, matter_of(work)))
    return plan


@acts
def close_plan(work: Work, act: str = "close") -> Plan:
    """The plan is carried out."""
    must_be_signed(work, matter_of(work), act)
    if act == "close":
        work.judge(end_signing(work, matter_of(work)))
    return work.one(Plan)


hears = Hears()
hears.signed("plan", SigningHook(matter_of, go_on, write_part))


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    """Each test says what its procedure asks for."""
    ASKED.clear()


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(load_organisation(Path(__file__).parent / "organisation.yaml"), keys_in(tmp_path / "keys"))


TABLE = "create table plans (id text primary key, fields json not null, past json not null, facts json not null)"


@pytest.fixture
async def plans(running: Running) -> None:
    """The table of the plans, which belong to the tests alone."""
    await running.store.execute(TABLE)


@pytest.fixture
def write(house: House, plans: None):
    """`await write("desk-1", {"goal": "..."}, past=["finished"])`: somebody writes the plan."""

    async def written(by: str, fields: dict[str, Any], *, past: tuple[str, ...] = ("finished",), **facts: Any) -> Plan:
        plan: Plan = await house.do(write_plan, fields, facts, list(past), by=by, key="plan-1")
        return plan

    return written


@pytest.fixture
def sign(api, house: House):
    """`await sign("manager-1", "approval", approves=True)`: a turn is taken; answers what the service said."""

    async def taken(login: str, name: str, status: int = 200, role: str | None = None, **said: Any) -> Any:
        found = await api.get("/api/chassis/sign-offs?state=waiting", headers=house.headers(login))
        one = next((one for one in found.json()["items"] if one["name"] == name and role in (None, one["role"])), None)
        assert one is not None, f"{name} is asked of nobody"
        answer = await api.post(f"/api/chassis/sign-offs/{one['id']}", json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        return answer.json()

    return taken


@pytest.fixture
def waiting(api):
    """`await waiting()`: whose turn it is, as name and role."""

    async def turns() -> list[tuple[str, str]]:
        found = await api.get("/api/chassis/sign-offs?state=waiting")
        return [(one["name"], one["role"]) for one in found.json()["items"]]

    return turns


@pytest.fixture
def ends(published):
    """`await ends()`: how each occasion stands, by what it hangs on; one that was reopened stands twice."""

    async def found() -> list[tuple[str, str]]:
        told = [judged for event in await published() for judged in event.occasions]
        return [(one.of, str(one.end)) for one in {judged.id: judged for judged in told}.values()]

    return found


@pytest.fixture
def service() -> Service:
    return Service("chassis", [Plan], hears)


@pytest.fixture
def pack() -> Pack:
    return load_pack(Path(__file__).parent.parent / "packs" / "P00")
