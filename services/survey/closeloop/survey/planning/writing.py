"""A plan as it is written down: after a survey of the procedure, or with questions of one's own."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.vocabulary import Text
from closeloop.survey.model import OWN, Survey
from closeloop.survey.planning.forms import PlanForm
from closeloop.survey.questionnaire import ITEMS, frozen


def from_the_pack(work: Work, form: PlanForm, pack: Pack, person: Person) -> Survey:
    """A survey that the procedure names: what the plan leaves out is said there."""
    rules = pack.survey.said
    if form.survey not in rules.surveys:
        raise Refused(_("This procedure has no survey of that name; it has: {known}.", known=", ".join(rules.surveys)))
    if form.questions or form.kinds:
        raise Refused(_("A survey of the procedure brings its own questions; leave them out, or plan one of your own."))
    rule = rules.surveys[form.survey]
    asked = pack.forms[rule.form]
    items = [name for name, field in asked.fields.items() if field.type in ITEMS]
    if strange := [name for name in form.items if name not in items]:
        raise Refused(
            _("The questionnaire has no item {item}; it has: {known}.", item=strange[0], known=", ".join(items))
        )
    approval = rule.plan.approval if rule.plan else None
    chosen = form.items or None
    return _survey(
        work,
        form,
        pack,
        person,
        name=form.survey,
        title=form.title or rule.title,
        purpose=form.purpose or rule.purpose,
        population=form.population or rule.population,
        questionnaire=frozen(asked, rules.scales, rule.formula, name=rule.form, items=chosen),
        goes_out=rule.goes_out.at if rule.goes_out else None,
        conditions=rule.goes_out.when.written if rule.goes_out else {},
        delay=str(rule.goes_out.delay) if rule.goes_out and rule.goes_out.delay else None,
        quantity=form.quantity or rule.quantity,
        desk=rule.desk,
        approvers=list(approval.signers) if approval else [],
        counted_in=rule.distribution.areas if rule.distribution else "place",
    )


def of_ones_own(work: Work, form: PlanForm, pack: Pack, person: Person) -> Survey:
    """Questions that somebody thought of: answered by scales of the procedure or of the plan, always approved."""
    if not (form.title and form.purpose and form.population and form.questions and form.approver):
        raise Refused(
            _("A survey of your own needs title, purpose, population, questions and the role that approves it.")
        )
    if form.approver not in pack.head.roles:
        raise Refused(_("There is no role {role} in this procedure.", role=form.approver))
    if strange := [kind for kind in form.kinds if kind not in pack.intake.kinds]:
        raise Refused(_("There is no kind of case {kind} in this procedure.", kind=strange[0]))
    known = {**pack.survey.said.scales, **form.scales}
    needed = {question.scale or "" for question in form.questions.values() if question.type == "scale"}
    if missing := sorted(needed - known.keys()):
        raise Refused(_("There is no scale {scale}; take one of {known}.", scale=missing[0], known=", ".join(known)))
    asked = Form(title=form.title, version="1", fields=form.questions, own_practice="Questions of one's own.")
    return _survey(
        work,
        form,
        pack,
        person,
        name=OWN,
        title=form.title,
        purpose=form.purpose,
        population=form.population,
        questionnaire=frozen(asked, known, "share_of_items"),
        goes_out="closed" if form.goes_out == "closed" else None,
        conditions={"kind": {"in": list(form.kinds)}} if form.kinds else {},
        quantity=form.quantity,
        desk=person.department or pack.head.desk,
        approvers=[form.approver],
        counted_in="named" if form.areas and form.goes_out == "by_plan" else "place",
    )


def _survey(
    work: Work,
    form: PlanForm,
    pack: Pack,
    person: Person,
    *,
    title: Text,
    purpose: Text | None,
    population: Text | None,
    **rest: Any,
) -> Survey:
    role = pack.head.roles.get(rest["desk"])
    return Survey(
        id=work.key,
        procedure=pack.id,
        procedure_version=pack.version,
        title=title.model_dump(),
        purpose=purpose.model_dump() if purpose else {},
        population=population.model_dump() if population else {},
        starts_on=form.starts_on,
        ends_on=form.ends_on,
        areas=_once([one.model_dump() for one in form.areas]),
        staff=list(dict.fromkeys(form.staff)),
        place=form.place or _only_place_of(person),
        author=person.id,
        planned_at=work.now,
        department=role.department if role else rest["desk"],
        **rest,
    )


def _once(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = [one["area"] for one in areas]
    if twice := [name for name in named if named.count(name) > 1]:
        raise Refused(_("The area {area} stands in the plan twice; add its forms up.", area=twice[0]))
    return areas


def _only_place_of(person: Person) -> str | None:
    """Whoever works at one place only plans for that place."""
    return next(iter(person.places)) if person.places is not None and len(person.places) == 1 else None
