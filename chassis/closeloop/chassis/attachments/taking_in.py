"""Taking in: looked at, sealed and stored before the piece of work that notes it; what is not noted is not kept."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from closeloop.chassis.acting import acts, do, here
from closeloop.chassis.attachments.attached import UNDER, Attached
from closeloop.chassis.attachments.content import looked_at
from closeloop.chassis.attachments.hooks import OF_A_CUSTOMER, Belongs
from closeloop.chassis.attachments.keeping import ATTACHED
from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.people.rights import OPERATOR, rights_of
from closeloop.chassis.refusals import Forbidden, Misread, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.every import AttachmentErased, AttachmentKept
from closeloop.contracts.personal import Audience

RIGHT = "erase"
LONGEST_NAME = 200


@acts
def note_attachment(work: Work, attached: Attached) -> Attached:
    """It belongs to the case from now on."""
    work.publish(AttachmentKept(**_told_of(attached)))
    return work.add(attached)


async def take_in(content: bytes, name: str, belongs: Belongs, of: str, by: Person) -> Attached:
    """A photo or scan is taken in for a case or job."""
    running = here.get()
    most = running.settings.attachment_bytes
    if len(content) > most:
        raise Misread(_("This file is too large: at most {most} MB are taken in.", most=most // 1_000_000))
    kind, kept = await asyncio.to_thread(looked_at, content)
    keys, store = running.attachments.keys, running.attachments.store
    hash, sealed = await asyncio.to_thread(keys.seal, kept, belongs.sealed_for)
    attached = Attached(
        id=f"{UNDER}{running.new_id()}",
        about=belongs.key,
        of=of,
        hash=hash,
        name=name.replace("\x00", "").strip()[-LONGEST_NAME:],
        type=kind,
        size=len(kept),
        sealed_for=belongs.sealed_for,
        taken_in_at=running.now(),
        taken_in_by=by.id,
        place=belongs.place,
        department=belongs.department,
        audience=belongs.audience,
    )
    try:
        await store.put(hash, sealed)
        return await do(note_attachment, attached, by=by, key=belongs.key)
    except BaseException:
        keys.destroy(hash, belongs.sealed_for)
        await store.delete(hash)
        raise


@acts(besides=lambda about, *_more: (about,))
def erase_attachment(work: Work, about: str, reason: str, rights: frozenset[str]) -> Attached:
    """Nobody reads it again; that it was there, who took it away and why stays on record."""
    attached = work.one(Attached, id=work.key)
    if work.by is None or not (work.by.may(OPERATOR) or RIGHT in rights):
        raise Forbidden(_("Only operators, and roles that the procedure lets erase, take away what was attached."))
    if attached.erased_at is not None:
        raise Refused(_("This was erased already, on {at}.", at=attached.erased_at))
    return _erased(work, attached, about, reason)


@acts(besides=lambda about: (about,))
def erase_with_record(work: Work, about: str) -> Attached:
    """Its record was disposed of: it goes along."""
    return _erased(work, work.one(Attached, id=work.key), about, _("The record was disposed of.").zh)


def _erased(work: Work, attached: Attached, about: str, reason: str) -> Attached:
    attached.erased_at, attached.name, attached.reason = work.now, "", reason
    attached.erased_by = work.by.id if work.by else None
    work.publish(AttachmentErased(**_told_of(attached), reason=reason), key=about)
    return attached


def _told_of(attached: Attached) -> dict[str, Any]:
    """What is told of it, in the way of that to which it belongs."""
    audience = Audience(attached.audience or Audience.INTERNAL)
    return {"attachment": attached.told, "of": attached.of, "place": attached.place, "audience": audience}


async def erase(identity: str, reason: str, by: Person) -> Attached:
    """Noted first, then the key is destroyed and the bytes are taken away."""
    running = here.get()
    rights = rights_of(by, [pack for _since, pack in running.procedures])
    about = await running.read.value(sa.select(ATTACHED.c.about).where(ATTACHED.c.id == identity))
    erased = await do(erase_attachment, str(about), reason, rights, by=by, key=identity)
    await running.attachments.forget(erased.hash, erased.sealed_for)
    return erased


async def erase_all(customer: str, reason: str, by: Person) -> list[Attached]:
    """Everything that this service keeps sealed for a customer; all keys go, those of the other services as well."""
    running, sealed_for = here.get(), f"{OF_A_CUSTOMER}{customer}"
    wanted = sa.select(ATTACHED).where(ATTACHED.c.sealed_for == sealed_for, ATTACHED.c.erased_at.is_(None))
    erased = [await erase(one.id, reason, by) for one in await running.read.rows(Attached, wanted)]
    if erased:
        await asyncio.to_thread(running.attachments.keys.destroy_all, sealed_for)
    return erased
