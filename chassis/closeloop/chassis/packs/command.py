"""What the command `closeloop` says about packs: lint, and the list of procedures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from closeloop.chassis.packs.editing import write_schemas
from closeloop.chassis.packs.faults import BadPack
from closeloop.chassis.packs.finding import installed_packs, load_pack
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.lint import lint
from closeloop.chassis.packs.pack import Pack
from closeloop.chassis.packs.reference import keys_of
from closeloop.contracts.procedure import FILES, FOLDERS

procedures = typer.Typer(name="procedures", help="The procedure packs that are installed.", no_args_is_help=True)
Packs = Annotated[list[str], typer.Argument(metavar="PACK...", help="Folders of packs, or names of installed ones.")]
OnePack = Annotated[str, typer.Argument(metavar="PACK", help="Folder of a pack, or name of an installed one.")]


def lint_packs(packs: Packs) -> None:
    """Check packs before any case meets them: exit code 0 nothing found, 1 something found, 2 cannot be read."""
    reports = [lint(pack) for pack in packs]
    for report in reports:
        typer.echo("\n".join(report.lines()))
    raise typer.Exit(max(report.exit_code for report in reports))


@procedures.command("list")
def list_procedures() -> None:
    """List the installed packs."""
    try:
        packs = [(name, load_pack(folder)) for name, folder in installed_packs()]
    except BadPack as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    if not packs:
        typer.echo("No procedure pack is installed: install one, or name a folder.")
    for name, pack in packs:
        typer.echo(f"{name}  {pack.version}  {pack.title.zh}  {pack.title.en}")


@procedures.command("show")
def show_procedure(pack: OnePack) -> None:
    """Show every clause of a pack and where it is fulfilled."""
    try:
        loaded = load_pack(pack)
    except BadPack as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{loaded.id} {loaded.title.zh} {loaded.title.en}, version {loaded.version}\n{loaded.hash}")
    for clause, text in loaded.clauses.items():
        typer.echo(f"{clause}  {text.text.zh}\n  {_where(loaded, clause)}")


@procedures.command("keys")
def show_keys(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Which file: procedure, intake, dispatch, forms ...")],
) -> None:
    """Show every key that a file of a pack may say, and what it means."""
    if file not in (known := (*FILES, *FOLDERS)):
        typer.echo(f"A pack has no file {file!r}: {nearest(file, known)}", err=True)
        raise typer.Exit(2)
    for line in keys_of(file):
        typer.echo(line)


@procedures.command("schemas")
def write_schemas_for_editors(
    folder: Annotated[Path, typer.Argument(help="Folder that they are written into.")] = Path(".schemas"),
) -> None:
    """Write the JSON Schema of every file of a pack, for editors that offer keys and underline wrong ones."""
    for file in write_schemas(folder):
        typer.echo(f"{file}  # yaml-language-server: $schema={file.name}")


def _where(pack: Pack, clause: str) -> str:
    if clause in pack.not_yet:
        return "not yet"
    return ", ".join(pack.entries_of(clause)) or f"by construction: {pack.clauses[clause].by_construction}"
