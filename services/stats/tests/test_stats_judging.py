"""Clauses of a period are judged by their figure when the period is over; what comes late has them judged anew."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.every import MarkSet, OccasionsJudged
from closeloop.contracts.intake import CaseAssessed, CaseClosed, CaseRegistered
from closeloop.contracts.procedure.stats import Counted
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.stats.judged import JudgedFigure
from closeloop.stats.judging import how_it_ends
from closeloop.stats.model import OccasionFact
from closeloop.stats.queries import Figure

MORNING = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)
RATE = "P00-4.4-f"


@pytest.fixture
async def tell(hear, published, house, running):
    """`await tell(event, …)`: stats hears these events, and then what it told itself because of them."""
    here.set(running)
    heard: set[str] = set()

    async def own():
        for event in await published(OccasionsJudged):
            if event.id not in heard:
                heard.add(event.id)
                await hear(event, teller="stats")

    async def told(*events):
        for event in events:
            await hear(event)
        while await house.fire():
            pass
        await own()

    setattr(told, "own", own)  # noqa: B010  a function with a second way to be called
    return told


@pytest.fixture
def handled(about):
    def mark(case, at=MORNING, is_set=True):
        return about(MarkSet, case, mark="handled", is_set=is_set, round=1, occurred_at=at)

    return mark


@pytest.fixture
def asked(about):
    def attempt(case, at=MORNING, outcome="satisfied"):
        return about(CallbackAttempted, case, outcome=outcome, counts=True, attempted_at=at)

    return attempt


async def ends(api, clause=RATE, period="2026-01"):
    """How the occasions of a clause ended, as the matrix counts them."""
    rows = (await api.get(f"/api/stats/clauses?period={period}")).json()
    [row] = [row for row in rows if row["clause"] == clause]
    return {end: row[end] for end in ("open", "kept", "breached", "not_applicable", "withdrawn") if row[end]}


async def standing(rows, indicator):
    return [figure for figure in await rows(JudgedFigure) if figure.indicator == indicator]


async def test_the_first_case_of_a_period_opens_the_occasion_and_the_end_of_the_period_judges_it(
    tell, handled, asked, a_case, api, house, rows, published
):
    await tell(handled(a_case(1)))
    assert await ends(api) == {"open": 1}
    await tell(asked(a_case(1)), handled(a_case(2)), asked(a_case(2)))
    assert len(await standing(rows, "complaint_callback_rate")) == 1
    await house.advance(days=33)  # 7 February: the callbacks of the last days may still be made
    await tell.own()
    assert await ends(api) == {"open": 1}
    await house.advance(days=2)
    await tell.own()
    assert await ends(api) == {"kept": 1}
    [judged] = [one for one in await published(OccasionsJudged) if one.figure and one.figure.value == 100]
    assert (judged.period, judged.figure.indicator) == ("2026-01", "complaint_callback_rate")
    assert (judged.figure.numerator, judged.figure.denominator) == (2, 2)
    assert judged.figure.target == {"at_least": 90}
    [item] = (await api.get(f"/api/stats/clauses/{RATE}/occasions?period=2026-01")).json()["items"]
    assert (item["end"], item["period"], item["case"]) == ("kept", "2026-01", None)


async def test_below_its_target_a_period_is_breached(tell, handled, asked, a_case, api, house):
    await tell(*(handled(a_case(n)) for n in range(1, 11)), *(asked(a_case(n)) for n in range(1, 9)))
    await house.advance(days=40)
    await tell.own()
    assert await ends(api) == {"breached": 1}


async def test_ninety_percent_are_ninety_percent_or_more(tell, handled, asked, a_case, api, house):
    await tell(*(handled(a_case(n)) for n in range(1, 11)), *(asked(a_case(n)) for n in range(1, 10)))
    await house.advance(days=40)
    await tell.own()
    assert await ends(api) == {"kept": 1}


async def test_where_everybody_was_exempted_the_clause_did_not_apply(tell, handled, about, a_case, api, house):
    await tell(handled(a_case()), about(CallbackWaived, a_case(), occurred_at=MORNING))
    await house.advance(days=40)
    await tell.own()
    assert await ends(api) == {"not_applicable": 1}


async def test_counting_alone_keeps_a_clause_without_a_target(tell, about, a_case, api, house, pack):
    await tell(about(CaseRegistered, a_case()))
    assert await ends(api, "P00-3.2") == {"open": 1}
    await house.advance(days=40)
    await tell.own()
    assert await ends(api, "P00-3.2") == {"kept": 1}


async def test_a_week_is_judged_by_the_repairs_handled_in_it(tell, handled, asked, a_case, api, house):
    repairs = [a_case(n, kind="repair") for n in range(1, 5)]
    await tell(*(handled(one) for one in repairs), asked(repairs[0]))
    await house.advance(days=20)
    await tell.own()
    assert await ends(api, "P00-4.6-a2", "2026-W02") == {"breached": 1}
    assert await ends(api, "P00-4.6-a2", "2026-W03") == {}


async def test_a_callback_that_is_told_late_takes_the_breach_back(tell, handled, asked, a_case, api, house, rows):
    await tell(handled(a_case(1)), handled(a_case(2)), asked(a_case(1)))
    await house.advance(days=40)
    await tell.own()
    assert await ends(api) == {"breached": 1}
    await tell(asked(a_case(2)))
    assert await ends(api) == {"breached": 1}
    await house.advance(days=1)
    await tell.own()
    assert await ends(api) == {"kept": 1, "withdrawn": 1}
    [figure] = await standing(rows, "complaint_callback_rate")
    assert (figure.numerator, figure.denominator, figure.restated) == (2, 2, 1)


async def test_a_waiver_that_is_taken_back_late_breaches_what_was_kept(
    tell, handled, asked, about, a_case, api, house, rows
):
    waived = about(CallbackWaived, a_case(2), occurred_at=MORNING)
    await tell(handled(a_case(1)), handled(a_case(2)), asked(a_case(1)), waived)
    await house.advance(days=40)
    await tell.own()
    assert await ends(api) == {"kept": 1}
    await tell(about(MarkSet, a_case(2), mark="waived", is_set=False, round=1))
    await house.advance(days=1)
    await tell.own()
    assert await ends(api) == {"breached": 1, "withdrawn": 1}
    found = [one for one in await rows(OccasionFact) if one.clause == RATE]
    assert len({one.id for one in found}) == 2


async def test_a_late_fact_that_changes_only_the_figure_is_told_and_the_judgement_stands(
    tell, handled, asked, a_case, api, house, published
):
    cases = [a_case(n) for n in range(1, 12)]
    await tell(*(handled(one) for one in cases), *(asked(one) for one in cases[:10]))
    await house.advance(days=40)
    await tell.own()
    await tell(asked(cases[10]))
    await house.advance(days=1)
    await tell.own()
    assert await ends(api) == {"kept": 1}
    restated = [one.figure for one in await published(OccasionsJudged) if one.figure and one.figure.restated]
    assert [(one.numerator, one.denominator) for one in restated] == [(11, 11)]


async def test_what_changes_nothing_judges_nothing(tell, handled, asked, about, a_case, house, published):
    await tell(handled(a_case(1)), asked(a_case(1)))
    await house.advance(days=40)
    before = len(await published(OccasionsJudged))
    await tell(about(CaseClosed, a_case(1)))
    await house.advance(days=2)
    assert len(await published(OccasionsJudged)) == before


async def test_a_case_that_is_rated_again_moves_to_the_figure_of_its_kind(tell, handled, about, a_case, api, house):
    await tell(handled(a_case(1, kind="complaint")))
    await tell(about(CaseAssessed, a_case(1, kind="repair", sequence=2)))
    await house.advance(days=40)
    await tell.own()
    assert await ends(api) == {"not_applicable": 1}
    assert await ends(api, "P00-4.6-a2", "2026-W02") == {"breached": 1}


async def test_after_a_start_the_figures_are_known_again(tell, handled, asked, a_case, api, house, running, rows):
    from closeloop.stats.expecting import expected

    await tell(handled(a_case(1)))
    expected().judge_at.clear()
    await tell(handled(a_case(2)))
    assert len(await standing(rows, "complaint_callback_rate")) == 1
    assert expected().judge_at
    assert house.clock.now() - MORNING < timedelta(days=1)


def test_while_nobody_has_set_what_a_figure_should_be_the_clause_does_not_apply(pack):
    rule = pack.stats.indicator("complaint_callback_rate")
    assert how_it_ends(Figure(pack, rule, 1, 2, target={})) is OccasionEnd.NOT_APPLICABLE
    assert how_it_ends(Figure(pack, rule, 1, 2, target={"at_least": 50})) is OccasionEnd.KEPT
    assert how_it_ends(Figure(pack, rule, 1, 2, target={"at_least": 60})) is OccasionEnd.BREACHED


def test_a_strict_procedure_keeps_exempted_cases_below_the_line(pack):
    written = json.loads(pack.canonical)
    written["callback"]["coverage"]["complaints"]["exempt_cases"] = "counted"
    strict = Pack.from_json(json.dumps(written))
    rules = [one.stats.indicator("complaint_callback_rate") for one in (pack, strict)]
    lenient_rate, strict_rate = (rule.entry for rule in rules if rule is not None)
    assert lenient_rate.left_out is not None and lenient_rate.left_out.of == (Counted.CASES_EXEMPTED,)
    assert strict_rate.left_out is None
