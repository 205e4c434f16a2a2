"""`closeloop replay FILE.csv`: a year of cases in minutes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

DATA = Path("data/replay")


def command(
    file: Annotated[Path, typer.Argument(help="Cases, one a row, as CSV in UTF-8.")],
    mapping: Annotated[Path, typer.Option(help="YAML file that says which column is what.")],
    procedure: Annotated[str, typer.Option(help="Id of an installed procedure.")],
    staff: Annotated[str, typer.Option(metavar="SEED", help="Seed of the simulated staff and customers.")] = "1",
    url: Annotated[
        str | None, typer.Option(help="A running suite with a simulated clock, instead of one's own.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Data folder; with --url that of the running suite.")] = DATA,
    first: Annotated[int | None, typer.Option(min=1, help="Only so many cases.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day; five weeks after the last case if left out."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of one's own suite; 0 takes a free one.")] = 0,
    stay: Annotated[bool, typer.Option("--stay", help="Leave the site up until Ctrl-C.")] = False,
) -> None:
    """Replay cases at their own times on a simulated clock, with simulated staff; what was cut off goes on."""
    from closeloop.suite.replay.replaying import Wanted, replay  # nobody else waits for what a replay needs

    replay(Wanted(file, mapping, procedure, staff, url, data.absolute(), first, until, port, stay))
