"""What an answer sheet opens: a case for the whole sheet, or for each item, as its form says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from closeloop.chassis.conditions import Condition
from closeloop.chassis.packs import Pack
from closeloop.chassis.records.opening import bring
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.form import Form
from closeloop.survey.model import Survey
from closeloop.survey.questionnaire import counts_of, full_points_of, items_of, steps_of
from closeloop.survey.sheets import Sheet


def bring_what_displeased(work: Work, survey: Survey, sheet: Sheet, pack: Pack) -> None:
    """The cases that the answers open; nothing where the questionnaire opens none."""
    name = survey.questionnaire.get("form") or ""
    form = pack.forms.get(name)
    if form is None or not form.opens or sheet.answers is None:
        return
    items = list(_items(survey, sheet))
    known = {**_of_the_sheet(survey, sheet, form), "items": items}
    columns = {"survey": survey.title["zh"], "survey_desk": survey.desk}
    for rule, opens in form.opens.items():
        when = Condition(opens.when.written)
        each = [{**known, **item} for item in items] if opens.each == "item" else [known]
        for facts in each:
            if not when.decide(facts):
                continue
            said = {**columns, **facts, **(_in_words(survey, facts) if opens.each == "item" else {})}
            brought = bring(
                work,
                pack,
                name,
                rule,
                sheet.answers,
                said,
                record=sheet.id,
                place=sheet.place or survey.place,
                content=_content(survey, facts if opens.each == "item" else None, sheet),
            )
            sheet.cases = [*sheet.cases, brought.case_id]


def _of_the_sheet(survey: Survey, sheet: Sheet, form: Form) -> dict[str, Any]:
    """What a condition may ask about the whole sheet."""
    answers = sheet.answers or {}
    told: dict[str, Any] = {
        name: answers[name]
        for name, field in form.fields.items()
        if name in answers and (not field.personal or field.type == "long_text")
    }
    told |= {"dissatisfied": sheet.dissatisfied, "unanswered": sheet.unanswered}
    if sheet.score is not None:
        full = full_points_of(survey.questionnaire)
        told |= {"total": sheet.score, **({"percent": round(100 * sheet.score / full, 2)} if full else {})}
    return told


def _items(survey: Survey, sheet: Sheet) -> Iterator[dict[str, Any]]:
    """Each item: what was answered, as what it counts, what it is about; serious only where somebody says so."""
    answers, counts = sheet.answers or {}, counts_of(survey.questionnaire, sheet.answers or {})
    topics = {name: one["topic"] for one in survey.questionnaire["sections"] for name in one["fields"]}
    for name in items_of(survey.questionnaire):
        item = {"item": name, "topic": topics.get(name), "answer": answers.get(name), "counts": counts.get(name)}
        serious = {"said_serious": name in sheet.serious} if sheet.entered_by else {}
        yield {one: value for one, value in {**item, **serious}.items() if value is not None}


def _in_words(survey: Survey, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The item and its answer as people read them."""
    field = survey.questionnaire["fields"][facts["item"]]
    answer = facts.get("answer")
    if field["type"] == "scale" and answer is not None:
        answer = steps_of(survey.questionnaire, field)[answer]["title"]["zh"]
    return {"item": field["title"]["zh"], **({"answer": str(answer)} if answer is not None else {})}


def _content(survey: Survey, facts: Mapping[str, Any] | None, sheet: Sheet) -> str:
    title = survey.title["zh"]
    if facts is not None:
        said = _in_words(survey, facts)
        return f"{title}：{said['item']}——{said.get('answer', '未答')}"
    return f"{title}：得分 {sheet.score:g}" if sheet.score is not None else f"{title}：{sheet.number}"
