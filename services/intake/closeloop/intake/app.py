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
from closeloop.intake.contacts import routes as contacts
from closeloop.intake.conversation import api as conversation_api
from closeloop.intake.conversation import pages as conversation_pages
from closeloop.intake.conversation.model import Message
from closeloop.intake.customers import api as customers_api
from closeloop.intake.customers import pages as customers_pages
from closeloop.intake.customers.merging import Merge
from closeloop.intake.customers.model import Acquaintance, Customer, ProfileEntry
from closeloop.intake.finding.model import CaseWords, WordsRead
from closeloop.intake.house import api as house_api
from closeloop.intake.house import pages as house_pages
from closeloop.intake.house.model import HouseChange
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
    rows=[
        Case,
        Assessment,
        Mark,
        Limit,
        Columns,
        Customer,
        Acquaintance,
        ProfileEntry,
        Merge,
        Message,
        HouseChange,
        CaseWords,
        WordsRead,
    ],
    hears=handlers.hears,
    routes=[*api.routes, Mount(pages.STATICS.address, pages.STATICS)],
    routers=[
        api.router,
        pages.router,
        printing.router,
        customers_api.router,
        customers_pages.router,
        conversation_api.router,
        conversation_pages.router,
        contacts.router,
        house_api.router,
        house_pages.router,
    ],
    templates=Path(__file__).parent / "templates",
    menu=[("register", _("Register")), ("new_case", _("New case")), ("absences", _("Absences"))],
    started=put_installed_procedures_in_force,
)
