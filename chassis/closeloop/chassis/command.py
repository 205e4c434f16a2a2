"""The command `closeloop`: services, the suite and subcommands are found by entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

COMMANDS = "closeloop.commands"
SERVICES = "closeloop.services"

app = typer.Typer(name="closeloop", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def closeloop() -> None:
    """Closeloop runs an organisation's complaint and repair procedure; nothing open is forgotten."""


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="Name of the service, such as dispatch.")],
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
    branch: Annotated[str | None, typer.Option(help="Name of this deployment.")] = None,
    log: Annotated[str | None, typer.Option(help="From which level on lines are logged.")] = None,
) -> None:
    """Run one service of a department on its own; broker and database come from the settings."""
    from closeloop.chassis.serving_alone import serve_alone

    serve_alone(service, port=port, host=host, data=data, branch=branch, log=log)


@app.command()
def migrate(
    service: Annotated[str, typer.Argument(help="Name of the service.")],
    data: Annotated[Path | None, typer.Option(help="Data folder.")] = None,
) -> None:
    """Bring a service's database up to date."""
    import asyncio

    from closeloop.chassis.migrating import migrate as bring_up
    from closeloop.chassis.settings import read_settings

    settings = read_settings(data=data)
    moved = asyncio.run(bring_up(settings.database_of(service), service))
    typer.echo(f"{service}: {', '.join(moved) + ' brought up to date' if moved else 'is up to date'}")


def main() -> None:
    """What the script `closeloop` runs."""
    with_every_command()()


def with_every_command() -> typer.Typer:
    """The command with everything that is installed."""
    from closeloop.chassis.activate_command import activate
    from closeloop.chassis.clock_command import clock_app
    from closeloop.chassis.connectors.doctor import doctor
    from closeloop.chassis.explain_command import explain
    from closeloop.chassis.journals import commands as journals
    from closeloop.chassis.packs.command import lint_packs, procedures
    from closeloop.chassis.packs.diff_command import diff
    from closeloop.chassis.people.command import people_app
    from closeloop.chassis.safekeeping import commands as safekeeping
    from closeloop.chassis.sealing.command import keys_app

    app.command("backup")(safekeeping.backup)
    app.command("restore")(safekeeping.restore)
    app.command("verify")(safekeeping.verify)
    app.command("republish")(journals.republish)
    app.command("rebuild")(journals.rebuild)
    app.command("doctor")(doctor)
    app.command("lint")(lint_packs)
    app.command("diff")(diff)
    app.command("explain")(explain)
    procedures.command("activate")(activate)
    app.add_typer(procedures, name="procedures")
    app.add_typer(people_app, name="people")
    app.add_typer(keys_app, name="keys")
    app.add_typer(clock_app, name="clock")
    for point in sorted(entry_points(group=COMMANDS), key=lambda point: point.name):
        app.command(point.name)(point.load())
    return app


def command_names() -> set[str]:
    """What can stand behind `closeloop`."""
    whole = typer.main.get_command(with_every_command())
    return set(getattr(whole, "commands", ()))
