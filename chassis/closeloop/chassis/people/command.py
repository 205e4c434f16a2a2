"""`closeloop people`: who works here, tokens for machines, new passwords."""

from pathlib import Path
from typing import Annotated

import typer

from closeloop.chassis.people.organisation import OrganisationUnreadable
from closeloop.chassis.people.person import Person
from closeloop.chassis.people.roster import People
from closeloop.chassis.refusals import Refusal
from closeloop.chassis.settings import read_settings

people_app = typer.Typer(no_args_is_help=True, help="Who works here, tokens for machines, new passwords.")
DataFolder = Annotated[Path | None, typer.Option(help="The data folder.")]
WRONG = 2


def _people(data: Path | None) -> People:
    settings = read_settings(data=data)
    try:
        if not (settings.data / "organisation.yaml").exists():
            raise OrganisationUnreadable(f"{settings.data}: nobody works here yet; start it once with `closeloop up`")
        return People.of(settings.data, settings.keys_folder)
    except (OrganisationUnreadable, OSError) as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(WRONG) from None


def _somebody(people: People, name: str) -> Person:
    try:
        return people.person(name)
    except Refusal as refusal:
        typer.echo(refusal.sentence.en, err=True)
        raise typer.Exit(WRONG) from None


@people_app.command("list")
def list_people(data: DataFolder = None) -> None:
    """Everybody with login, roles, department and places."""
    for person in _people(data):
        places = "everywhere" if person.places is None else ",".join(sorted(person.places))
        roles = ",".join(sorted(person.roles))
        typer.echo(f"{person.id:<28} {roles:<40} {person.department or '-':<18} {places}")


@people_app.command()
def token(
    name: Annotated[str, typer.Argument(help="Login of the person.")],
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 366, help="How long the token holds.")] = 12,
    data: DataFolder = None,
) -> None:
    """Prints a token for `Authorization: Bearer`."""
    people = _people(data)
    try:
        typer.echo(people.issue_token(_somebody(people, name), ttl=hours * 3600))
    except Refusal as refusal:
        typer.echo(refusal.sentence.en, err=True)
        raise typer.Exit(WRONG) from None


@people_app.command()
def password(
    name: Annotated[str, typer.Argument(help="Login of the person.")],
    data: DataFolder = None,
) -> None:
    """Gives a person a new random password and prints it."""
    people = _people(data)
    typer.echo(people.give_password(_somebody(people, name)))
