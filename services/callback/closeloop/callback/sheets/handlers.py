"""What callback does with answer sheets by itself: it keeps them, draws when the survey is over, and reminds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from closeloop.callback.desks import department_of
from closeloop.callback.planning.draw import draw, seed_of
from closeloop.callback.sheets.model import OF, AskedSheet, SheetDraw, SheetState, draw_of
from closeloop.chassis.acting import here
from closeloop.chassis.coverage import asked_of
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import breached, kept, not_applicable, opened
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.packs.addressees import desks_meant
from closeloop.chassis.parameters import number_at
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import Occasion, Timer
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.callback import Coverage
from closeloop.contracts.survey import SheetReturned, SurveyClosed

hears = Hears()
SHEETS = table_of(AskedSheet)


@dataclass(frozen=True)
class Answered:
    """Who may be asked, and how large a share of them."""

    numbers: dict[str, str]
    """Sheet to what people call it."""
    share: float | None


def on_the_sheet(sheet: SheetReturned) -> tuple[str, ...]:
    """A sheet is a thing of its own; its survey may have thousands."""
    return (sheet.sheet_id,)


@hears(keys=on_the_sheet)
def keep_the_sheet(sheet: SheetReturned, work: Work) -> None:
    """An answer came back; whoever left a way to be reached may be asked whether it is genuine."""
    pack = work.pack(sheet)
    if not pack.callback.of_sheets or work.maybe(AskedSheet) is not None:
        return
    facts = facts_of(sheet, pack)
    rule = next((one for one in pack.callback.of_sheets if one.applies(facts)), None)
    if rule is None:
        return
    desk = next(iter(desks_meant(rule.entry.desk, facts, pack.head) or ()), pack.head.desk)
    who = sheet.customer
    work.add(
        AskedSheet(
            id=sheet.sheet_id,
            survey_id=sheet.survey_id,
            survey=sheet.survey,
            number=sheet.number or sheet.sheet_id,
            procedure=pack.id,
            procedure_version=pack.version,
            coverage=rule.name,
            desk=desk,
            returned_at=sheet.returned_at,
            form=rule.entry.form,
            department=department_of(desk, pack),
            place=sheet.place,
            customer=who.model_dump(mode="json") if who else {},
            items=dict(sheet.items),
            reachable=bool(who and (who.phone or who.email or who.address)),
        )
    )


@hears
def draw_when_it_is_over(survey: SurveyClosed, work: Work) -> None:
    """All answers are there: of each coverage of sheets a share is drawn."""
    pack = work.pack(survey)
    for rule in pack.callback.of_sheets:
        told = {"survey": survey.survey_id, "coverage": rule.name, "procedure": pack.id, "version": pack.version}
        work.tell(draw_of(survey.survey_id), "draw_sheets", **told, since=work.now.isoformat())


async def who_answered(read: Read, timer: Timer) -> Answered:
    """The sheets of the survey whose senders can be asked, and the share as it was set when the survey was closed."""
    told = timer.data
    pack = here.get().procedures.pack(told["procedure"], told["version"])
    coverage = pack.callback.said.coverage[told["coverage"]]
    share = await number_at(read, pack, coverage.share, datetime.fromisoformat(told["since"]))
    found = sa.select(SHEETS.c.id, SHEETS.c.number).where(
        SHEETS.c.survey_id == told["survey"], SHEETS.c.coverage == told["coverage"], SHEETS.c.reachable.is_(True)
    )
    return Answered({row["id"]: row["number"] for row in await read.all(found)}, share)


@hears.told("draw_sheets", reads=who_answered)
def draw_the_sheets(timer: Timer, work: Work, found: Answered) -> None:
    """Drawn once; nobody has to be asked where nobody left a way to be reached."""
    told = timer.data
    if work.maybe(SheetDraw, coverage=told["coverage"]) is not None:
        return
    pack = work.pack(told["procedure"], told["version"])
    coverage = pack.callback.said.coverage[told["coverage"]]
    everybody = list(found.numbers)
    seed = seed_of(pack.id, told["coverage"], told["survey"], everybody)
    size = len(everybody) if coverage.share is None else asked_of(len(everybody), found.share)
    drawn = draw(seed, everybody, size)
    due_at: datetime = moment_after(coverage.within, work.now, work.calendar())
    drawing = work.add(
        SheetDraw(
            id=f"{told['survey']}.{told['coverage']}",
            key=work.key,
            survey_id=told["survey"],
            coverage=told["coverage"],
            procedure=pack.id,
            version=pack.version,
            seed=seed,
            share=found.share,
            population=sorted(everybody),
            drawn=drawn,
            open=list(drawn),
            due_at=due_at,
            drawn_at=work.now,
        )
    )
    if not drawn:
        drawing.ended_at = work.now
        work.judge(not_applicable(coverage.clauses, of=drawing.of))
        return
    work.judge(opened(coverage.clauses, of=drawing.of))
    work.at(due_at, "sheets_due", of=drawing.coverage)
    for sheet in drawn:
        work.tell(sheet, "ask_sheet", due_at=due_at.isoformat())


@hears.told("ask_sheet")
def lay_it_on_the_desk(timer: Timer, work: Work) -> None:
    """This one was drawn: somebody asks whether what stands there is genuine."""
    sheet = work.maybe(AskedSheet)
    if sheet is None or sheet.state != SheetState.RETURNED:
        return
    sheet.state, sheet.due_at = SheetState.PLANNED, datetime.fromisoformat(timer.data["due_at"])
    work.task(
        desk=sheet.desk,
        kind="call",
        of=OF,
        title=(f"核实征询答复 {sheet.number}", f"Check the answers of {sheet.number}"),
        url=sheet.url,
        place=sheet.place,
        due_at=sheet.due_at,
    )


@hears.told("sheet_checked")
def one_less(timer: Timer, work: Work) -> None:
    """When the last one was asked, the check of the survey is done."""
    for drawing in work.all(SheetDraw):
        drawing.open = [one for one in drawing.open if one != timer.data["sheet"]]
        if not drawing.open and drawing.ended_at is None:
            drawing.ended_at = work.now
            work.cancel("sheets_due", of=drawing.coverage)
            work.judge(kept(_open(work, drawing, _rule(work, drawing)), of=drawing.of))


@hears.due("sheets_due")
def say_that_somebody_was_not_asked(timer: Timer, work: Work) -> None:
    """The time is over and somebody was not asked: that is said once, and goes to whoever answers for the desk."""
    drawing = work.one(SheetDraw, coverage=timer.of)
    rule, pack = _rule(work, drawing), work.pack(drawing.procedure, drawing.version)
    work.judge(breached(_open(work, drawing, rule), of=drawing.of))
    desk = rule.desk.desk or pack.head.desk
    work.task(
        desk=pack.superior_of(desk) or desk,
        kind="overdue",
        of=drawing.of,
        title=(f"征询答复核实超期：还有 {len(drawing.open)} 份", f"Answers not checked in time: {len(drawing.open)}"),
        url=f"/callback/sheets?survey={drawing.survey_id}",
    )


def facts_of(sheet: SheetReturned, pack: Pack) -> dict[str, object]:
    """What the coverage of sheets may ask: the survey, who ran it, and what its answers count."""
    survey = pack.survey.said.surveys.get(sheet.survey)
    facts: dict[str, object] = {
        "survey": sheet.survey,
        "survey_desk": survey.desk if survey else pack.head.desk,
        "qualified": sheet.qualified,
        "dissatisfied": sheet.dissatisfied,
        "unanswered": sheet.unanswered,
    }
    return facts | ({"total": float(sheet.score)} if sheet.score is not None else {})


def _rule(work: Work, drawing: SheetDraw) -> Coverage:
    return work.pack(drawing.procedure, drawing.version).callback.said.coverage[drawing.coverage]


def _open(work: Work, drawing: SheetDraw, rule: Coverage) -> list[str]:
    still_open = {one.clause for one in work.all(Occasion, of=drawing.of, ended_at=None)}
    return [clause for clause in rule.clauses if clause in still_open]
