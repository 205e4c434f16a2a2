"""The plan as a record: its form with what it says, signed by its author and whoever approved it, sealed at opening."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.packs import Pack
from closeloop.chassis.records import keep_record, seal_record, sign_record
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.survey.filling import filled
from closeloop.survey.model import Survey

PLAN = "plan"


def keep_the_plan(work: Work, survey: Survey, pack: Pack) -> None:
    """From here on the plan is carried out as it stands."""
    rule = survey.said_in(pack)
    if rule is None or rule.plan is None or rule.plan.form is None:
        return
    form = rule.plan.form
    known = {
        "survey.title": survey.title,
        "survey.purpose": survey.purpose,
        "survey.population": survey.population,
        "survey.areas": survey.areas,
        "survey.quantity": survey.quantity_of_all,
        "survey.starts_on": survey.starts_on.isoformat(),
        "survey.ends_on": survey.ends_on.isoformat() if survey.ends_on else None,
        "survey.staff": [{"person": login} for login in survey.staff],
        "survey.author": survey.author,
    }
    record = keep_record(
        work,
        pack,
        form,
        filled(pack.forms[form], known),
        of=PLAN,
        place=survey.place,
        department=survey.department,
    )
    signers = [(survey.changed_by or survey.author, survey.desk, survey.planned_at)]
    signers += [(one["by"], one["role"], datetime.fromisoformat(one["at"])) for one in survey.approvals]
    for signer, role, at in signers:
        sign_record(work, record, signer=signer, role=role, means=SignatureMeans.TYPED, at=at)
    seal_record(work, record, pack)
