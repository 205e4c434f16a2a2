"""Proof that journals and sealed records are as they were written down: every hash is taken again.

Each entry of a journal is hashed over the one before it (`chain`), each service keeps the head that a publisher's last
message named (`positions`), each sealed record names its own hash, and the journal those of the records that it told
of: who changes, takes out or cuts off something has to change it in every service at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import sqlalchemy as sa
from pydantic_core import from_json

from closeloop.chassis.attachments.attached import Attached
from closeloop.chassis.attachments.stores import BlobStore
from closeloop.chassis.chain import chained
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.reading import Read
from closeloop.chassis.records.content import is_as_sealed
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import JOURNAL, Chained, KeptRecord, Position, Unsent

AT_ONCE = 2_000
ATTACHMENTS = table_of(Attached)
CHAIN, POSITIONS, RECORDS, UNSENT = table_of(Chained), table_of(Position), table_of(KeptRecord), table_of(Unsent)


@dataclass(slots=True)
class Verified:
    """What was looked through in one service, and what is not as it was written down."""

    service: str
    entries: int = 0
    records: int = 0
    attachments: int = 0
    heard: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Publisher to how far it was heard, and the head of its chain before that."""
    witnessed: dict[int, str] = field(default_factory=dict)
    """Those links of its own chain that others are witnesses of."""
    told: dict[bytes, int] = field(default_factory=dict)
    """The hashes of sealed records that its journal names, to the place of the entry."""
    findings: list[Sentence] = field(default_factory=list)


async def verify(reads: Mapping[str, Read], branch: str, store: BlobStore | None = None) -> list[Verified]:
    """Look through the journals and records of these services, and hold what each heard against what each told."""
    found = {service: Verified(service) for service in reads}
    for service, read in reads.items():
        found[service].heard = {
            row["publisher"].removeprefix(f"{branch}."): (row["position"], row["chain"])
            for row in await read.all(sa.select(POSITIONS))
        }
    for service, read in reads.items():
        wanted = {one.heard[service][0] for one in found.values() if service in one.heard}
        await _journal(read, found[service], wanted)
        await _records(read, found[service])
        if store is not None:
            await _attachments(read, found[service], store)
    for hearer in found.values():
        for publisher, (position, head) in hearer.heard.items():
            if publisher in found:
                _compare(found[publisher], hearer.service, position, head)
    return list(found.values())


async def _journal(read: Read, found: Verified, wanted: set[int]) -> None:
    """Every link is taken again from the one before it and the entry."""
    before, expected = "", 1
    async for position, seq, link, body in _links(read):
        if position != expected:
            found.findings.append(
                _(
                    "The journal of {service} lacks the places {first} to {last}: entries were taken out.",
                    service=found.service,
                    first=expected,
                    last=position - 1,
                )
            )
        elif body is None:
            found.findings.append(
                _(
                    "Entry {seq} of the journal of {service} (place {position}) is gone.",
                    service=found.service,
                    seq=seq,
                    position=position,
                )
            )
        elif chained(before, body) != link:
            found.findings.append(
                _(
                    "Entry {seq} of the journal of {service} (place {position}) was changed after it was written down.",
                    service=found.service,
                    seq=seq,
                    position=position,
                )
            )
        if position in wanted:
            found.witnessed[position] = before
        if body is not None and (told := _record_told(body)):
            found.told.setdefault(told, position)
        before, expected = link, position + 1
        found.entries += 1
    loose = sa.select(sa.func.count()).select_from(JOURNAL)
    placed = ~sa.exists().where(CHAIN.c.seq == JOURNAL.c.seq) & ~sa.exists().where(UNSENT.c.seq == JOURNAL.c.seq)
    if strangers := int(await read.value(loose.where(placed)) or 0):
        found.findings.append(
            _(
                "{count} entries of the journal of {service} have no place in its chain: they were put in by hand, "
                "or their places were taken out.",
                service=found.service,
                count=strangers,
            )
        )


async def _links(read: Read) -> AsyncIterator[tuple[int, int, str, str | None]]:
    last = 0
    while True:
        wanted = (
            sa.select(CHAIN.c.position, CHAIN.c.seq, CHAIN.c.hash, JOURNAL.c.body)
            .join_from(CHAIN, JOURNAL, JOURNAL.c.seq == CHAIN.c.seq, isouter=True)
            .where(CHAIN.c.position > last)
            .order_by(CHAIN.c.position)
            .limit(AT_ONCE)
        )
        rows = await read.all(wanted)
        for row in rows:
            last = row["position"]
            yield last, row["seq"], row["hash"], row["body"]
        if len(rows) < AT_ONCE:
            return


def _record_told(body: str) -> bytes | None:
    """The hash of the sealed record that an entry tells of, if it does; what is sealed by audience says nothing."""
    if '"record_hash":"' not in body and '"record":{' not in body:
        return None
    data = from_json(body).get("data")
    if not isinstance(data, dict):
        return None
    said = (data.get("record") or {}).get("hash") or (data.get("job") or {}).get("record_hash")
    return bytes.fromhex(said) if said else None


async def _records(read: Read, found: Verified) -> None:
    """Every sealed record still says what was sealed, and those that the journal tells of are there."""
    last = ""
    while True:
        wanted = sa.select(RECORDS).where(RECORDS.c.hash.is_not(None), RECORDS.c.id > last)
        rows = await read.rows(KeptRecord, wanted.order_by(RECORDS.c.id).limit(AT_ONCE))
        for record in rows:
            last = record.id
            found.records += 1
            found.told.pop(bytes.fromhex(record.hash or ""), None)
            if not is_as_sealed(record):
                found.findings.append(
                    _(
                        "Record {number} of {service} ({form}, {id}) was changed after it was sealed.",
                        service=found.service,
                        number=record.number or "-",
                        form=record.form,
                        id=record.id,
                    )
                )
        if len(rows) < AT_ONCE:
            break
    for position in sorted(found.told.values()):
        found.findings.append(
            _(
                "The record that {service} told of at place {position} of its journal is not there as it was sealed: "
                "it was taken out, or changed together with its hash.",
                service=found.service,
                position=position,
            )
        )


async def _attachments(read: Read, found: Verified, store: BlobStore) -> None:
    """The sealed bytes of every photo and scan are there, and are what was sealed; no key is needed for that."""
    last = ""
    while True:
        wanted = sa.select(ATTACHMENTS).where(ATTACHMENTS.c.erased_at.is_(None), ATTACHMENTS.c.id > last)
        rows = await read.rows(Attached, wanted.order_by(ATTACHMENTS.c.id).limit(AT_ONCE))
        for attached in rows:
            last = attached.id
            found.attachments += 1
            sealed = await store.get(attached.hash)
            if sealed is None:
                said = _("The attachment {id} of {service} is gone.", service=found.service, id=attached.id)
                found.findings.append(said)
            elif sha256(sealed).hexdigest() != attached.hash:
                said = _(
                    "The attachment {id} of {service} is not what was sealed.", service=found.service, id=attached.id
                )
                found.findings.append(said)
        if len(rows) < AT_ONCE:
            return


def _compare(teller: Verified, hearer: str, position: int, head: str) -> None:
    known = teller.witnessed.get(position)
    if known is None:
        teller.findings.append(
            _(
                "The journal of {service} ends before place {position}, which {hearer} has heard: its end was cut off, "
                "or it comes from an older backup.",
                service=teller.service,
                position=position,
                hearer=hearer,
            )
        )
    elif known != head:
        teller.findings.append(
            _(
                "The journal of {service} up to place {position} is not the one that {hearer} has heard: "
                "it was rewritten.",
                service=teller.service,
                position=position,
                hearer=hearer,
            )
        )
