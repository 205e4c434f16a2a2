"""Limits of a case and its duties, for people and programs: until when each runs, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.explained import Running, with_its_ledger
from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.dispatch import queries
from closeloop.dispatch.limits import pausing
from closeloop.dispatch.limits.forms import ExtendForm, PauseForm, RunOnForm
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.queries import Wanted
from closeloop.dispatch.sheets.showing import AtWork, WhoAsks, limit_as_json

api = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
pages = APIRouter(prefix="/dispatch", include_in_schema=False)
routers = (api, pages)
OF_A_CASE = "/cases/{case}/limits"
ONE_LIMIT = f"{OF_A_CASE}/{{limit}}"
BECAUSE = {
    "fact": _("the case names another moment"),
    "rated": _("the case was rated anew"),
    "calendar": _("the public days of a year are out"),
}
OF_THE_CASE = {"zh": "事项", "en": "The case"}
Does = tuple[Callable[..., Any], type[BaseModel], str]
DOINGS: dict[str, Does] = {
    "extend": (pausing.put_off, ExtendForm, "A limit is put off."),
    "pause": (pausing.let_it_rest, PauseForm, "A limit rests."),
    "resume": (pausing.let_it_run_on, RunOnForm, "A limit that rested runs on."),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A limit as this person sees it, with what they may do to it."""

    limit: Limit
    pack: Pack
    running: Running
    of_what: dict[str, str]
    url: str
    may_extend: bool
    may_pause: bool

    def why(self, reason: str) -> Any:
        """What people call a reason that the procedure names; any other reason as it was written."""
        return dict(self.reasons).get(reason, BECAUSE.get(reason, reason))

    @property
    def reasons(self) -> list[tuple[str, dict[str, str]]]:
        """Reasons for which it may rest."""
        pause = self.pack.dispatch.limits[self.limit.name].pause
        return [(name, words.model_dump()) for name, words in pause.reasons.items()] if pause else []


@api.get(OF_A_CASE, name="limits_as_json")
async def limits_as_json(case: str, read: Reading, who: WhoAsks) -> dict[str, Any]:
    """Every limit of a case and of its duties, in the order in which they started."""
    known, pack = await _case(read, who, case)
    return {"items": [limit_as_json(seen.limit, pack) for seen in await _seen(read, who, known, pack)]}


@pages.get(OF_A_CASE, name="limits")
async def limits(case: str, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """Until when what must have happened for a case, and every stretch of each limit."""
    known, pack = await _case(read, who, case)
    seen = await _seen(read, who, known, pack)
    return page.show("limits", case=known, seen=seen, now=who.now, **dressed())


async def _case(read: Read, who: AtWork, case: str) -> tuple[HandledCase, Pack]:
    found = await queries.cases_of(read, who.person, [case])
    if case not in found:
        raise NotFound()
    header = found[case].told
    return found[case], here.get().procedures.pack(header.procedure, header.procedure_version)


async def _seen(read: Read, who: AtWork, case: HandledCase, pack: Pack) -> list[Seen]:
    """The limits of the case, and those of the duties that this person may see."""
    shown = await queries.duties(read, who.person, who.desks, Wanted(case=case.id), None, None)
    duties = {duty.of: duty for duty in shown.items}
    calendar = here.get().people.calendar(case.place)
    seen: list[Seen] = []
    for limit in await queries.limits_of_case(read, case.id):
        duty, said = duties.get(limit.of), pack.dispatch.limits.get(limit.name)
        if said is None or (duty is None and limit.of.split(":")[0] != "case"):
            continue
        open_ = limit.runs and limit.missed_at is None and case.closed_at is None
        seen.append(
            Seen(
                limit=limit,
                pack=pack,
                running=with_its_ledger(limit, calendar, case.place, who.now),
                of_what=duty.title if duty is not None else OF_THE_CASE,
                url=duty.url if duty is not None else "",
                may_extend=open_ and not limit.rests and said.extension is not None and said.extension.by in who.desks,
                may_pause=open_ and said.pause is not None and said.pause.by in who.desks,
            )
        )
    return seen


def _offer(word: str, action: Callable[..., Any], filled: type[BaseModel], about: str) -> None:
    async def by_program(case: str, limit: str, request: Request, who: WhoAsks, form: Any) -> Response:
        return await answered(request, action, limit, form, who.desks, by=who.person, key=case, shows=_as_json)

    async def by_page(case: str, limit: str, page: CurrentPage, who: WhoAsks, form: Any) -> Response:
        await do(action, limit, form, who.desks, by=who.person, key=case)
        return page.go_to("limits", case=case, said=_("Saved."))

    by_program.__doc__, by_program.__annotations__["form"] = about, filled
    if filled is RunOnForm:
        by_program.__defaults__ = (RunOnForm(),)
    by_page.__doc__, by_page.__annotations__["form"] = about, Annotated[filled, Form()]
    api.add_api_route(f"{ONE_LIMIT}/{word}", by_program, methods=["POST"], name=f"{word}_limit_as_json")
    pages.add_api_route(f"{ONE_LIMIT}/{word}", by_page, methods=["POST"], name=f"{word}_limit")


def _as_json(limit: Limit) -> dict[str, Any]:
    return {"id": limit.id, "name": limit.name, "due_at": limit.due_at, "rests": limit.rests, "ledger": limit.ledger}


for _word, (_action, _filled, _about) in DOINGS.items():
    _offer(_word, _action, _filled, _about)
