"""Alarms as people and machines read them: what was raised, by which figures, and the cases behind each."""

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.rows import table_of
from closeloop.stats.alarms import RaisedAlarm
from closeloop.stats.asking import Asked, Question
from closeloop.stats.grouping import title_of
from closeloop.stats.periods import read_period
from closeloop.stats.words import number_in

router = APIRouter()


async def alarms_in(read: Read, asked: Asked) -> list[RaisedAlarm]:
    """The alarms of every period that begins in this one, the latest first, the withdrawn ones too."""
    table = table_of(RaisedAlarm)
    names = [pack.id for pack in asked.packs]
    found = sa.select(table).where(table.c.procedure.in_(names)).order_by(table.c.raised_at.desc(), table.c.id)
    alarms = await read.rows(RaisedAlarm, found)
    begins = {one.period: read_period(one.period, asked.span.zone).start for one in alarms}
    return [one for one in alarms if asked.span.start <= begins[one.period] < asked.span.end]


@router.get("/api/stats/alarms", tags=["stats"])
async def list_alarms(asked: Question, read: Reading) -> list[dict[str, Any]]:
    """What was raised in a period, each figure with the address of its cases."""
    return [_told(one) for one in await alarms_in(read, asked)]


@router.get("/stats/alarms", name="alarms", include_in_schema=False)
async def alarms(asked: Question, read: Reading, page: CurrentPage) -> Response:
    """What nobody may overlook."""
    shown = [_told(one) for one in await alarms_in(read, asked)]
    return page.show("alarms", asked=asked, alarms=shown, number_in=number_in)


def _told(alarm: RaisedAlarm) -> dict[str, Any]:
    pack = here.get().procedures.pack(alarm.procedure, alarm.version)
    zone = here.get().people.calendar(None).zone
    rule = next(one for one in pack.stats.alarms if one.name == alarm.alarm)
    by, _colon, value = alarm.watched.partition(":")
    return {
        "id": alarm.id,
        "alarm": alarm.alarm,
        "procedure": alarm.procedure,
        "title": rule.entry.title.model_dump(),
        "indicator": alarm.indicator,
        "indicator_title": pack.stats.said.indicators[alarm.indicator].title.model_dump(),
        "unit": pack.stats.said.indicators[alarm.indicator].unit,
        "group": alarm.watched or None,
        "group_title": _in_both(title_of(pack, by, value)) if by else None,
        "period": alarm.period,
        "raised_at": alarm.raised_at,
        "late": alarm.late,
        "withdrawn_at": alarm.withdrawn_at,
        "clauses": list(rule.clauses),
        "figures": [
            {
                "period": period,
                "title": read_period(period, zone).title,
                "figure": figure,
                "cases": f"/stats/cases?{urlencode(_cases(alarm, pack, period))}",
            }
            for period, figure in zip(alarm.periods, alarm.figures, strict=True)
        ],
    }


def _cases(alarm: RaisedAlarm, pack: Pack, period: str) -> dict[str, str]:
    group = {"group": alarm.watched} if alarm.watched else {}
    said = {"procedure": pack.id, "period": period, "indicator": alarm.indicator, "part": "numerator"}
    return {**said, **group}


def _in_both(title: Any) -> Any:
    return title.texts if hasattr(title, "texts") else title
