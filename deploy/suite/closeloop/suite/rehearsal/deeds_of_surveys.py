"""Surveys: they are planned and opened, forms go out and come back, customers answer, somebody looks into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.survey import Survey
from closeloop.suite.rehearsal.acting import Acting, Turn
from closeloop.suite.rehearsal.house import part
from closeloop.suite.replay.site import Answer

RUNS = timedelta(days=21)
FORMS = 12
"""How many forms an area gets."""
BRINGS_BACK = (0.5, 0.95)
ANSWERS = 0.6
"""How many of those who were sent a sheet answer it."""
LOOKS_EVERY = timedelta(days=2)
CONTENT = 0.93
LEFT_OUT = 0.1
ON_PAPER = ("paper", "meeting", "with_the_form")
AREAS = ("一区", "二区")
ITEMS = ("scale", "points")


async def plan_what_goes_out_by_itself(acting: Acting) -> None:
    """At first: every survey that no periodic job reminds anybody of."""
    reminded = {job.desk.desk for job in acting.pack.jobs.values() if job.service == "survey"}
    for name, rule in acting.pack.survey.said.surveys.items():
        if rule.desk not in reminded:
            await _plan(acting, name, rule, None)


async def plan_at(acting: Acting, desk: str, place: str | None) -> None:
    """The desk was reminded that it is time to ask."""
    for name, rule in acting.pack.survey.said.surveys.items():
        if rule.desk == desk:
            await _plan(acting, name, rule, place)


async def open_survey(acting: Acting, turn: Turn) -> Answer | None:
    """A planned survey goes out."""
    path = _at(turn)
    answer = await acting.house.post(turn.by, f"{path}/open", {})
    if answer.done:
        survey = answer.said
        if _on_paper(acting, survey):
            for number, area in enumerate(await _areas(acting, path) or [{"area": ""}]):
                begins = acting.house.now + timedelta(days=1, hours=number)
                acting.later(begins, partial(_hand_out, path=path, survey=survey, area=area["area"]))
        if survey["goes_out"]:
            acting.later(acting.house.now + LOOKS_EVERY, partial(_let_customers_answer, path=path, survey=survey))
    return answer


async def chase(acting: Acting, turn: Turn) -> Answer | None:
    """Too little came back: somebody goes there again."""
    survey = await acting.shown(_at(turn))
    for area in await _areas(acting, _at(turn)):
        await _bring_back(acting, path=_at(turn), survey=survey, area=area["area"], share=0.7 if not turn.tries else 1)
    return None


async def close_survey(acting: Acting, turn: Turn) -> Answer | None:
    """No more answers are taken; where little came back it is said why."""
    areas = await _areas(acting, _at(turn))
    reasons = {one["area"]: "多户不在家" for one in areas if one["area"] and one["returned"] < one["distributed"]}
    return await acting.house.post(turn.by, f"{_at(turn)}/close", {"reasons": reasons})


async def follow_up(acting: Acting, turn: Turn) -> Answer | None:
    """Somebody looks into what displeased a customer."""
    _nothing, _survey, _surveys, survey, _sheets, sheet = turn.task.url.split("/")
    path = f"/api/survey/surveys/{part(survey)}/sheets/{part(sheet)}/follow-up"
    return await acting.house.post(turn.by, path, {"follow_up": "已与客户联系并改进"})


async def _plan(acting: Acting, name: str, rule: Survey, place: str | None) -> None:
    by = acting.staff.who(rule.desk, name, "plan")
    if by is None:
        return
    now = acting.house.now.astimezone(acting.staff.calendar.zone)
    body: dict[str, Any] = {"procedure": acting.pack.id, "survey": name, "starts_on": now.date().isoformat()}
    if place is not None:
        body["place"] = place
    for fact in rule.plan.required if rule.plan else ():
        match fact:
            case "purpose" | "population":
                said = getattr(rule, fact)
                body[fact] = said.model_dump() if said else {"zh": "了解服务情况", "en": "To learn how the service is"}
            case "ends_on":
                body["ends_on"] = (now + RUNS).date().isoformat()
            case "staff":
                body["staff"] = acting.staff.at(rule.desk)
            case "quantity":
                body["quantity"] = rule.quantity or FORMS
            case "areas":
                in_places = rule.distribution is not None and rule.distribution.areas == "place"
                names = acting.places if in_places else AREAS
                body["areas"] = [{"area": area, "quantity": FORMS} for area in names]
    if rule.goes_out is None:
        body.setdefault("ends_on", (now + RUNS).date().isoformat())
    await acting.house.post(by, "/api/survey/surveys", body)


async def _hand_out(acting: Acting, *, path: str, survey: Mapping[str, Any], area: str) -> None:
    rule = acting.pack.survey.said.surveys[survey["name"]]
    by, many = _of_the_staff(acting, survey, area), survey["quantity"] or FORMS
    means = next(one for one in rule.distribution.means if one in ON_PAPER) if rule.distribution else "paper"
    body = {"area": area, "handed_out": min(many, FORMS), "means": means}
    if by is not None and (await acting.house.post(by, f"{path}/movements", body)).done:
        dice = acting.chance.of(path, area, "returns")
        back = partial(_bring_back, path=path, survey=survey, area=area, share=dice.uniform(*BRINGS_BACK))
        acting.later(acting.house.now + timedelta(days=dice.randint(5, 12)), back)


async def _bring_back(acting: Acting, *, path: str, survey: Mapping[str, Any], area: str, share: float) -> None:
    """Some of what is out comes back, and is entered sheet by sheet."""
    by = _of_the_staff(acting, survey, area)
    there = next((one for one in await _areas(acting, path) if one["area"] == area), None)
    if by is None or there is None:
        return
    back = round((there["handed_out"] - there["brought_back"]) * share)
    if back and not (await acting.house.post(by, f"{path}/movements", {"area": area, "brought_back": back})).done:
        return
    asked = acting.pack.forms[acting.pack.survey.said.surveys[survey["name"]].form].fields
    for number in range(there["entered"], there["brought_back"] + back):
        answers = _answers(acting, asked, acting.house.now, path, area, number)
        await acting.house.post(by, f"{path}/sheets", {"area": area, "answers": answers})


async def _let_customers_answer(acting: Acting, *, path: str, survey: Mapping[str, Any]) -> None:
    """Customers who were sent a sheet answer it within some days, or never."""
    asked = acting.pack.forms[acting.pack.survey.said.surveys[survey["name"]].form].fields
    for sheet in await acting.listed(f"{path}/sheets", returned=False):
        dice = acting.chance.of(sheet["number"], "answers")
        waits = timedelta(days=dice.randint(1, 6))
        sent_at = datetime.fromisoformat(sheet["sent_at"])
        is_time = sent_at + waits <= acting.house.now < sent_at + waits + LOOKS_EVERY
        if sheet["address"] and dice.random() < ANSWERS and is_time:
            answers = _answers(acting, asked, acting.house.now, path, sheet["number"])
            await acting.house.post(None, sheet["address"], {"answers": answers})
    if (await acting.shown(path))["status"] == "open":
        acting.later(acting.house.now + LOOKS_EVERY, partial(_let_customers_answer, path=path, survey=survey))


def _answers(acting: Acting, asked: Mapping[str, FormField], at: datetime, *what: object) -> dict[str, Any]:
    """What a customer writes on a sheet: mostly content, and not every question is answered."""
    written: dict[str, Any] = {}
    for name, about in asked.items():
        if about.from_ is not None or not (about.required or about.type in ITEMS):
            continue
        dice = acting.chance.of(*what, name)
        if not about.required and dice.random() < LEFT_OUT:
            continue
        scale = acting.pack.survey.said.scales.get(about.scale or "") if about.type == "scale" else None
        if scale is None:
            written[name] = acting.hand.value(about, at, *what, name)
        else:
            good = [step for step, said in scale.answers.items() if said.counts == "qualified"]
            poor = [step for step, said in scale.answers.items() if said.counts == "dissatisfied"] or good
            written[name] = dice.choice(good if dice.random() < CONTENT or not poor else poor)
    return {name: value for name, value in written.items() if value is not None}


async def _areas(acting: Acting, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await acting.shown(f"{path}/areas"))["items"]
    return found


def _of_the_staff(acting: Acting, survey: Mapping[str, Any], area: str) -> str | None:
    staff = survey["staff"]
    return str(staff[0]) if staff else acting.staff.who(survey["desk"], survey["id"], area)


def _on_paper(acting: Acting, survey: Mapping[str, Any]) -> bool:
    """Whether people carry forms; else they go out by link only."""
    rule = acting.pack.survey.said.surveys[survey["name"]]
    return rule.goes_out is None and (
        rule.distribution is None or any(one in ON_PAPER for one in rule.distribution.means)
    )


def _at(turn: Turn) -> str:
    return f"/api/survey/surveys/{part(turn.task.key)}"
