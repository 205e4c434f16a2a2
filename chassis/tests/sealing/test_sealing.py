"""What is told of restricted matters lies sealed in journals and streams; without a key one knows that there is one."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from closeloop.chassis.acting import acts, here
from closeloop.chassis.command import with_every_command
from closeloop.chassis.explaining import explanation_of
from closeloop.chassis.hearing import Hears
from closeloop.chassis.listening import piece_of
from closeloop.chassis.piece import HeardFrom
from closeloop.chassis.relay import on_the_wire
from closeloop.chassis.running import Running
from closeloop.chassis.safekeeping.verifying import verify
from closeloop.chassis.sealing import Sealing
from closeloop.chassis.sealing.matter_keys import name_of
from closeloop.chassis.sealing.rotating import rotate
from closeloop.chassis.service import Service
from closeloop.chassis.store.tables import Task
from closeloop.chassis.work import Refused, Work
from closeloop.contracts.envelope import Garbage, Sealed, decode, encode
from closeloop.contracts.event import Event
from closeloop.contracts.every import AttemptRefused, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.personal import Audience

SECRET, CASE, OTHER = "他收了现金", "case-9", "case-10"
A_DAY = datetime(2026, 1, 5, tzinfo=UTC)
hears = Hears()


@hears
def note(case: CaseAssessed, work: Work) -> None:
    """What was heard lies on a desk."""
    title = (case.content, "Heard")
    work.task(desk="leader", kind="look", of=f"{case.sequence}", title=title, url="/", case=case.case)


def restricted(content: str = SECRET, key: str = CASE, audience: str = "restricted", **more: Any) -> CaseAssessed:
    return an_example(CaseAssessed, content=content, key=key, audience=audience, kind="report_letter", **more)


@acts
def tell(work: Work, event: Event) -> None:
    work.publish(event)


@acts
def put_on_a_desk(work: Work, audience: str) -> None:
    header = restricted(audience=audience).case
    work.task(desk="leader", kind="look", title=(SECRET, SECRET), url="/", audience="restricted", case=header)


@acts
def take_off_the_desk(work: Work) -> None:
    work.done("look")


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], hears)


async def bodies(running: Running) -> list[str]:
    return [row[0] for row in await running.store.fetch("select body from journal order by seq")]


def without_the_right(running: Running, folder: Path) -> None:
    """From here on the service has the keys of a house that gave it none."""
    running.sealing.audiences.folder = folder / "nothing"


def as_heard(event: Event, by: Sealing, position: int) -> bytes:
    """The message of an event as another service sent it."""
    body = by.seal(event, encode(event, branch="main", service="intake").decode())
    return on_the_wire(position, "", body)


async def hear_bytes(running: Running, message: bytes, position: int, subject: str = CaseAssessed.subject) -> None:
    heard = HeardFrom("main.intake", position, "", "", 0, f"closeloop.main.intake.{subject}", message, "")
    with suppress(Garbage):  # what cannot be handled is parked
        await running.submit(piece_of(heard, running.hears))


async def test_what_is_told_of_a_restricted_case_lies_sealed_in_the_journal_and_opens_again(house, running):
    await house.do(tell, restricted(), key=CASE, new=True)
    [body] = await bodies(running)
    found = json.loads(body)
    assert (found["sealedfor"], found["subject"], set(found["data"])) == ("restricted", CASE, {"matter", "sealed"})
    for word in (SECRET, "report_letter", restricted().case.number):
        assert word not in body and word.encode("unicode_escape").decode() not in body
    opened = decode(running.sealing.open(body.encode()))
    assert isinstance(opened, CaseAssessed)
    assert (opened.content, opened.audience, opened.id) == (SECRET, Audience.RESTRICTED, f"main.chassis.{CASE}.1")
    with pytest.raises(Sealed, match="restricted"):
        decode(body.encode())


async def test_everything_else_is_written_down_as_it_was(house, running):
    await house.do(tell, restricted(audience="internal"), key=CASE, new=True)
    [body] = await bodies(running)
    assert running.sealing.open(body.encode()) == body.encode()
    assert SECRET in body and "sealedfor" not in body
    assert not running.sealing.audiences.folder.exists() and not running.sealing.matters.folder.exists()


async def test_also_what_does_not_speak_of_the_case_is_sealed_with_it(house, running, published):
    """Tasks that are done, clauses that were judged, attempts: told of a key whose matter is restricted."""
    from closeloop.chassis.schedules.job import ScheduledJob

    @acts
    def begin(work: Work) -> None:
        moment = work.now
        title = {"zh": SECRET, "en": SECRET}
        job = ScheduledJob(work.key, "P00", "1", "look", title, "leader", None, "2026", moment, moment, moment)
        job.audience = "restricted"
        work.add(job)
        work.publish(OccasionsJudged())
        work.add(Task("t1", work.key, "look", "", "leader", None, None, "restricted", SECRET, SECRET, "/", moment))
        work.done("look")

    @acts
    def try_it(work: Work) -> None:
        raise Refused("not so", clause="P00-1")

    await house.do(begin, key="job:1", new=True)
    with pytest.raises(Refused):
        await house.do(try_it, key="job:1")
    kinds = [type(event) for event in await published()]
    assert kinds == [OccasionsJudged, TaskClosed, AttemptRefused]
    assert all('"sealedfor"' in body and "P00-1" not in body for body in await bodies(running))


async def test_a_task_for_few_does_not_seal_a_case_that_everybody_knows(house, running):
    await house.do(put_on_a_desk, "internal", key=CASE, new=True)
    await house.do(take_off_the_desk, key=CASE)
    assert not any("sealedfor" in body for body in await bodies(running))


async def test_a_service_without_the_right_knows_that_there_is_a_matter_and_waits(running, published, tmp_path):
    teller = Sealing(tmp_path / "elsewhere")
    without_the_right(running, tmp_path)
    running.sealing.matters.folder = teller.matters.folder
    (tmp_path / "keys").mkdir(exist_ok=True)
    (tmp_path / "keys" / "signing.pub").touch()
    first = as_heard(restricted(sequence=1), teller, 1)
    second = as_heard(restricted("第二次", sequence=2), teller, 2)
    await hear_bytes(running, first, 1)
    await hear_bytes(running, second, 2)
    await hear_bytes(running, as_heard(restricted(key=OTHER, audience="internal"), teller, 3), 3)

    [task] = await published(TaskOpened)
    assert task.key == OTHER, "others go on"
    waiting = await running.store.fetch("select key, reason, body from parked order by position")
    assert [row[0] for row in waiting] == [CASE, CASE]
    assert "sealed for the audience restricted" in waiting[0][1]
    kept = json.dumps([list(map(str, row)) for row in waiting], ensure_ascii=False)
    assert SECRET not in kept and "report_letter" not in kept

    running.sealing.audiences.folder = teller.audiences.folder
    await running.parking.try_key(CASE)
    seen = [task.title.zh for task in await published(TaskOpened)]
    assert seen[1:] == [SECRET, "第二次"], "heard in order when the key is there"
    assert not await running.store.fetch("select 1 from parked")


async def test_whoever_was_given_the_key_tries_what_waits_for_it_at_the_next_start(running, published, tmp_path):
    teller = Sealing(tmp_path / "elsewhere")
    running.sealing.audiences.folder, running.sealing.matters.folder = tmp_path / "nothing", teller.matters.folder
    await hear_bytes(running, as_heard(restricted(), teller, 1), 1)
    while await running.store.fetch("select 1 from parked where next_try_at is not null"):
        await running.store.execute("update parked set next_try_at = ?", running.now())
        await running.parking.try_due()
    assert await running.parking.try_due() == 0, "it waits for a person by now"
    running.sealing.audiences.folder = teller.audiences.folder
    await running.parking.load()
    assert await running.parking.try_due() == 1
    assert [task.title.zh for task in await published(TaskOpened)] == [SECRET]


async def test_a_service_without_the_right_writes_nothing_down_about_such_a_matter(house, running, tmp_path):
    without_the_right(running, tmp_path)
    (tmp_path / "keys").mkdir(exist_ok=True)
    (tmp_path / "keys" / "signing.pub").touch()
    with pytest.raises(Refused, match="no key of the audience restricted"):
        await house.do(tell, restricted(), key=CASE, new=True)
    assert await bodies(running) == []


async def test_what_is_erased_nobody_reads_again_and_the_journal_still_proves_itself(house, running):
    await house.do(tell, restricted(), key=CASE, new=True)
    await house.do(tell, restricted(key=OTHER), key=OTHER, new=True)
    erased, other = await bodies(running)
    assert running.sealing.matters.destroy(name_of(CASE), A_DAY, "asked for")
    assert not running.sealing.matters.destroy(name_of(CASE), A_DAY, "again")

    assert running.sealing.read(erased)["data"] == {"audience": "restricted"}
    assert running.sealing.read(other)["data"]["content"] == SECRET
    here.set(running)
    leader = next(person for person in house.people if person.hears("restricted"))
    [item] = (await explanation_of(running.read, "chassis", CASE, leader)).items
    assert item.what == CaseAssessed.subject
    assert not (await explanation_of(running.read, "chassis", CASE, house.people.person("desk-1"))).items

    await hear_bytes(running, on_the_wire(1, "", erased), 1)
    assert not await running.store.fetch("select 1 from parked"), "it counts as heard"
    assert not await running.store.fetch("select 1 from journal where subject = ?", TaskOpened.subject)
    with pytest.raises(Refused, match="destroyed"):
        await house.do(tell, restricted(), key=CASE)
    [found] = await verify({"chassis": running.read}, "main", None)
    assert found.findings == []


async def test_after_a_rotation_the_old_key_reads_nothing_more(house, running, tmp_path):
    sealing = running.sealing
    await house.do(tell, restricted(), key=CASE, new=True)
    [before] = await bodies(running)
    whoever_left = Sealing(tmp_path / "copy")
    whoever_left.audiences.make("restricted", 1)
    stolen = sealing.audiences.of("restricted", 1)
    (whoever_left.audiences.folder / "restricted" / "1.key").write_bytes(stolen)
    whoever_left.matters.folder = sealing.matters.folder
    assert SECRET in whoever_left.open(before.encode()).decode()

    assert rotate(sealing, "restricted") == (2, 1)
    await house.do(tell, restricted(), key=CASE)
    await house.do(tell, restricted(key=OTHER), key=OTHER, new=True)
    for body in await bodies(running):
        assert SECRET in sealing.open(body.encode()).decode()
        with pytest.raises(Sealed):
            whoever_left.open(body.encode())
    assert sealing.audiences.numbers("restricted") == [2]


async def test_what_was_sealed_opens_only_as_what_it_was(running, tmp_path):
    """Nobody puts the data of one message into another one."""
    one, two = restricted(sequence=1, id="main.intake.case-9.1"), restricted(sequence=2, id="main.intake.case-9.2")
    first, second = (
        json.loads(running.sealing.seal(event, encode(event, branch="main").decode())) for event in (one, two)
    )
    await hear_bytes(running, json.dumps({**first, "data": second["data"]}).encode(), 1)
    [(reason,)] = await running.store.fetch("select reason from parked")
    assert "is not what was told" in reason


def test_the_keys_are_shown_rotated_and_destroyed_by_a_command(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    run, command = CliRunner(), with_every_command()
    sealing, event = Sealing(tmp_path / "keys"), restricted()
    body = sealing.seal(event, encode(event, branch="main").decode())

    def ask(*words: str) -> Any:
        return run.invoke(command, ["keys", *words, "--data", str(tmp_path)])

    assert "restricted: can be read here; key 1 seals." in ask("show").output
    assert "1 matters have a key; 0 were destroyed." in ask("show").output
    assert ask("rotate", "restricted").exit_code == 0
    assert SECRET in sealing.open(body.encode()).decode()
    assert ask("rotate", "everybody").exit_code == 2
    assert ask("destroy", "case-unknown", "--reason", "asked for").exit_code == 2
    assert ask("destroy", CASE, "--reason", "asked for").exit_code == 0
    assert "0 matters have a key; 1 were destroyed." in ask("show").output
