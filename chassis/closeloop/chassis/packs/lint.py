"""`closeloop lint`: whether a pack can be trusted with cases, before any case exists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from closeloop.chassis.packs.faults import BadPack, Fault
from closeloop.chassis.packs.finding import find_source, pack_from
from closeloop.chassis.packs.given import source_given
from closeloop.chassis.packs.lint_accounts import check_accounts
from closeloop.chassis.packs.lint_clauses import check_clauses
from closeloop.chassis.packs.lint_conditions import check_conditions
from closeloop.chassis.packs.lint_facets import check_facets
from closeloop.chassis.packs.lint_limits import check_limits
from closeloop.chassis.packs.lint_payouts import check_payouts
from closeloop.chassis.packs.lint_qualifications import check_qualifications
from closeloop.chassis.packs.lint_references import check_references
from closeloop.chassis.packs.lint_unknown import check_unknown
from closeloop.chassis.packs.pack import Pack
from closeloop.chassis.packs.source import Source


@dataclass(frozen=True, slots=True)
class LintReport:
    """What lint has to say about a pack."""

    pack: Pack | None
    """The pack; none if it could not even be read."""
    faults: tuple[Fault, ...]

    @property
    def exit_code(self) -> int:
        """0: nothing found; 1: something found; 2: cannot be read."""
        return 2 if self.pack is None else int(bool(self.faults))

    def lines(self) -> list[str]:
        """What is printed."""
        said = [str(fault) for fault in self.faults]
        if self.pack is None:
            return said
        pack = self.pack
        if pack.not_yet:
            said.append(f"{len(pack.not_yet)} of {len(pack.clauses)} clauses are not fulfilled yet:")
            said.extend(
                f"  {clause}  {pack.clauses[clause].text.en}" for clause in pack.not_yet if clause in pack.clauses
            )
        found = f"{len(self.faults)} found" if self.faults else "nothing found"
        said.append(f"{pack.id} {pack.title.en}, version {pack.version}, {pack.hash[:12]}: {found}.")
        return said


def lint(where: str | Path) -> LintReport:
    """Checks a pack in a folder, or an installed one."""
    try:
        source = find_source(where)
        pack = pack_from(source)
    except BadPack as bad:
        return LintReport(None, bad.faults)
    return LintReport(pack, tuple(sorted(faults_in(source))))


def faults_in(source: Source) -> set[Fault]:
    """Everything that is wrong with a pack that can be read."""
    given = source_given(source)
    found = {*check_clauses(source), *check_references(source), *check_conditions(given), *check_facets(given)}
    found |= {*check_payouts(source), *check_accounts(source), *check_qualifications(source), *check_limits(given)}
    found |= {*check_unknown(source)}
    return found
