"""Work: everything that a handler, an action or a due timer may do. It happens in one transaction, once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from closeloop.chassis.batch import Batch, CounterNotRead, Entry, KeySet
from closeloop.chassis.connectors.writing import tell_of_task
from closeloop.chassis.occasions import Judgement, prevented
from closeloop.chassis.piece import Piece
from closeloop.chassis.refusals import Forbidden, Full, NotFound, Refused, Stale, Unauthorised
from closeloop.chassis.rows import kept
from closeloop.chassis.store.tables import Occasion, Task, Timer
from closeloop.contracts.event import CaseHeader, Event, Judged
from closeloop.contracts.every import AttemptRefused, OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.personal import Audience
from closeloop.contracts.vocabulary import OccasionEnd, Text

if TYPE_CHECKING:
    from closeloop.chassis.calendar import WorkingCalendar
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.people import Person

__all__ = ["Forbidden", "Full", "NotFound", "Refused", "Stale", "Unauthorised", "Work"]

Row = TypeVar("Row")
Journaled = TypeVar("Journaled", bound=Event)

_BROKEN = (OccasionEnd.BREACHED, OccasionEnd.PREVENTED)
_MAY_CHANGE = (OccasionEnd.OPENED, OccasionEnd.BREACHED)  # what ends otherwise as it begins is told only


class Surroundings:
    """What a service lends to each piece of work: its name and branch, ids, packs, and how an event is written down."""

    def __init__(
        self,
        *,
        service: str,
        branch: str,
        new_id: Callable[[], str],
        pack: Callable[[str, str | None], Pack],
        write_down: Callable[[Event, str | None], str],
        calendar: Callable[[str | None], WorkingCalendar],
        matters: tuple[type[Any], ...] = (),
        notifies: Callable[[str], tuple[str, ...]] = lambda desk: (),
        channels: Callable[[], Collection[str]] = tuple,
        broken: Callable[[Work, list[Judged]], None] | None = None,
    ) -> None:
        self.service, self.branch, self.new_id = service, branch, new_id
        self.pack, self.write_down, self.calendar = pack, write_down, calendar
        self.notifies, self.channels, self.broken = notifies, channels, broken
        self.matters = matters
        """The rows that say of a key who may read what is told of it."""


class Work:
    """One piece of work: the moment, the person, the rows of its keys, and what it wants written and told."""

    retells = False
    """Whether this is heard once more for a rebuild: what follows from the rows themselves is made of them later."""
    __slots__ = ("_around", "_batch", "_broken", "_cause", "_unsaid", "by", "in_stead_of", "key", "now", "piece")

    def __init__(self, batch: Batch, piece: Piece, around: Surroundings) -> None:
        self._batch, self._around, self.piece = batch, around, piece
        self._unsaid: list[tuple[str, Judged]] = []
        self._broken: list[Judged] = []
        self._cause: Event | None = None
        self.now: datetime = batch.now
        self.by: Person | None = piece.by
        self.in_stead_of: str | None = None
        """Login of whoever is away and for whom this is done; none where it is the person's own."""
        self.key = piece.keys[0] if piece.keys else ""

    @property
    def service(self) -> str:
        """Name of the service that does this."""
        return self._around.service

    def acts_on(self, desk: str) -> None:
        """The person acts on this desk now: where it is theirs as a deputy only, everything says for whom."""
        absent = self.by.acts_for(desk) if self.by is not None else None
        self.in_stead_of = absent.id if absent is not None else None

    @property
    def channels(self) -> Collection[str]:
        """The channels by which letters can go out to people outside."""
        return self._around.channels()

    # -- rows ---------------------------------------------------------------------------------------------------

    def all(self, cls: type[Row], *, key: str | None = None, **where: Any) -> list[Row]:
        """The rows of this kind under the key, as `ordered_by` says or else by their identity; new ones last."""
        rows: list[Row] = self._keyset(key).rows.get(cls, [])
        for name, value in where.items():
            rows = [row for row in rows if getattr(row, name) == value]
        return rows if where else list(rows)

    def maybe(self, cls: type[Row], *, key: str | None = None, **where: Any) -> Row | None:
        """The one such row, or None."""
        if len(where) == 1:  # by its identity, mostly
            [(name, value)] = where.items()
            for row in self._keyset(key).rows.get(cls, ()):
                if getattr(row, name) == value:
                    return cast(Row, row)
            return None
        rows = self.all(cls, key=key, **where)
        return rows[0] if rows else None

    def one(self, cls: type[Row], *, key: str | None = None, **where: Any) -> Row:
        """The one such row; `NotFound` if there is none."""
        row = self.maybe(cls, key=key, **where)
        if row is None:
            raise NotFound()
        return row

    def add(self, row: Row) -> Row:
        """Keep a new row."""
        about = kept(type(row))
        if not about.read or about.key is None:
            self._batch.loose.append((type(row), row))
            return row
        keyset = self._batch.keysets.get(getattr(row, about.key))
        if keyset is None:
            self._batch.loose.append((type(row), row))
            return row
        keyset.rows.setdefault(type(row), []).append(row)
        keyset.changed = True
        return row

    def remove(self, row: Any) -> None:
        """Keep a row no longer."""
        about = kept(type(row))
        keyset = self._keyset(getattr(row, about.key) if about.key else None)
        keyset.rows[type(row)].remove(row)
        keyset.changed = True

    def drop(self, cls: type[Any], identity: Any) -> None:
        """Keep a row no longer that was not read, named by its primary key."""
        self._batch.dropped.append((cls, identity))

    def number(self, series: str) -> int:
        """The next number of a gapless series, for example of a register and year; a refused piece gives it back."""
        if series not in self._batch.counters:
            raise CounterNotRead(series)
        self._batch.counters[series] += 1
        return self._batch.counters[series]

    def count(self, cls: type[Any], n: int = 1, **where: Any) -> None:
        """Raise a tally without reading it."""
        about = kept(cls)
        assert about.tally is not None, f"{cls.__name__} is not declared as a tally"
        raw = about.freeze(cls(**where, **{about.tally: 0}), self._batch.dialect)
        self._batch.tallies.append((cls, raw, n))

    def new_id(self) -> str:
        """A new identity, sortable by time, that means nothing to anybody."""
        return self._around.new_id()

    def pack(self, of: Event | str, version: str | None = None) -> Pack:
        """The pack by which an event's case is judged (the version it was registered under), or that of an id."""
        if isinstance(of, str):
            return self._around.pack(of, version)
        header = of.case
        return self._around.pack(
            header.procedure if header else of.procedure or "",
            header.procedure_version if header else of.procedure_version,
        )

    def calendar(self, place: str | None = None) -> WorkingCalendar:
        """The working time of a place."""
        return self._around.calendar(place)

    # -- time ---------------------------------------------------------------------------------------------------

    def at(self, due_at: datetime, kind: str, of: str = "", *, key: str | None = None, **data: Any) -> None:
        """Have `@hears.due(kind)` called at this moment for this key; a second call for the same thing replaces it."""
        key = key or self.key
        if key in self._batch.keysets:
            timer = self.maybe(Timer, key=key, kind=kind, of=of)
            if timer is not None:
                timer.due_at, timer.data = due_at, data
                return
            self.add(Timer(f"{key}|{kind}|{of}", key, kind, of, due_at, data))
            return
        self._batch.loose.append((Timer, Timer(f"{key}|{kind}|{of}|{self.new_id()}", key, kind, of, due_at, data)))

    def cancel(self, kind: str, of: str = "") -> None:
        """What was to happen at a moment will not."""
        for timer in self.all(Timer, kind=kind, of=of):
            self.remove(timer)

    def tell(self, key: str, name: str, **data: Any) -> None:
        """Have `@hears.told(name)` called for another key, as a piece of its own, after this one is on disk."""
        self._tell_at(self.now, key, name, data)

    def tell_later(self, key: str, name: str, after: timedelta) -> None:
        """The same, so much later."""
        self._tell_at(self.now + after, key, name, {})

    def _tell_at(self, due_at: datetime, key: str, name: str, data: dict[str, Any]) -> None:
        kind = f"told:{name}"
        self._batch.loose.append((Timer, Timer(f"{key}|{kind}|{self.new_id()}", key, kind, "", due_at, data)))

    # -- telling others -----------------------------------------------------------------------------------------

    def publish(self, event: Journaled, *, judging: Iterable[Judgement] = (), key: str | None = None) -> Journaled:
        """Write the event into the journal; it is published once it is on disk."""
        keyset = self._keyset(key)
        judged = [self._judge(judgement, keyset) for judgement in judging]
        keyset.sequence += 1
        keyset.changed = True
        header = event.case
        stamped = event.model_copy(
            update={
                "id": f"{self._around.branch}.{self._around.service}.{keyset.key}.{keyset.sequence}",
                "key": keyset.key,
                "sequence": keyset.sequence,
                "recorded_at": self.now,
                "occurred_at": event.occurred_at or self.now,
                "by": event.by or (self.by.id if self.by else self._around.service),
                "cause": event.cause or (self._cause.id if self._cause else None),
                "occasions": (*event.occasions, *judged),
                **({"on_behalf_of": self.in_stead_of} if self.in_stead_of else {}),
                **(_of_case(event, header) if header else self._of_matter(keyset)),
            }
        )
        body = self._around.write_down(stamped, self.piece.traceparent)
        self._batch.journal.append(Entry(keyset.key, keyset.sequence, type(event).subject, self.now, body))
        return stamped

    def judge(self, judging: Iterable[Judgement], *, key: str | None = None) -> None:
        """Judge occasions without an event of one's own; the chassis tells them as `occasions.judged`."""
        keyset = self._keyset(key)
        self._unsaid += [(keyset.key, self._judge(judgement, keyset)) for judgement in judging]

    def task(
        self,
        *,
        desk: str,
        kind: str,
        title: tuple[str, str],
        url: str,
        of: str = "",
        person: str | None = None,
        place: str | None = None,
        audience: str | None = None,
        due_at: datetime | None = None,
        case: CaseHeader | None = None,
    ) -> Task:
        """Put something on a desk; `title` is (zh, en)."""
        zh, en = title
        task = Task(self.new_id(), self.key, kind, of, desk, person, place, audience, zh, en, url, self.now, due_at)
        self.add(task)
        self.publish(
            TaskOpened(
                task_id=task.id,
                kind=kind,
                of=of,
                desk=desk,
                person=person,
                title=Text(zh=zh, en=en),
                url=url,
                due_at=due_at,
                case=case,
                place=place,
                audience=Audience(audience) if audience else Audience.INTERNAL,
            )
        )
        for notifier in self._around.notifies(desk):
            tell_of_task(self, task, notifier)
        return task

    def done(self, kind: str, of: str = "") -> None:
        """Take something off the desks."""
        for task in self.all(Task, kind=kind, of=of, closed_at=None):
            task.closed_at = self.now
            self.publish(TaskClosed(task_id=task.id, kind=kind, of=of, place=task.place))

    # -- for the chassis ----------------------------------------------------------------------------------------

    def hearing(self, event: Event) -> None:
        """From here on what is published was caused by this event."""
        self._cause = event

    def finish(self) -> None:
        """Say what was judged but not told with an event; the service looks at the clauses that were broken."""
        if self._broken and self._around.broken is not None:
            broken, self._broken = self._broken, []
            self._around.broken(self, broken)
        for key in dict.fromkeys(key for key, _ in self._unsaid):
            self.publish(OccasionsJudged(occasions=tuple(judged for k, judged in self._unsaid if k == key)), key=key)
        self._unsaid.clear()

    def record_refusal(self, refusal: Refused | Forbidden) -> None:
        """A refused step is a fact of its own: the clause did its work."""
        self._unsaid.clear()
        self._broken.clear()
        if refusal.clause and self.key in self._batch.keysets and self._batch.keysets[self.key].read_version:
            said = Text(zh=refusal.sentence.zh, en=refusal.sentence.en)
            attempt = AttemptRefused(action=self.piece.name, clause=refusal.clause, sentence=said)
            self.publish(attempt, judging=prevented(refusal.clauses, of=f"attempt:{self.piece.name}"))
            self.finish()

    def _keyset(self, key: str | None) -> KeySet:
        try:
            return self._batch.keysets[key or self.key]
        except KeyError:
            raise RuntimeError(
                f"{self.piece.name} works on {self.piece.keys}, {key!r} is not among them; name it in @acts(keys=…)."
            ) from None

    def _of_matter(self, keyset: KeySet) -> dict[str, Any]:
        """What is told of a restricted matter is restricted, also where the event says nothing of the matter."""
        for cls in self._around.matters:
            for row in keyset.rows.get(cls, ()):
                if row.audience == Audience.RESTRICTED:
                    return {"audience": Audience.RESTRICTED}
        return {}

    def _judge(self, judgement: Judgement, keyset: KeySet) -> Judged:
        """An occasion that ends as it begins is only told of; a row is for what is still open, or may be withdrawn."""
        clause, of, end = judgement
        rows = keyset.rows.get(Occasion)
        occasion = _about(judgement, rows) if rows else None
        if self._around.broken is not None and end in _BROKEN:
            self._broken.append(Judged(id="", clause=clause, of=of, end=end, at=self.now))
        if occasion is None:
            identity = self._around.new_id()
            if end not in _MAY_CHANGE:
                return Judged(id=identity, clause=clause, of=of, end=end, at=self.now)
            occasion = Occasion(identity, keyset.key, clause, of, self.now)
            keyset.rows.setdefault(Occasion, []).append(occasion)
            keyset.changed = True
        if end is not OccasionEnd.OPENED:
            occasion.ended_as, occasion.ended_at = str(end), self.now
        return Judged(id=occasion.id, clause=clause, of=of, end=end, at=self.now)


def _about(judgement: Judgement, rows: Iterable[Occasion]) -> Occasion | None:
    """The occasion that a judgement is about: the open one, or for a withdrawal the breached one."""
    about = [occasion for occasion in rows if occasion.clause == judgement.clause and occasion.of == judgement.of]
    for occasion in about:
        if occasion.ended_at is None:
            return occasion
    if judgement.end is OccasionEnd.WITHDRAWN:
        return next((occasion for occasion in about if occasion.ended_as == OccasionEnd.BREACHED), None)
    return None


def rows_of_matters(rows: Iterable[type[Any]]) -> tuple[type[Any], ...]:
    """Those that are what their key is about, and say who may read it: cases, jobs, corrective actions."""
    return tuple(cls for cls in rows if kept(cls).key == kept(cls).primary[0] and hasattr(cls, "audience"))


def _of_case(event: Event, header: CaseHeader) -> dict[str, Any]:
    of_the_case = header.audience is Audience.RESTRICTED or event.audience is Audience.INTERNAL
    return {
        "place": event.place or header.place,
        "audience": header.audience if of_the_case else event.audience,
        "procedure": event.procedure or header.procedure,
        "procedure_version": event.procedure_version or header.procedure_version,
    }
