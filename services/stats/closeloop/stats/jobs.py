"""The periodic jobs of stats: what each finds in the period that is over; a person does and signs it."""

from math import ceil
from typing import Any

from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import _
from closeloop.chassis.reading import Read
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.stats import months, words
from closeloop.stats.counting import RECEIVED, Counting
from closeloop.stats.findings import NOTHING, about, cases_of, drawn, item, lines, period_before
from closeloop.stats.grouping import groups_of
from closeloop.stats.queries import totals_of
from closeloop.stats.tables import NONE

hears = Hears()
Found = dict[str, Any]

FOLLOWED_UP = 10  # percent of the complaints handled in the month are looked into
AT_LEAST = 5  # of them, where there are so many


def freeze(job: ScheduledJob, work: Work, found: Found) -> None:
    """What was found when the job began stays as it was found."""
    job.found = found


async def classes_of_opinions(read: Read, job: ScheduledJob) -> Found:
    """The opinions and suggestions of last week by their class; those without one are to be classified."""
    asked = period_before(job)
    rule = asked.pack.stats.indicator(asked.pack.jobs[job.name].about or "")
    if rule is None or not rule.entry.by:
        return {}
    shown = (await groups_of(read, asked, asked.pack, rule))[0].ranked
    said, unrated = [], NOTHING
    for group in shown.groups:
        numbers = [row.number for row, _answer in await cases_of(read, asked, group.opens["numerator"])]
        if group.value == NONE:
            unrated = "、".join(numbers)
        else:
            said.append(f"{_zh(group.title)}（{len(numbers)}）：{'、'.join(numbers)}")
    return {
        "summary": _("Opinions and suggestions of {period}: {n}.", period=asked.span.title, n=shown.total).texts,
        "items": [item(group.title, group.figure.numerator, asked, group.opens["numerator"]) for group in shown.groups],
        "fields": {
            "period": asked.span.title["zh"],
            "total": shown.total,
            "classes": "\n".join(said) or NOTHING,
            "unclassified": unrated,
        },
    }


async def completed_records(read: Read, job: ScheduledJob) -> Found:
    """The cases that were closed in the month, with their results and callbacks: the package that is handed over."""
    asked = period_before(job)
    wanted = about(job, asked, "closed")
    rows = await cases_of(read, asked, wanted)
    answers = [answer for _row, answer in rows]
    items = [item(_("Completed cases"), len(rows), asked, wanted)]
    items += [
        item(words.ANSWERS[name], answers.count(name), asked, wanted.narrowed(answer=name))
        for name in months.ANSWERS
        if answers.count(name)
    ]
    return {
        "summary": _("Completed records of {period}: {n}.", period=asked.span.title, n=len(rows)).texts,
        "items": items,
        "fields": {"period": asked.span.title["zh"], "total": len(rows), "cases": lines(rows, asked)},
    }


async def state_of_the_register(read: Read, job: ScheduledJob) -> Found:
    """How the register of the month stands: what came in, what was done, what is open, late or not rated."""
    asked = period_before(job)
    received = Counting(asked.pack, RECEIVED)
    counted = {
        "entries": received,
        "handled": Counting(asked.pack, Count(of=(Counted.CASES_HANDLED,))),
        "closed": Counting(asked.pack, Count(of=(Counted.CASES_CLOSED,))),
        "open": received.narrowed(state="open"),
        "overdue": received.narrowed(state="overdue"),
        "limits_missed": Counting(asked.pack, Count(of=(Counted.LIMITS_MISSED,))),
    }
    numbers = dict(zip(counted, await totals_of(read, asked, list(counted.values())), strict=True))
    titles = {
        "entries": _("Entries of the month"),
        "handled": _("of them handled"),
        "closed": _("of them closed"),
        "open": _("Open at the end of the month"),
        "overdue": _("Overdue at the end of the month"),
        "limits_missed": _("Limits missed"),
    }
    return {
        "summary": _("The register of {period}: {n} entries.", period=asked.span.title, n=numbers["entries"]).texts,
        "items": [item(titles[name], n, asked, counted[name]) for name, n in numbers.items()],
        "fields": {"period": asked.span.title["zh"], **numbers},
    }


async def complaints_to_look_into(read: Read, job: ScheduledJob) -> Found:
    """A sample of the complaints that were handled in the month: how they were handled is looked into."""
    asked = period_before(job)
    wanted = about(job, asked, "handled")
    rows = await cases_of(read, asked, wanted)
    chosen = drawn(job.id, rows, max(AT_LEAST, ceil(len(rows) * FOLLOWED_UP / 100)))
    cases = [
        {"title": row.number, "value": words.ANSWERS[answer].texts, "url": f"/intake/cases/{row.number}"}
        for row, answer in chosen
    ]
    return {
        "summary": _(
            "{n} of {all} complaints handled in {period} are to be looked into.",
            **{"n": len(chosen), "all": len(rows), "period": asked.span.title},
        ).texts,
        "items": [item(_("Complaints handled in the month"), len(rows), asked, wanted), *cases],
        "fields": {
            "period": asked.span.title["zh"],
            "handled": len(rows),
            "sampled": len(chosen),
            "cases": lines(chosen, asked),
        },
    }


async def results_of_callbacks(read: Read, job: ScheduledJob) -> Found:
    """What customers said of the cases handled in the month, by kind and department."""
    asked = period_before(job)
    columns = [
        one for one in months.columns(dict(words.COUNTED), dict(words.ANSWERS)) if one.name.startswith("answer:")
    ]
    found = await months.table(read, asked, columns, "handled")
    table, total = found[:-1], found[-1] if found else None
    said = [f"{_zh(line.kind)}　{_zh(line.department)}：{_row(columns, line)}" for line in table]
    n = sum(number for number, _wanted in total.numbers) if total else 0
    items = [
        item(column.title, number, asked, wanted)
        for column, (number, wanted) in zip(columns, total.numbers if total else [], strict=bool(total))
    ]
    return {
        "summary": _("Callbacks of the {n} cases handled in {period}.", n=n, period=asked.span.title).texts,
        "items": items,
        "fields": {
            "period": asked.span.title["zh"],
            "total": n,
            "results": _row(columns, total) if total else NOTHING,
            "by_department": "\n".join(said) or NOTHING,
        },
    }


def _row(columns: list[months.Column], line: months.Line) -> str:
    return "，".join(f"{_zh(one.title)} {n}" for one, (n, _wanted) in zip(columns, line.numbers, strict=True))


def _zh(title: Any) -> str:
    return str(title["zh"]) if isinstance(title, dict) else str(getattr(title, "zh", title))


hears.job("classify_opinions", reads=classes_of_opinions)(freeze)
hears.job("hand_over", reads=completed_records)(freeze)
hears.job("check_register", reads=state_of_the_register)(freeze)
hears.job("follow_up_complaints", reads=complaints_to_look_into)(freeze)
hears.job("analyse_callbacks", reads=results_of_callbacks)(freeze)
