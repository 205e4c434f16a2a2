"""Before the first case: numbers are set, people learn what they need, what goes out by itself is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from closeloop.contracts.procedure.qualifications import Qualification
from closeloop.suite.rehearsal.acting import Acting
from closeloop.suite.rehearsal.deeds_of_surveys import plan_what_goes_out_by_itself
from closeloop.suite.rehearsal.house import part

LEARNT = timedelta(days=500)
"""How long they learnt: longer than any procedure asks for."""


async def get_ready(acting: Acting) -> None:
    """Everything that has to be there before somebody brings a case."""
    await _set_parameters(acting)
    for name, rule in acting.pack.dispatch.said.qualifications.items():
        for login in dict.fromkeys(login for role in rule.roles for login in acting.staff.at(role)):
            await _qualify(acting, login, name, rule)
    await plan_what_goes_out_by_itself(acting)


async def _set_parameters(acting: Acting) -> None:
    """Whoever has to set a number of the procedure sets it."""
    day = acting.house.now.astimezone(acting.staff.calendar.zone).date().isoformat()
    for one in (await acting.shown("/api/callback/parameters"))["items"]:
        if one["value"] is None and one["set_by"] and (by := acting.staff.who(one["set_by"], one["name"])):
            about = acting.pack.head.parameters[one["name"]]
            body = {
                "from": day,
                "reason": "试行",
                **({"every": "quarter"} if about.unit == "period" else {"value": 20}),
            }
            for place in acting.places if about.each == "place" else ("",):
                await acting.house.post(by, f"/api/callback/parameters/{part(one['name'])}", {**body, "place": place})


async def _qualify(acting: Acting, login: str, name: str, rule: Qualification) -> None:
    """Somebody has learnt long enough and passed."""
    by = acting.staff.who(rule.assessment.by, login, without=(login,))
    if by is None:
        return
    today = acting.house.now.astimezone(acting.staff.calendar.zone).date()
    if rule.training is not None:
        learnt = {
            rule.training.started: (today - LEARNT).isoformat(),
            rule.training.ended: (today - timedelta(days=1)).isoformat(),
        }
        await _enter(acting, by, login, name, "training", rule.training.form, learnt)
    fields = acting.pack.forms[rule.assessment.form].fields
    passed = acting.hand.to_hold(rule.assessment.passed, fields, acting.house.now, login, name)
    passed[rule.assessment.day] = today.isoformat()
    await _enter(acting, by, login, name, "assessment", rule.assessment.form, passed)


async def _enter(
    acting: Acting, by: str, login: str, qualification: str, word: str, form: str, said: Mapping[str, object]
) -> None:
    fields = acting.pack.forms[form].fields
    asked = [name for name, about in fields.items() if about.required and about.from_ is None and name != "person"]
    written = acting.hand.written(fields, asked, acting.house.now, login, qualification, word)
    body = {"qualification": qualification, "fields": {**written, **said}}
    await acting.house.post(by, f"/api/dispatch/people/{part(login)}/{word}", body)
