"""`closeloop up`: everything in one process, with a broker of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from closeloop.chassis.broker import BrokerAddress
from closeloop.chassis.clock import ClockError
from closeloop.chassis.door import Door
from closeloop.chassis.embedded.lock import ALREADY_RUNNING, AlreadyRunning, lock_folder
from closeloop.chassis.i18n import _
from closeloop.chassis.logs import set_up_logs
from closeloop.chassis.people.organisation import OrganisationUnreadable
from closeloop.chassis.serving import CannotStart, give_up, listening_socket, run, serve
from closeloop.chassis.settings import Settings, read_settings

DEMO_LOGINS = ("desk-1", "repair-leader", "repair-worker-1", "callback-1", "customer-service-head", "operator")


def command(
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
    branch: Annotated[str | None, typer.Option(help="Name of this deployment.")] = None,
    clock: Annotated[
        str | None, typer.Option(help="Simulated clock from this moment on, like 2026-01-05T09:00+08:00.")
    ] = None,
    log: Annotated[str | None, typer.Option(help="From which level on lines are logged.")] = None,
) -> None:
    """Run all services in one process, with a broker and databases of their own."""
    settings = read_settings(port=port, host=host, data=data, branch=branch, clock=clock, log=log)
    set_up_logs(settings.log, settings.log_format)
    try:
        with lock_folder(settings.data):
            run(_up(settings))
    except AlreadyRunning as already:
        give_up(already.sentence, ALREADY_RUNNING)
    except CannotStart as cannot:
        give_up(cannot.sentence)
    except (OrganisationUnreadable, ClockError) as unreadable:
        give_up(str(unreadable))
    except OSError as trouble:
        give_up(
            _(
                "The data folder {folder} cannot be used ({trouble}): make it writable, "
                "or name another one with CLOSELOOP_DATA.",
                folder=str(settings.data),
                trouble=trouble.strerror or str(trouble),
            )
        )


async def _up(settings: Settings) -> None:
    from closeloop.chassis.people import People
    from closeloop.suite.suite import Suite

    bound = listening_socket(settings.host, settings.port)
    people = People.of(settings.data, settings.keys_folder, settings.organisation)
    people.session_seconds = settings.session_hours * 3600
    async with _broker(settings) as (address, doubt):
        suite = Suite(settings, people, address)
        for running in suite.services:
            if running.broker:
                running.broker.unable.append(doubt)
        await suite.start()
        await suite.ready()
        _welcome(settings, bound.getsockname()[1])
        try:
            await serve(suite.gateway, bound, Door(suite.gateway.apps, settings), stop_seconds=settings.stop_seconds)
        finally:
            await suite.stop()


@asynccontextmanager
async def _broker(settings: Settings) -> AsyncIterator[tuple[BrokerAddress, Callable[[], None]]]:
    """The broker that the settings name, else one of our own; and whom to tell if it stores nothing."""
    from closeloop.chassis.embedded.broker import BrokerFailed, EmbeddedBroker
    from closeloop.chassis.serving_alone import address_of

    if settings.nats_url:
        yield address_of(settings), lambda: None
        return
    own = EmbeddedBroker(settings.data / "nats", port=settings.nats_port or -1)
    try:
        await own.start()
    except BrokerFailed as failed:
        raise CannotStart(failed.sentence) from None
    watching = asyncio.create_task(own.watch())
    try:
        yield BrokerAddress(own.url, own.credentials.user, own.credentials.password), own.doubt
    finally:
        watching.cancel()
        await own.stop()


def _welcome(settings: Settings, port: int) -> None:
    typer.echo(f"Closeloop is ready: http://{settings.host}:{port}")
    typer.echo(f"  data folder   {settings.data.absolute()}")
    if settings.clock:
        typer.echo("  clock         simulated; move it with: closeloop clock advance 7d")
    passwords = settings.data / "passwords.txt"
    if passwords.exists():
        typer.echo(f"  demo logins   {', '.join(DEMO_LOGINS)} …; passwords in {passwords.absolute()}")
