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
from closeloop.chassis.work import Work
from closeloop.contracts.callback import ParameterSet


class ParameterForm(BaseModel):
    """What a parameter is from a day on."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    value: float = Field(ge=0, allow_inf_nan=False)
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
    if parameter.unit == "percent" and form.value > 100:
        raise Refused(_("A share lies between 0 and 100 percent."))
    since = datetime.combine(form.since, time(), HOME_ZONE)
    today = work.now.astimezone(HOME_ZONE).date()
    if form.since < today:
        raise Refused(_("A number is not changed for days that are over; let it hold from today or later."))
    value = f"{form.value:g}"
    told = work.publish(
        ParameterSet(
            procedure=pack.id,
            procedure_version=pack.version,
            name=name,
            value=value,
            valid_from=since,
            reason=form.reason,
        ),
        judging=kept(parameter.clauses, of="parameter"),
    )
    return keep_parameter(told, work)
