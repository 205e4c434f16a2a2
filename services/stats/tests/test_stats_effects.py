"""What is counted after a corrective action: its figure in the periods after its end, against that of its opening."""

import json
from datetime import UTC, datetime

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.corrective import ActionEnded, ActionRepeated, EffectCounted
from closeloop.contracts.intake import CaseRegistered
from closeloop.stats.model import OccasionFact

CLAUSE = "P00-4.4-f"
TITLE = {"zh": "长久对策", "en": "Lasting measure"}
OWN = {"own_practice": "To know."}
ACTION = "action-1"


@pytest.fixture(scope="session")
def pack(pack):
    written = json.loads(pack.canonical)
    written["stats"]["indicators"]["received"] = {
        "title": TITLE,
        "numerator": {"of": ["cases_received"]},
        "unit": "count",
        "per": ["month"],
        **OWN,
    }
    written["dispatch"]["corrective_actions"] = {
        "lasting": {
            "title": TITLE,
            "prefix": "JZ",
            "desk": "quality",
            "form": "qr_019",
            "opens": {"found": {"title": TITLE, "by": "quality_officer", **OWN}},
            "effect": {"indicator": "received", "per": "month", "periods": 2, "clauses": [CLAUSE]},
            **OWN,
        }
    }
    return Pack.from_json(json.dumps(written))


def day(month, of=8):
    return datetime(2026, month, of, 2, tzinfo=UTC)


@pytest.fixture
def told(pack):
    """`told(ActionEnded, 1, how="effective")`: an event of the action, opened in January."""

    def event(kind, sequence, **said):
        return kind(
            id=f"main.dispatch.{ACTION}.{sequence}",
            key=ACTION,
            sequence=sequence,
            procedure="P00",
            procedure_version=pack.version,
            action_id=ACTION,
            number="JZ-2026-0001",
            action="lasting",
            title=TITLE,
            opened_by="found",
            opened_at=day(1, of=20),
            **said,
        )

    return event


@pytest.fixture
def months(hear, about, a_case, house, running):
    """`await months([5, 0, 4, 3])`: so many cases in January, February … as far as they lie before now."""
    here.set(running)
    numbers = iter(range(1, 1000))

    async def live(counts):
        for month, count in enumerate(counts, start=1):
            for _ in range(count):
                case = a_case(next(numbers), received_at=day(month))
                await hear(about(CaseRegistered, case, occurred_at=day(month)))

    return live


async def until(house, moment):
    await house.advance(seconds=(moment - house.clock.now()).total_seconds())


async def test_lower_in_every_period_after_its_end(months, hear, told, house, published, rows):
    await months([5, 9, 4, 3])
    await until(house, day(2))
    await hear(told(ActionEnded, 1, how="effective"))
    await until(house, day(4, of=25))
    assert await published(EffectCounted) == []
    await until(house, day(5))
    [counted] = await published(EffectCounted)
    assert (counted.action_id, counted.before, counted.periods) == (ACTION, 5, ("2026-03", "2026-04"))
    assert (counted.figures, counted.is_lower) == ((4, 3), True)
    assert [(one.clause, str(one.end)) for one in counted.occasions] == [(CLAUSE, "kept")]
    await hear(counted, teller="stats")
    assert [one.clause for one in await rows(OccasionFact) if one.of == "effect"] == [CLAUSE]


async def test_one_month_that_is_not_lower_shows_that_it_did_not_work(months, hear, told, house, published):
    await months([5, 9, 4, 5])
    await until(house, day(2))
    await hear(told(ActionEnded, 1, how="effective"))
    await until(house, day(5))
    [counted] = await published(EffectCounted)
    assert (counted.figures, counted.is_lower) == ((4, 5), False)


async def test_what_was_not_needed_is_not_counted(months, hear, told, house, published):
    await months([5])
    await hear(told(ActionEnded, 1, how="not_needed", reason="误报"))
    await until(house, day(5))
    assert await published(EffectCounted) == []


async def test_another_round_waits_for_its_own_end(months, hear, told, house, published):
    await months([5])
    await until(house, day(2))
    await hear(told(ActionEnded, 1, how="effective"))
    await until(house, day(3))
    await hear(told(ActionRepeated, 2, because="verified", round=2))
    await until(house, day(5))
    assert await published(EffectCounted) == []
