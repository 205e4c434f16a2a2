"""`closeloop keys`: the keys by which restricted matters are sealed: what is there, rotating them, destroying one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.sealing.audience_keys import NoRight
from closeloop.chassis.sealing.matter_keys import name_of
from closeloop.chassis.sealing.messages import Sealing
from closeloop.chassis.sealing.rotating import rotate as rotate_keys
from closeloop.chassis.serving import give_up, terminal_language
from closeloop.chassis.settings import read_settings
from closeloop.contracts.personal import Audience

WRONG = 2
keys_app = typer.Typer(no_args_is_help=True, help="The keys by which restricted matters are sealed.")
DataFolder = Annotated[Path | None, typer.Option(help="Data folder.")]


@keys_app.command()
def show(data: DataFolder = None) -> None:
    """Say which audiences can be read here, and how many matters have a key."""
    sealing = _sealing(data)
    for audience in Audience:
        if numbers := sealing.audiences.numbers(audience.value):
            _say(
                _(
                    "{audience}: can be read here; key {newest} seals.",
                    audience=audience.value,
                    newest=numbers[-1],
                )
            )
    kept, destroyed = sealing.matters.count()
    _say(_("{kept} matters have a key; {destroyed} were destroyed.", kept=kept, destroyed=destroyed))


@keys_app.command()
def rotate(
    audience: Annotated[str, typer.Argument(help="The audience, such as restricted.")], data: DataFolder = None
) -> None:
    """Make a new key of an audience and take the old ones out of use; what was sealed stays readable by the new one."""
    try:
        newest, renewed = rotate_keys(_sealing(data), Audience(audience).value)
    except ValueError:
        known = ", ".join(one.value for one in Audience)
        give_up(_("There is no audience {audience}; there are {known}.", audience=audience, known=known), WRONG)
    except NoRight:
        give_up(_("There is no key of the audience {audience} here.", audience=audience), WRONG)
    _say(
        _(
            "Key {newest} of {audience} seals from now on, also {renewed} matters that were sealed before. "
            "Services on other machines need it in their keys folder.",
            newest=newest,
            audience=audience,
            renewed=renewed,
        )
    )


@keys_app.command()
def destroy(
    matter: Annotated[str, typer.Argument(help="Id of the case, job or corrective action, as its address shows it.")],
    reason: Annotated[str, typer.Option(help="Why, without anything personal; it stays on record.")],
    data: DataFolder = None,
) -> None:
    """Destroy the key of a restricted matter: journals, streams and backups can no longer be read about it."""
    if not _sealing(data).matters.destroy(name_of(matter), datetime.now(UTC), reason):
        give_up(_("No key of a matter {matter} is here, or it was destroyed already.", matter=matter), WRONG)
    _say(
        _(
            "The key of {matter} is destroyed. What services keep in their own tables, and copies of the keys folder, "
            "are not touched by this.",
            matter=matter,
        )
    )


def _sealing(data: Path | None) -> Sealing:
    return Sealing(read_settings(data=data).keys_folder)


def _say(sentence: Sentence) -> None:
    typer.echo(sentence.in_(terminal_language()))
