"""Intake, put together."""

from pathlib import Path

from starlette.routing import Mount

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.packs import load_pack, packs_for
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.intake import actions, api, handlers, pages, printing
from closeloop.intake.columns import Columns
from closeloop.intake.model import Assessment, Case, Mark


async def put_installed_procedures_in_force(running: Running) -> None:
    """On a machine of one's own whatever is installed and fits the organisation is in force from the first start."""
    if running.settings.database_url or running.procedures.current(running.now()):
        return
    here.set(running)
    for _name, folder in packs_for(running.people.organisation.desks):
        pack = load_pack(folder)
        await do(actions.activate, pack, running.now(), running.procedures, by=None, key=pack.id)


service = Service(
    name="intake",
    rows=[Case, Assessment, Mark, Limit, Columns],
    hears=handlers.hears,
    routes=[*api.routes, Mount(pages.STATICS.address, pages.STATICS)],
    routers=[api.router, pages.router, printing.router],
    templates=Path(__file__).parent / "templates",
    menu=[("register", _("Register")), ("new_case", _("New case"))],
    started=put_installed_procedures_in_force,
)
