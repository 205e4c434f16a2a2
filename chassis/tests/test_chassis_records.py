"""Records: filled, signed, sealed, corrected by another record, kept as long as the procedure asks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.piece import Piece
from closeloop.chassis.records import (
    KeptRecord,
    archive_records,
    change_record,
    correct_record,
    is_as_sealed,
    keep_record,
    last_record,
    seal_record,
    sign_record,
    signature_holds,
)
from closeloop.chassis.refusals import Refused
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.work import Work
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.vocabulary import OccasionEnd, SignatureMeans

SHEET = {"register_number": "QR-022/2026-0001", "content": "电梯厅连续三天没有打扫"}
VISITS: dict[str, Any] = {"signer": "王先生", "role": "customer", "means": SignatureMeans.TYPED}


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], Hears())


@pytest.fixture
def desk(running: Running, a_person: Any) -> Callable[..., Any]:
    """Somebody at the desk does something with the records of one case; the rows are read anew each time."""
    here.set(running)

    async def act(what: Callable[[Work], Any]) -> Any:
        piece = Piece("write", "http", ("case-1",), what, by=a_person("desk-1"))
        return (await running.submit(piece)).result

    return act


def a_sheet(work: Work, **fields: Any) -> KeptRecord:
    return keep_record(work, work.pack("P00"), "qr_023", {**SHEET, **fields}, of="duty:1", number="QR-022/2026-0001")


def the_sheet(work: Work) -> KeptRecord:
    record = last_record(work, "duty:1")
    assert record is not None
    return record


async def test_a_form_is_kept_under_its_version_and_by_whom_it_was_filled(desk):
    await desk(a_sheet)
    record = await desk(the_sheet)
    assert (record.form, record.form_version, record.procedure) == ("qr_023", "1", "P00")
    assert record.made_by == "desk-1" and record.fields == SHEET and not record.is_sealed


async def test_a_field_that_the_form_does_not_have_is_refused(desk):
    with pytest.raises(Refused, match="has no field weather"):
        await desk(lambda work: a_sheet(work, weather="rain"))


async def test_a_sealed_record_never_changes(desk):
    await desk(lambda work: seal_record(work, a_sheet(work), work.pack("P00")))
    sealed = await desk(the_sheet)
    assert sealed.is_sealed and is_as_sealed(sealed)
    for attempt in (
        lambda work: change_record(work, the_sheet(work), {"result": "nothing"}),
        lambda work: sign_record(work, the_sheet(work), **VISITS),
        lambda work: seal_record(work, the_sheet(work), work.pack("P00")),
    ):
        with pytest.raises(Refused, match="sealed and stays as it is"):
            await desk(attempt)
    assert (await desk(the_sheet)).fields == SHEET


async def test_a_change_behind_the_back_is_seen(desk, running):
    await desk(lambda work: seal_record(work, a_sheet(work), work.pack("P00")))
    changed = '{"content":"nothing happened"}'
    await running.store.execute("update records set fields = ? where of = ?", changed, "duty:1")
    assert not is_as_sealed(await desk(the_sheet))


async def test_a_correction_is_a_record_that_names_the_one_it_corrects(desk):
    first = await desk(lambda work: seal_record(work, a_sheet(work), work.pack("P00")))
    await desk(lambda work: correct_record(work, the_sheet(work), work.pack("P00"), {"tracking": "复查合格"}))
    both = await desk(lambda work: work.all(KeptRecord, of="duty:1"))
    assert [record.corrects for record in both] == [None, first.id]
    assert both[0].fields == SHEET and both[1].fields == {**SHEET, "tracking": "复查合格"}
    assert all(is_as_sealed(record) for record in both)


async def test_a_required_field_is_filled_before_the_record_is_sealed(desk):
    await desk(lambda work: keep_record(work, work.pack("P00"), "qr_023", {}, of="duty:1"))
    with pytest.raises(Refused, match="Content"):
        await desk(lambda work: seal_record(work, the_sheet(work), work.pack("P00")))


async def test_a_signature_names_the_hash_of_what_was_signed(desk):
    await desk(lambda work: sign_record(work, a_sheet(work), **VISITS))
    record = await desk(the_sheet)
    [signature] = record.signatures
    assert signature["signer"] == "王先生" and signature_holds(record, signature)
    assert not signature_holds(record, {**signature, "covers": ["content"]})


async def test_what_was_signed_stays_and_what_was_empty_may_be_filled(desk):
    await desk(lambda work: sign_record(work, a_sheet(work), **VISITS))
    await desk(lambda work: change_record(work, the_sheet(work), {"tracking": "复查合格"}))
    with pytest.raises(Refused, match="signed already"):
        await desk(lambda work: change_record(work, the_sheet(work), {"content": "all is well"}))
    record = await desk(the_sheet)
    assert record.fields["tracking"] == "复查合格" and signature_holds(record, record.signatures[0])


async def test_a_refusal_to_sign_needs_somebody_who_saw_it(desk):
    refused: dict[str, Any] = {**VISITS, "means": SignatureMeans.REFUSED}
    with pytest.raises(Refused, match="who saw"):
        await desk(lambda work: sign_record(work, a_sheet(work), **refused))
    await desk(lambda work: sign_record(work, a_sheet(work), **refused, witness="保洁主管"))
    assert (await desk(the_sheet)).signatures[0]["witness"] == "保洁主管"


async def test_the_clauses_of_a_form_are_kept_when_its_record_is_sealed(desk, published):
    await desk(lambda work: seal_record(work, a_sheet(work), work.pack("P00")))
    [told] = await published(OccasionsJudged)
    assert {(one.clause, one.end, one.of) for one in told.occasions} >= {("P00-5", OccasionEnd.KEPT, "record:qr_023")}


async def test_an_archived_record_is_sealed_and_kept_for_its_time(desk, published, running):
    await desk(a_sheet)
    await desk(lambda work: archive_records(work, work.pack("P00")))
    record = await desk(the_sheet)
    assert is_as_sealed(record) and record.archived_at == running.now()
    assert record.keep_until == datetime(2029, 1, 5, 1, tzinfo=UTC)
    [told] = await published(OccasionsJudged)
    assert [(one.clause, one.end) for one in told.occasions] == [("P00-4.12-c", OccasionEnd.KEPT)]
    await desk(lambda work: archive_records(work, work.pack("P00")))
    assert len(await published(OccasionsJudged)) == 1
