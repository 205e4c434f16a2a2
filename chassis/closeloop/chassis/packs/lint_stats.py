"""Figures of a pack: what they count, and by what they are grouped, stands in the other files."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Callback, Dispatch, Schedule, Stats
from closeloop.contracts.procedure.stats import GROUPS, OF_SHEETS, Count, Indicator


def check_stats(source: Source, tables: Tables) -> Iterator[Fault]:
    """Coverage, limits, duties and groups that stand nowhere, alarms about nothing."""
    coverage = source.part("callback", Callback).coverage
    for name, indicator in source.part("stats", Stats).indicators.items():
        at: Where = ("indicators", name)
        if indicator.coverage is not None:
            yield from known(source, "stats", (*at, "coverage"), "coverage", indicator.coverage, coverage)
        groups = (*GROUPS, *(OF_SHEETS if _counts_sheets(indicator) else ()), *tables["facet"])
        yield from known(source, "stats", (*at, "by"), "group", indicator.by, groups)
        for side, count in indicator.sides.items():
            thing = {"duties": "duty", "limits": "limit"}.get(count.of[0].thing, "")
            if count.about:
                yield from known(source, "stats", (*at, side, "about"), thing, count.about, tables[thing])
                yield from _of_actions(source, (*at, side, "about"), count)
    yield from _alarms(source)
    yield from _reports(source)


def _of_actions(source: Source, at: Where, count: Count) -> Iterator[Fault]:
    """What is done for a corrective action stands in no case, and figures are made of cases."""
    duties = source.part("dispatch", Dispatch).duties if count.of[0].thing == "duties" else {}
    for name in count.about:
        if name in duties and duties[name].of:
            sentence = (
                f"{name} is a duty of a corrective action, and figures count duties of cases: it would always count 0. "
                "Leave it out; the clause matrix counts what is done for actions."
            )
            yield source.fault("stats", at, sentence)


def _reports(source: Source) -> Iterator[Fault]:
    indicators = source.part("stats", Stats).indicators
    for name, job in source.part("schedule", Schedule).jobs.items():
        yield from known(source, "schedule", ("jobs", name, "figures"), "indicator", job.figures, indicators)
        jobs = source.part("schedule", Schedule).jobs
        yield from known(source, "schedule", ("jobs", name, "inputs"), "job", job.inputs, jobs)
        if (job.figures or job.inputs or job.after) and job.service != "stats":
            sentence = (
                f"Only stats counts, and hears of what others did: let {name} be a job of stats (service: stats)."
            )
            yield source.fault("schedule", ("jobs", name, "service"), sentence)
    for name, form in source.folded("forms").items():
        for field, about in getattr(form, "fields", {}).items():
            whose, _dot, what = (about.from_ or "").partition(".")
            if whose == "figures":
                place = ("fields", field, "from")
                yield from known(source, f"forms/{name}", place, "indicator", what, indicators)


def _alarms(source: Source) -> Iterator[Fault]:
    stats = source.part("stats", Stats)
    for name, alarm in stats.alarms.items():
        at: Where = ("alarms", name)
        yield from known(source, "stats", (*at, "of"), "indicator", alarm.of, stats.indicators)
        watched = stats.indicators.get(alarm.of)
        if watched is not None and alarm.each is not None:
            yield from known(source, "stats", (*at, "each"), f"group of {alarm.of}", alarm.each, watched.by)
        if watched is not None:
            yield from known(source, "stats", (*at, "per"), f"period of {alarm.of}", alarm.per, watched.per)


def _counts_sheets(indicator: Indicator) -> bool:
    return any(one.thing in ("sheets", "items") for count in indicator.sides.values() for one in count.of)
