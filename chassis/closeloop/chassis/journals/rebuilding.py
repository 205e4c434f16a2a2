"""Rebuilding: the tables of a service that follow from what it was told are made again from the journals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from closeloop.chassis.acting import here
from closeloop.chassis.clock import Clock, RealClock, SimulatedClock, parse_moment
from closeloop.chassis.embedded.lock import lock_folder
from closeloop.chassis.i18n import _
from closeloop.chassis.journals.beside import Beside
from closeloop.chassis.journals.differing import Compared, compare, put_in
from closeloop.chassis.journals.retelling import Retelling
from closeloop.chassis.journals.told import Journal, journals_of, told
from closeloop.chassis.people import People
from closeloop.chassis.piece import Piece
from closeloop.chassis.running import Running
from closeloop.chassis.safekeeping.house import TheHouse
from closeloop.chassis.safekeeping.manifest import Unfit
from closeloop.chassis.service import Rebuilt, Service
from closeloop.chassis.settings import Settings
from closeloop.chassis.store.addressed import store_of
from closeloop.chassis.store.asking import Asking
from closeloop.chassis.work import Work

EARLIEST = parse_moment("1970-01-01T00:00+00:00")
ASKED_AT_ONCE = 500


@dataclass(slots=True)
class Outcome:
    """What was heard once more, and how each table made of it stands to the one in use."""

    heard: int = 0
    tables: list[Compared] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether a table in use is not what the journals say."""
        return any(table.differs for table in self.tables)


async def rebuild(house: TheHouse, service: Service, *, puts_in: bool) -> Outcome:
    """Make the tables again and hold them against those in use; where they differ they take their place, if wanted."""
    about = service.rebuilt
    if about is None:
        raise Unfit(
            _("No table of {service} follows from what it was told: restore a backup instead.", service=service.name)
        )
    async with _at_rest(house, service) as running, AsyncExitStack() as opened:
        outcome = Outcome()
        beside = Beside(running.url, about.rows)
        store = await opened.enter_async_context(beside.store())
        retelling = Retelling(service.hears, about.rows, running.committer.around, running.branch)
        async for some in told(await _journals(house, running, about, opened)):
            await retelling.hear(some, store)
        for cls, follows in about.follows.items():
            await retelling.follow(cls, follows, store, running.now())
        outcome.heard = retelling.heard
        await store.close()
        async with beside.both() as both:
            outcome.tables = [await compare(both, cls) for cls in about.rows]
            if puts_in and outcome.differs:
                await put_in(both, about.rows)
        if puts_in and outcome.differs:
            await _tell_once_more(running, retelling, about)
        return outcome


@asynccontextmanager
async def _at_rest(house: TheHouse, service: Service) -> AsyncIterator[Running]:
    """The service, to ourselves: nobody hears, relays or fires timers meanwhile; what is told waits in the streams."""
    settings = house.settings
    async with AsyncExitStack() as held:
        if house.lies_in_files:
            house.files()
            held.enter_context(lock_folder(settings.data))
        people = People.of(settings.data, settings.keys_folder, settings.organisation)
        running = Running(service, settings, clock=_clock(settings), people=people, alone=True)
        held.push_async_callback(running.stop)
        await running.start()
        if not await running.store.lead(service.name):
            raise Unfit(
                _("{service} is at work: stop it first; what is told meanwhile waits for it.", service=service.name)
            )
        here.set(running)
        yield running


def _clock(settings: Settings) -> Clock:
    """The clock of the house: one that is simulated remembers where it stood."""
    file = settings.data / "clock.json"
    return SimulatedClock(EARLIEST, file) if file.exists() else RealClock()


async def _journals(house: TheHouse, running: Running, about: Rebuilt, opened: AsyncExitStack) -> list[Journal]:
    """The journals of all whom the service hears, as far as it has heard them and but for what it has put aside."""
    branch = f"{running.branch}."
    positions, _streams = await running.store.heard()
    heard = {publisher.removeprefix(branch): position for publisher, position in positions.items()}
    parked = [
        (publisher.removeprefix(branch), position)
        for publisher, position in await running.store.fetch("select publisher, position from parked")
    ]
    subjects = {
        teller: [event.subject for event in events if not about.hears or event in about.hears]
        for teller, events in running.service.hears.publishers(running.name).items()
    }
    stores: dict[str, Asking] = {}
    for teller in sorted(subjects):
        if teller == running.name:
            stores[teller] = running.store
            continue
        store = store_of(house.settings.database_of(teller), ())
        await store.open()
        opened.push_async_callback(store.close)
        stores[teller] = store
    return journals_of(heard, subjects, parked, stores)


async def _tell_once_more(running: Running, retelling: Retelling, about: Rebuilt) -> None:
    """What hangs on the tables is looked at again as soon as the service is back."""
    asked = [(key, name, data) for (key, name, _), data in retelling.asked.items() if name in about.tells]
    for start in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[start : start + ASKED_AT_ONCE]
        await running.submit(Piece("look again after a rebuild", "timer", ("rebuilt",), partial(_tell, some)))


def _tell(asked: list[tuple[str, str, dict[str, object]]], work: Work) -> None:
    for key, name, data in asked:
        work.tell(key, name, **data)
