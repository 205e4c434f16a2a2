"""Writes the tables of `docs/scaling.md` out of `bench/results.json`: `python -m bench.scaling.page`."""

from __future__ import annotations

from pathlib import Path

from bench.scaling.batches import Intake
from bench.scaling.coefficients import Coefficients
from bench.scaling.needs import Needs, branch, needs, steps
from closeloop.contracts.loop import SERVICES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scaling.md"
BEGINS, ENDS = "<!-- measured -->", "<!-- /measured -->"
NOT_YET = "The last `make bench` did not ask what a case costs; the next one writes the tables here."
RATES = (10, 100, 1_000, 10_000)
REPLICAS = (1, 2, 4, 8)
HELPS = {
    "machine": "a machine with more cores, or PostgreSQL on one of its own",
    "process": "a further process of {name}: it takes over requests",
    "leader": "another branch: what is heard is heard by one process",
    "register": "another branch: a register has one counter",
}
TITLES = {
    "machine": "all on two cores",
    "process": "one process of {name}, requests and all",
    "leader": "what one process of {name} hears",
    "register": "one register",
}


def written(known: Coefficients | None, page: str) -> str:
    """The page with the tables as they are now."""
    before, _, rest = page.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n{tables(known) if known else NOT_YET}\n{ENDS}{after}"


def tables(known: Coefficients) -> str:
    """All of them."""
    return "\n\n".join([_costs(known), _needs(known), _steps(known), _intake(known)])


def _costs(known: Coefficients) -> str:
    names = (*SERVICES, "postgres", "nats")
    rows = [
        [f"{rate:.0f} cases/s", *(f"{cost[name] * 1e3:.2g}" for name in names), f"{sum(cost.values()) * 1e3:.2g}"]
        for rate, cost in ((known.quiet_rate, known.quiet), (known.busy_rate, known.busy))
    ]
    sizes = ", ".join(f"{name} {known.bytes[name] / 1e3:.1f}" for name in SERVICES)
    said = (
        f"A case leaves {sum(known.bytes.values()) / 1e3:.0f} KB in the databases, indexes included ({sizes}), "
        f"{known.streamed / 1e3:.0f} KB and {known.messages:.0f} messages in the streams, and "
        f"{known.logged / 1e3:.0f} KB in PostgreSQL's log, which is flushed {known.quiet_flushes:.0f} times "
        f"for it at the lower rate, {known.busy_flushes:.1f} times at the higher."
    )
    title = "CPU of one life cycle in milliseconds of a core"
    return f"{title}:\n\n{_table(['', *names, 'all'], rows)}\n\n{said}"


def _needs(known: Coefficients) -> str:
    rows = [_row(needs(known, rate)) for rate in RATES]
    head = ["cases/s", "branches", "processes of each service in a branch", "cores: services", "PostgreSQL", "NATS"]
    head += ["flushes/s", "log MB/s", "messages/s", "databases, a year", "streams, 30 days"]
    title = f"What so many whole life cycles per second need (one branch carries {branch(known):.0f})"
    return f"{title}:\n\n{_table(head, rows)}"


def _row(found: Needs) -> list[str]:
    return [
        f"{found.rate:,.0f}",
        f"{found.branches}",
        ", ".join(f"{name} {number}" for name, number in found.processes.items() if number > 1) or "1",
        *(_cores(found.cores[name]) for name in ("services", "postgres", "nats")),
        f"{found.flushes:,.0f}",
        f"{found.logged / 1e6:,.1f}",
        f"{found.messages:,.0f}",
        _bytes(found.a_year),
        _bytes(found.streams),
    ]


def _steps(known: Coefficients) -> str:
    rows = []
    for step in steps(known):
        what, _, name = step.part.partition(":")
        rows.append([f"{step.rate:,.0f}", TITLES[what].format(name=name), HELPS[what].format(name=name)])
    return f"What gives way first, and what helps:\n\n{_table(['cases/s', 'part', 'helps'], rows)}"


def _intake(known: Coefficients) -> str:
    rows = []
    for number in REPLICAS:
        intake = Intake(number, known.batches, known.request, known.inside)
        half = intake.most / 2
        rows.append(
            [
                f"{number}",
                f"{intake.most:,.0f}",
                intake.narrowest,
                f"{intake.seconds(half) * 1e3:.1f}",
                f"{known.batches.cases(half):.1f}",
            ]
        )
    head = ["processes of intake", "cases/s at most", "narrowest", "ms to the answer at half of it", "cases in a batch"]
    return f"Registering alone, each process on a core of its own:\n\n{_table(head, rows)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _cores(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"


def _bytes(number: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number / 1e6:,.0f} MB"


def main() -> None:
    """Write them into the page."""
    PAGE.write_text(written(Coefficients.measured(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
