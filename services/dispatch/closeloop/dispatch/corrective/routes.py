"""Corrective actions, for programs and for pages: which there are, one with its duties, opening one, deciding."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.vocabulary import label
from closeloop.dispatch import queries as of_dispatch
from closeloop.dispatch.api import AtOnce, Cursor
from closeloop.dispatch.corrective import actions as doings
from closeloop.dispatch.corrective import queries
from closeloop.dispatch.corrective.forms import DecideActionForm, OpenForm
from closeloop.dispatch.corrective.matter import STATE_WORDS, ActionState, opening_of, rule_of
from closeloop.dispatch.corrective.queries import Wanted
from closeloop.dispatch.corrective.showing import action_as_json, figures_after, pack_of_action, rounds_of
from closeloop.dispatch.model import ACTION, HandledCase
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.sheets.sheet import TONES
from closeloop.dispatch.sheets.showing import AtWork, WhoAsks, duty_as_json, page_as_json

api = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
pages = APIRouter(prefix="/dispatch", include_in_schema=False)
routers = (api, pages)
ALL = "/corrective-actions"
ONE = f"{ALL}/{{action}}"
DECISION = f"{ONE}/decision"
ActionId = Annotated[str, Path(max_length=80)]
NAME = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str | None, Query(pattern=NAME, max_length=60)]
TONE_OF = {"asked": "waiting", "open": "waiting", "ended": "good"}


class OpenedForm(OpenForm):
    """Somebody finds a corrective action necessary, and says which."""

    action: str = Field(pattern=NAME, max_length=60)
    """Name of the action in the procedure."""


@api.get(ALL, name="actions_as_json")
async def actions_as_json(
    read: Reading,
    who: WhoAsks,
    action: Name = None,
    state: ActionState | None = None,
    case: str | None = None,
    number: str | None = None,
    cursor: Cursor = None,
    limit: AtOnce = None,
) -> dict[str, Any]:
    """Corrective actions by name, state, number, and the case (id or number) that brought them about."""
    wanted = Wanted(action, state, case, number)
    found = await queries.actions(read, who.person, who.desks, who.packs, wanted, cursor, limit)
    return page_as_json(found, [action_as_json(one) for one in found.items])


@api.get(ONE, name="action_as_json")
async def one_as_json(action: ActionId, read: Reading, who: WhoAsks) -> dict[str, Any]:
    """One corrective action with its duties."""
    found = await _found(read, who, action)
    duties = await of_dispatch.duties_of_case(read, action)
    return {**action_as_json(found), "duties": [duty_as_json(duty) for duty in duties]}


@api.post(ALL, name="open_action_as_json")
async def open_as_json(form: OpenedForm, request: Request, who: WhoAsks) -> Response:
    """A corrective action is opened by whoever finds it necessary."""
    if form.case is not None:
        said = (form.action, form, who.desks)
        return await answered(request, doings.open_action_about, *said, by=who.person, key=form.case, status=201)
    return await answered(
        request,
        doings.open_action,
        *_said(form, who),
        by=who.person,
        key=_new_key(),
        new=True,
        status=201,
        shows=action_as_json,
    )


@api.post(DECISION, name="decide_action_as_json")
async def decide_as_json(action: ActionId, form: DecideActionForm, request: Request, who: WhoAsks) -> Response:
    """Whether it is needed."""
    said = (form, who.desks)
    return await answered(request, doings.decide_action, *said, by=who.person, key=action, shows=action_as_json)


@pages.get(ALL, name="actions")
async def actions(
    page: CurrentPage, read: Reading, who: WhoAsks, state: str = "", action: str = "", cursor: str | None = None
) -> Response:
    """Corrective actions, with filters that stand in the address, and the form that opens one."""
    wanted = Wanted(action or None, state if state in STATE_WORDS else None)
    found = await queries.actions(read, who.person, who.desks, who.packs, wanted, cursor)
    names = {rule.name: rule.entry.title.model_dump() for pack in who.packs for rule in pack.dispatch.actions.values()}
    offered = [
        (rule.name, rule.entry.title.model_dump())
        for pack in who.packs
        for rule, _one in doings.may_open(pack, who.desks)
    ]
    places = [(one.id, one.name.model_dump()) for one in here.get().people.organisation.places if who.person.at(one.id)]
    return page.show(
        "actions",
        actions=found,
        told={one.id: action_as_json(one) for one in found.items},
        wanted=wanted,
        names=names,
        states=list(STATE_WORDS.items()),
        offered=list(dict(offered).items()),
        places=places,
        tones=TONE_OF,
        **dressed(),
    )


@pages.get(ONE, name="action")
async def action(action: ActionId, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """One corrective action: what brought it about, its duties round by round, and what came of it."""
    found = await _found(read, who, action)
    pack = pack_of_action(found)
    rule, opening = rule_of(pack, found), opening_of(pack, found)
    duties = await of_dispatch.duties_of_case(read, action)
    return page.show(
        "action",
        action=found,
        told=action_as_json(found),
        rule=rule,
        opening=opening,
        form_=pack.forms[rule.form],
        pack=pack,
        rounds=rounds_of(duties),
        counted=figures_after(found),
        may_decide=found.action_state == ActionState.ASKED and opening.decided_by in who.desks,
        state=STATE_WORDS[str(found.action_state)],
        tone=TONE_OF.get(str(found.action_state), "neutral"),
        tones=TONES,
        label=label,
        now=who.now,
        name_of=lambda login: person.name if (person := here.get().people.maybe(login)) else login,
        **dressed(),
    )


@pages.post(ALL, name="open_action")
async def open_it(form: Annotated[OpenedForm, Form()], page: CurrentPage, who: WhoAsks) -> Response:
    """Somebody opens one, and goes to its page."""
    if form.case is not None:
        await do(doings.open_action_about, form.action, form, who.desks, by=who.person, key=form.case)
        return page.go_to("actions", said=_("The corrective action is opened."))
    opened = await do(doings.open_action, *_said(form, who), by=who.person, key=_new_key(), new=True)
    return page.go_to("action", action=opened.id, said=_("The corrective action is opened."))


@pages.post(DECISION, name="decide_action")
async def decide(
    action: ActionId, form: Annotated[DecideActionForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """Whether it is needed; then its page."""
    await do(doings.decide_action, form, who.desks, by=who.person, key=action)
    return page.go_to("action", action=action, said=_("Saved."))


async def _found(read: Reading, who: AtWork, action: str) -> HandledCase:
    found = await queries.action(read, who.person, who.desks, who.packs, action)
    if found is None:
        raise NotFound()
    return found


def _said(form: OpenedForm, who: AtWork) -> tuple[str, OpenForm, str, frozenset[str]]:
    """The procedure that has such an action is the one by which it is judged."""
    pack = next((pack for pack in who.packs if form.action in pack.dispatch.actions), None)
    if pack is None:
        raise NotFound()
    return form.action, form, pack.id, who.desks


def _new_key() -> str:
    return f"{ACTION}{here.get().new_id()}"
