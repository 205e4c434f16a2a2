"""An answer sheet as a record: kept, sealed and given out, where its form says who has to read it."""

from __future__ import annotations

from closeloop.chassis.packs import Pack
from closeloop.chassis.records import keep_record, seal_record
from closeloop.chassis.work import Work
from closeloop.survey.filling import filled
from closeloop.survey.model import Survey
from closeloop.survey.sheets import Sheet


def keep_the_sheet(work: Work, survey: Survey, sheet: Sheet, pack: Pack) -> None:
    """Each department that has to know what was answered gets it; nothing where nobody has to."""
    name = survey.questionnaire.get("form") or ""
    form = pack.forms.get(name)
    if form is None or form.distribution is None:
        return
    known = {
        "survey.title": survey.title["zh"],
        "sheet.number": sheet.number,
        "sheet.area": sheet.area,
        "sheet.score": sheet.score,
    }
    record = keep_record(
        work,
        pack,
        name,
        {**filled(form, known), **(sheet.answers or {})},
        of=sheet.of,
        number=sheet.number,
        place=sheet.place or survey.place,
    )
    seal_record(work, record, pack, judging=[], opens=False)
