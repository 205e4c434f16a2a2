"""The house changes while it runs: who is away, and which organisation counts, kept by every service.

Intake tells both; a service keeps them in its own tables and has them at hand.
"""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from closeloop.chassis.people.absence import Absence
from closeloop.chassis.people.organisation import Organisation
from closeloop.chassis.schedules.planning import plan_schedule
from closeloop.chassis.store.absences import AbsenceNote
from closeloop.chassis.store.organisations import ApprovedOrganisation
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.people import AbsenceNoted, OrganisationChanged

if TYPE_CHECKING:
    from closeloop.chassis.hearing import Hears
    from closeloop.chassis.people.roster import People
    from closeloop.chassis.procedures import Procedures

KEY = "organisation"
"""The key of everything about the organisation as a whole."""

BEGINS = "organisation_begins"
JUST = timedelta(microseconds=1)


class Changing:
    """How one service keeps up with the house."""

    def __init__(self, people: People, procedures: Procedures) -> None:
        self.people, self.procedures = people, procedures

    def join(self, hears: Hears, *, owner: bool) -> None:
        """Have the service hear of it; intake, whose it is, only acts when a moment comes."""
        if not owner:
            hears.events[AbsenceNoted], hears.events[OrganisationChanged] = self.hear_absence, self.hear_organisation
            for event in (AbsenceNoted, OrganisationChanged):
                hears.keys[event] = lambda told: (told.key,)
        hears.due(BEGINS)(self.begin)

    def hear_absence(self, told: AbsenceNoted, work: Work) -> None:
        """Intake says that somebody is away."""
        self.keep_absence(told, work)

    def hear_organisation(self, told: OrganisationChanged, work: Work) -> None:
        """Intake says that another organisation was approved."""
        self.keep_organisation(told, work)

    async def load(self, store: Any, now: datetime) -> None:
        """Take in what the service has stored."""
        for found in await store.fetch(
            "select absence, person, starts_at, ends_at, deputy from absences order by noted_at"
        ):
            absence, person, starts_at, ends_at, deputy = found
            self.people.presence.note(Absence(absence, person, _moment(starts_at), _moment(ends_at), deputy))
        approved = await store.fetch(
            "select active_from, canonical, before from organisations order by active_from, noted_at"
        )
        for _active_from, _canonical, before in approved[:1]:
            self.people.began_as(Organisation.model_validate_json(before))
        for active_from, canonical, _before in approved:
            self.people.plan(Organisation.model_validate_json(canonical), _moment(active_from), now)

    def keep_absence(self, told: AbsenceNoted, work: Work) -> Absence:
        """Keep what was noted; the last word about an absence counts."""
        absence = Absence(told.absence_id, told.person, told.starts_at, told.ends_at, told.deputy)
        times = (absence.starts_at, absence.ends_at)
        at = told.occurred_at or work.now
        work.add(AbsenceNote(told.id, told.key, absence.id, absence.person, *times, absence.deputy, told.by, at))
        self.people.presence.note(absence)
        return absence

    def keep_organisation(self, told: OrganisationChanged, work: Work) -> Organisation:
        """Keep an approved organisation; it counts from its moment on."""
        canonical = written_in(told)
        organisation = Organisation.model_validate_json(canonical)
        at = told.occurred_at or work.now
        before = canonical_of(self.people.organisation_at(told.active_from - JUST))
        kept = (told.id, told.key, told.active_from, told.hash, canonical, told.proposed_by, told.approved_by, at)
        work.add(ApprovedOrganisation(*kept, before))
        self.people.plan(organisation, told.active_from, work.now)
        if told.active_from > work.now:
            work.at(told.active_from, BEGINS, of=told.hash)
        else:
            self._plan_jobs(work)
        return organisation

    def begin(self, timer: Timer, work: Work) -> None:
        """Its moment has come: from now on the new places, departments and people count."""
        self.people.look_again(work.now)
        self._plan_jobs(work)

    def _plan_jobs(self, work: Work) -> None:
        """New places have their periodic jobs from now on."""
        for pack in self.procedures.current(work.now):
            plan_schedule(work, pack, work.now)


def canonical_of(organisation: Organisation) -> str:
    """The organisation in the one order of characters over which its hash is taken."""
    content = organisation.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(canonical: str) -> str:
    """What names it."""
    return sha256(canonical.encode()).hexdigest()


def change_to(
    canonical: str, active_from: datetime, *, proposed_by: str, approved_by: str, reason: str | None
) -> OrganisationChanged:
    """What intake tells the others: the whole organisation, compressed."""
    return OrganisationChanged(
        active_from=active_from,
        hash=hash_of(canonical),
        content=base64.b64encode(zlib.compress(canonical.encode(), 9)).decode(),
        proposed_by=proposed_by,
        approved_by=approved_by,
        reason=reason,
    )


def written_in(told: OrganisationChanged) -> str:
    """The canonical JSON out of the event."""
    return told.content if told.encoding == "json" else zlib.decompress(base64.b64decode(told.content)).decode()


def _moment(said: datetime | str) -> datetime:
    at = datetime.fromisoformat(said) if isinstance(said, str) else said
    return at.astimezone(UTC)
