"""Writing letters within a piece of work: they go out after it is on disk, never inside the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closeloop.chassis.connectors.letter import UNDER, Letter, LetterState
from closeloop.chassis.i18n import _

if TYPE_CHECKING:
    from closeloop.chassis.store.tables import Task
    from closeloop.chassis.work import Work

OF_A_TASK = "task"
"""What a letter says that tells the people of a desk of a task."""


def write_letter(
    work: Work,
    connector: str,
    goes_to: str,
    *,
    kind: str,
    subject: str,
    text: str,
    about: str = "",
    of: str = "",
    language: str = "zh",
    url: str = "",
    desk: str | None = None,
    place: str | None = None,
    audience: str | None = None,
) -> Letter:
    """Have this told outside by a channel or notifier, as soon as it is on disk.

    `desk` is whose task it becomes if it does not arrive; `about` is the key of what it belongs to, whose rows
    the service has at hand when it hears how the letter went (`@hears.letter(kind)`).
    """
    return work.add(
        Letter(
            id=f"{UNDER}{work.new_id()}",
            about=about or work.key,
            of=of,
            kind=kind,
            connector=connector,
            goes_to=goes_to,
            subject=subject,
            text=text,
            language=language,
            state=LetterState.WAITING,
            written_at=work.now,
            next_try_at=work.now,
            url=url,
            desk=desk,
            place=place,
            audience=audience,
        )
    )


def tell_of_task(work: Work, task: Task, notifier: str) -> Letter:
    """The people of the desk read what came onto it and until when; the page says the rest."""
    due = _("Due {at}.", at=task.due_at).zh if task.due_at else ""
    return write_letter(
        work,
        notifier,
        task.desk,
        kind=OF_A_TASK,
        subject=task.title_zh,
        text=due or task.title_zh,
        about=task.key,
        of=task.of,
        url=task.url,
        place=task.place,
        audience=task.audience,
    )
