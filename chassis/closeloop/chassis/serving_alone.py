"""`closeloop serve SERVICE`: one service, its own process, its own database, one broker for all."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points
from typing import Any

from closeloop.chassis.app import ServiceApp
from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.clock import RealClock
from closeloop.chassis.door import Door
from closeloop.chassis.i18n import _
from closeloop.chassis.logs import set_up_logs
from closeloop.chassis.people import People
from closeloop.chassis.people.organisation import OrganisationUnreadable
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.serving import CannotStart, give_up, listening_socket, run, serve
from closeloop.chassis.settings import Settings, read_settings
from closeloop.chassis.store.faults import Away

log = logging.getLogger("closeloop")


def installed_service(name: str) -> Service:
    """The service of this name, if its distribution is installed."""
    points = {point.name: point for point in entry_points(group="closeloop.services")}
    if name not in points:
        give_up(
            _("There is no service {name}. Installed: {known}.", name=name, known=", ".join(sorted(points)) or "-"), 2
        )
    service: Service = points[name].load()
    return service


def serve_alone(name: str, **flags: Any) -> None:
    """Run until asked to stop."""
    settings = read_settings(**flags)
    set_up_logs(settings.log, settings.log_format)
    service = installed_service(name)
    if not settings.nats_url:
        give_up(
            _("A service on its own needs a broker: set CLOSELOOP_NATS_URL, for example to nats://127.0.0.1:4222."), 2
        )
    if settings.clock is not None:
        give_up(
            _(
                "A simulated clock runs in the embedded suite only: "
                "use 'closeloop up --clock', or leave CLOSELOOP_CLOCK out."
            ),
            2,
        )
    try:
        run(_serve(service, settings))
    except CannotStart as cannot:
        give_up(cannot.sentence)
    except OrganisationUnreadable as unreadable:
        give_up(str(unreadable))


async def _serve(service: Service, settings: Settings) -> None:
    bound = listening_socket(settings.host, settings.port)
    people = People.of(settings.data, settings.keys_folder, settings.organisation)
    people.session_seconds = settings.session_hours * 3600
    running = Running(service, settings, clock=RealClock(), people=people, broker=address_of(settings))
    try:
        await running.start()
    except Away as away:
        raise CannotStart(
            _(
                "The database of {service} does not answer ({why}). Check CLOSELOOP_DATABASE_URL.",
                service=service.name,
                why=str(away),
            )
        ) from None
    log.info("serving", extra={"service": service.name, "url": "http://{}:{}".format(*bound.getsockname()[:2])})
    try:
        await serve(ServiceApp(running), bound, Door([service.name], settings), stop_seconds=settings.stop_seconds)
    finally:
        await running.stop()


def address_of(settings: Settings) -> BrokerAddress:
    """Where the settings say NATS is."""
    password = settings.nats_password.get_secret_value() or None
    creds = str(settings.nats_creds) if settings.nats_creds else None
    return BrokerAddress(settings.nats_url, settings.nats_user or None, password, creds)
