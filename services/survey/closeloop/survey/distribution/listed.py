"""The list of what went out and came back: filled by the survey, signed by whoever closes it, sealed."""

from __future__ import annotations

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.records import keep_record, seal_record, sign_record
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.survey.distribution.model import Area, Movement
from closeloop.survey.filling import filled
from closeloop.survey.model import Survey

LIST = "list"


def keep_the_list(work: Work, survey: Survey, pack: Pack, person: Person) -> None:
    """The list as the procedure asks for it; nothing where it asks for none."""
    rule = survey.said_in(pack)
    form = rule.distribution.form if rule and rule.distribution else None
    if form is None:
        return
    known = {
        "survey.title": survey.title,
        "survey.movements": [_moved(one) for one in work.all(Movement)],
        "survey.returns": [_returned(one) for one in work.all(Area)],
    }
    record = keep_record(
        work,
        pack,
        form,
        filled(pack.forms[form], known),
        of=LIST,
        place=survey.place,
        department=survey.department,
    )
    sign_record(work, record, signer=person.name, role=survey.desk, means=SignatureMeans.TYPED)
    seal_record(work, record, pack)


def _moved(movement: Movement) -> dict[str, object]:
    return {
        "day": movement.day.isoformat(),
        "area": movement.area,
        "handed_out": movement.handed_out,
        "collected": movement.brought_back,
        "person": movement.by,
    }


def _returned(area: Area) -> dict[str, object]:
    return {
        "area": area.name,
        "distributed": area.distributed,
        "returned": area.returned,
        "rate": area.rate,
        "reason": area.reason,
    }
