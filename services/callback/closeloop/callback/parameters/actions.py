"""What the role does to which a procedure leaves a number: it sets it from a day on, with a reason."""

from __future__ import annotations

from datetime import date, datetime, time

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.occasions import kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.parameters import ParameterValue, keep_parameter
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.schedules.planning import plan_interval
from closeloop.chassis.work import Work
from closeloop.contracts.callback import ParameterSet
from closeloop.contracts.procedure.entry import Period
from closeloop.contracts.procedure.head import Parameter


class ParameterForm(BaseModel):
    """What a parameter is from a day on."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    value: float | None = Field(None, ge=0, allow_inf_nan=False)
    every: Period | None = None
    """How often, where it is a period."""
    place: str = Field("", max_length=60)
    """Whose it is, where each place has its own."""
    since: date = Field(alias="from")
    reason: str = Field(min_length=2, max_length=1_000)


@acts
def set_parameter(work: Work, name: str, form: ParameterForm, pack: Pack) -> ParameterValue:
    """From that day on the procedure works by this number; what was before stays on record."""
    parameter, person = pack.head.parameters.get(name), work.by
    assert person is not None
    if parameter is None or parameter.unit == "length":
        raise NotFound()
    clause = parameter.clauses[0] if parameter.clauses else None
    if parameter.set_by is None:
        raise Refused(_("The procedure itself gives this number; a new version of it changes it."), clause)
    if not person.may(parameter.set_by):
        role = pack.title_of(parameter.set_by).model_dump()
        raise Refused(_("This number is set by {role} only.", role=role), clause)
    value = _value_of(form, parameter)
    if parameter.each == "place" and (not form.place or not person.at(form.place)):
        raise Refused(_("Each place sets its own. Name a place where you work."), clause)
    since = datetime.combine(form.since, time(), HOME_ZONE)
    today = work.now.astimezone(HOME_ZONE).date()
    if form.since < today:
        raise Refused(_("A number is not changed for days that are over; let it hold from today or later."))
    told = work.publish(
        ParameterSet(
            procedure=pack.id,
            procedure_version=pack.version,
            name=name,
            value=value,
            valid_from=since,
            reason=form.reason,
            place=form.place if parameter.each == "place" else None,
        ),
        judging=kept(parameter.clauses, of="parameter"),
    )
    plan_interval(work, pack, told)
    return keep_parameter(told, work)


def _value_of(form: ParameterForm, parameter: Parameter) -> str:
    if parameter.unit == "period":
        if form.every is None:
            raise Refused(_("Say how often: week, month, quarter, half_year or year."))
        return form.every
    if form.value is None:
        raise Refused(_("Say the number."))
    if parameter.unit == "percent" and form.value > 100:
        raise Refused(_("A share lies between 0 and 100 percent."))
    return f"{form.value:g}"
