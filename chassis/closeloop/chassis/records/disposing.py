"""Disposing of a record whose time is over: what stood on it is gone, that there was one stays, with its hash."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts, do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.people.rights import OPERATOR, rights_of
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.store.tables import KeptRecord
from closeloop.chassis.work import Work

RIGHT = "dispose"


class DisposeForm(BaseModel):
    """Somebody disposes of a record."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    hash: str = Field(max_length=64)
    """Hash of the record that they mean."""


@acts
def dispose_of_record(work: Work, identity: str, form: DisposeForm, rights: frozenset[str]) -> KeptRecord:
    """Before its time is over nobody disposes of it; afterwards only its head is left."""
    record, person = work.maybe(KeptRecord, id=identity), work.by
    if record is None:
        raise NotFound()
    if person is None or not (person.may(OPERATOR) or RIGHT in rights):
        raise Forbidden(_("Only operators, and roles that the procedure lets dispose of records, do this."))
    if record.disposed_at is not None:
        raise Refused(_("This record was disposed of already, on {at}.", at=record.disposed_at))
    if record.hash is None or record.hash != form.hash:
        raise Refused(_("This is not the record that is meant, or it is not sealed yet."))
    said = work.pack(record.procedure, record.procedure_version).forms[record.form].kept_for
    if record.archived_at is None or record.keep_until is None or work.now < record.keep_until:
        until = record.keep_until.date() if record.keep_until and record.archived_at else None
        clauses = said.clauses if said else ()
        if until is None:
            raise Refused(_("This record is not in the archive, or the procedure does not say for how long."), clauses)
        raise Refused(_("This record is kept until {day}; nobody disposes of it before.", day=until), clauses)
    record.fields, record.signatures = {}, []
    record.disposed_at, record.disposed_by = work.now, person.id
    return record


async def dispose(record: KeptRecord, form: DisposeForm, by: Person) -> KeptRecord:
    """Noted on disk, then what was attached on the form is taken away as well."""
    running = here.get()
    hashes = [value["hash"] for value in record.fields.values() if isinstance(value, dict) and "hash" in value]
    rights = rights_of(by, [pack for _since, pack in running.procedures])
    disposed: KeptRecord = await do(dispose_of_record, record.id, form, rights, by=by, key=record.key)
    for hash in hashes:
        await running.attachments.let_go_of(running.read, hash, by)
    return disposed
