"""`closeloop republish`, `closeloop rebuild`."""

from __future__ import annotations

from typing import Annotated

import typer

from closeloop.chassis.i18n import _
from closeloop.chassis.safekeeping.commands import CANNOT_READ, FOUND, Data, Services, say, the_house, to_the_end
from closeloop.chassis.serving import give_up


def republish(service: Services = None, data: Data = None) -> None:
    """Delete what the broker keeps and have it filled again from the journals; hearers pass over what they had."""
    to_the_end(_republished(service, data))


async def _republished(services: list[str] | None, data: Data) -> None:
    from nats.errors import Error as BrokerError

    from closeloop.chassis.journals.republishing import republish as fill_again
    from closeloop.chassis.journals.republishing import the_broker

    house = the_house(services, data)
    if house.lies_in_files:
        house.files()
    try:
        async with the_broker(house) as (broker, is_at_work):
            for service in house.services:
                n = await fill_again(house, service, broker, is_at_work=is_at_work)
                say(_("{service}: {n} entries of the journal are in the stream again.", service=service, n=n))
    except BrokerError as trouble:
        give_up(_("The broker does not do what is asked: {trouble}.", trouble=str(trouble)), CANNOT_READ)


def rebuild(
    service: Annotated[str, typer.Argument(help="Name of the service, such as stats; it must not be at work.")],
    data: Data = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Only say what differs; exit code 1 if something does.")
    ] = False,
) -> None:
    """Make the tables that follow from what a service was told again, from the journals, and put right what differs."""
    from closeloop.chassis.embedded.lock import ALREADY_RUNNING, AlreadyRunning
    from closeloop.chassis.journals.rebuilding import rebuild as make_again
    from closeloop.chassis.serving_alone import installed_service

    house = the_house([service], data)
    try:
        outcome = to_the_end(make_again(house, installed_service(service), puts_in=not compare))
    except AlreadyRunning as already:
        give_up(already.sentence, ALREADY_RUNNING)
    say(_("{service}: {n} events heard once more.", service=service, n=outcome.heard))
    for table in outcome.tables:
        if not table.differs:
            say(_("  {table}: {rows} rows, all as the journals say.", table=table.table, rows=table.rows))
            continue
        say(
            _(
                "  {table}: {rows} rows by the journals; of those in use {missing} are missing, {surplus} too many, "
                "{other} different.",
                table=table.table,
                rows=table.rows,
                missing=table.missing,
                surplus=table.surplus,
                other=table.other,
            )
        )
        for identity, columns in table.examples:
            say(_("    such as {row} {columns}", row=identity, columns=", ".join(columns)))
    if compare and outcome.differs:
        raise typer.Exit(FOUND)
