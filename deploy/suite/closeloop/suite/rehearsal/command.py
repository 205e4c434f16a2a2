"""`closeloop rehearse PACK`: three months of a procedure in two minutes, before anybody works by it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def command(
    pack: Annotated[str, typer.Argument(help="Folder of a pack, or the name of an installed one.")],
    months: Annotated[int, typer.Option(min=1, max=24, help="How many months.")] = 3,
    cases: Annotated[Path | None, typer.Option(help="Cases, one a row, as CSV in UTF-8; made up if left out.")] = None,
    number: Annotated[int, typer.Option(min=1, help="How many cases are made up.")] = 300,
    staff: Annotated[int, typer.Option(min=1, max=50, metavar="N", help="How many people work at each desk.")] = 2,
    seed: Annotated[str, typer.Option(help="Seed of everything that is left to chance.")] = "1",
    first_day: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; that of this year if left out.")
    ] = None,
) -> None:
    """Rehearse a procedure: made-up people work by it through all services, in memory, on a simulated clock."""
    from closeloop.suite.rehearsal.rehearsing import Wanted, rehearse  # nobody else waits for what it needs

    first = first_day.date() if first_day else datetime.now().astimezone().date().replace(month=1, day=1)
    rehearse(Wanted(pack, months, cases, number, staff, seed, first))
