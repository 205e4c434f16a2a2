"""What each role may do and see, as JSON and as a page of every service."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people.signing_in import CurrentPerson
from closeloop.chassis.people.tasks_of_roles import roles_of
from closeloop.chassis.refusals import NotFound

SECTIONS = {
    "intake": _("Registering and rating"),
    "dispatch": _("Duties"),
    "callback": _("Callbacks"),
    "survey": _("Surveys"),
    "stats": _("Figures"),
    "schedule": _("Periodic jobs"),
    "accounts": _("Accounts"),
    "forms": _("Forms"),
    "parameters": _("Parameters"),
}
RIGHTS = {
    "register": _("takes cases down"),
    "assess": _("rates cases"),
    "assign": _("assigns duties"),
    "extend": _("extends limits"),
    "waive": _("waives callbacks"),
    "close": _("closes and reopens cases"),
    "backdate": _("enters what happened earlier"),
    "activate": _("puts procedures in force"),
    "audit": _("looks into everything"),
    "erase": _("erases attachments"),
    "dispose": _("disposes of records"),
}


def router(service: str) -> APIRouter:
    """`/api/<service>/roles` and `/<service>/roles`."""
    router = APIRouter()

    @router.get(f"/api/{service}/roles", name="roles_as_json")
    async def roles_as_json(person: CurrentPerson, procedure: str = "") -> dict[str, Any]:
        """Every department and role of the procedures in force: rights, tasks, and who has it."""
        found = [
            {"procedure": pack.id, **role} for pack in _packs(procedure) for role in roles_of(pack, here.get().people)
        ]
        return {"items": found, "next": None}

    @router.get(f"/{service}/roles", name="roles", include_in_schema=False)
    async def roles(person: CurrentPerson, page: CurrentPage, procedure: str = "", role: str = "") -> Response:
        """The roles of a procedure; one of them with everything that it may do and see."""
        packs = _packs("")
        pack = next((one for one in packs if one.id == procedure), packs[0] if packs else None)
        if pack is None:
            raise NotFound()
        found = roles_of(pack, here.get().people)
        chosen = next((one for one in found if one["name"] == role), None)
        return page.show(
            "chassis/roles",
            procedures=[(one.id, one.title.model_dump()) for one in packs],
            procedure=pack.id,
            roles=found,
            chosen=chosen,
            rights=[RIGHTS.get(right, right) for right in chosen["rights"]] if chosen else [],
            groups=_groups(chosen["tasks"]) if chosen else [],
            mine=person.desks,
        )

    return router


def _packs(procedure: str) -> list[Pack]:
    packs = here.get().procedures.current(here.get().now())
    return [pack for pack in packs if procedure in ("", pack.id)]


def _groups(tasks: list[dict[str, Any]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """The tasks of a role by the part of the procedure in which they stand."""
    sections = dict.fromkeys(task["section"].split("/")[0] for task in tasks)
    return [
        (SECTIONS.get(section, section), [task for task in tasks if task["section"].split("/")[0] == section])
        for section in sections
    ]
