"""What somebody asks of the figures: which procedure, period and place; the same address for a page and for JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import MOST_AT_ONCE
from closeloop.chassis.refusals import NotFound
from closeloop.stats.periods import BadPeriod, Span, period_of, read_period

End = Literal["kept", "breached", "prevented", "waived", "shown", "not_applicable", "open", "withdrawn"]
Limit = Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the figures, and who asks."""

    person: Person
    packs: tuple[Pack, ...]
    """The procedures, each in the version in force when the period starts."""
    span: Span
    now: datetime
    place: str | None = None
    places: tuple[tuple[str, dict[str, str]], ...] = ()
    """The places that the person may ask about, with their names."""
    procedure: str | None = None

    @property
    def until(self) -> datetime:
        """The moment at which it is looked how things stand: the end of the period, or now while it lasts."""
        return min(self.span.end, self.now)

    @property
    def pack(self) -> Pack:
        """The procedure that is shown; `NotFound` where none was in force."""
        if not self.packs:
            raise NotFound(_("No procedure was in force in this period. Activate one, or choose a later period."))
        return self.packs[0]

    @property
    def choices(self) -> list[tuple[str, dict[str, str]]]:
        """The procedures among which a page lets people choose."""
        return [(pack.id, pack.title.model_dump()) for pack in self.packs]

    def query(self, **more: str | None) -> dict[str, str]:
        """The same question as the query of an address, with something added."""
        asked = {"procedure": self.procedure, "period": self.span.name, "place": self.place, **more}
        return {name: value for name, value in asked.items() if value is not None}


def what_is_asked(
    person: CurrentPerson,
    procedure: Annotated[str, Query(max_length=100)] = "",
    period: Annotated[str, Query(max_length=100)] = "",
    place: Annotated[str, Query(max_length=100)] = "",
) -> Asked:
    """The question of a request; what is not said is all procedures, this month and all places."""
    running = here.get()
    places = [one for one in running.people.organisation.places if person.at(one.id)]
    if place and place not in {one.id for one in places}:
        raise _unfit("place", place, _("There is no place {place} here. Leave it out for all places.", place=place))
    zone = running.people.calendar(place or None).zone
    try:
        span = read_period(period, zone) if period else period_of("month", running.now().astimezone(zone).date(), zone)
    except BadPeriod as bad:
        raise _unfit("period", period, bad.sentence) from None
    packs = _in_force(span)
    if procedure:
        known = {pack.id for pack in running.procedures.current(max(span.end, running.now()))}
        if procedure not in known:
            raise _unfit("procedure", procedure, _("There is no procedure {procedure} here.", procedure=procedure))
        packs = tuple(pack for pack in packs if pack.id == procedure)
    names = tuple((one.id, {"zh": one.name.zh, "en": one.name.en}) for one in places)
    return Asked(person, packs, span, running.now(), place or None, names, procedure or None)


def _in_force(span: Span) -> tuple[Pack, ...]:
    """The version in force at the start; of a procedure that is younger than that, the one at the end."""
    procedures = here.get().procedures
    found = {pack.id: pack for pack in (*procedures.current(span.end), *procedures.current(span.start))}
    return tuple(found[name] for name in sorted(found))


def _unfit(name: str, value: str, sentence: Sentence) -> RequestValidationError:
    wrong = {"type": "value_error", "loc": ("query", name), "input": value, "ctx": {"error": ValueError(sentence)}}
    return RequestValidationError([wrong])


Question = Annotated[Asked, Depends(what_is_asked)]
