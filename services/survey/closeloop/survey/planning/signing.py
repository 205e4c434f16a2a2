"""The plan as it lies before whoever approves it, and what follows from their yes or no."""

from __future__ import annotations

from closeloop.chassis.conditions import Condition
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.signing import Matter, Signing, SigningHook, ask_to_sign, is_given
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.survey import SurveyApproved
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey.desk import about, put_on_the_desk
from closeloop.survey.model import Survey

PLAN, APPROVAL, OPEN = "plan", "approval", "open"
NAMES = {
    "title": _("Title"),
    "purpose": _("Purpose"),
    "population": _("Who is asked"),
    "quantity": _("Number of sheets"),
    "areas": _("Areas with their number of forms"),
    "staff": _("Staff"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "questions": _("Questions"),
}


def plan_before(work: Work, of: str) -> Matter:
    """What a signer reads: the plan of this survey."""
    survey = work.one(Survey)
    return matter_of(survey, work.pack(survey.procedure, survey.procedure_version))


def matter_of(survey: Survey, pack: Pack) -> Matter:
    """The plan in words; its hash names everything that is approved, also what the plan leaves open."""
    questions = [field["title"] for field in survey.questionnaire["fields"].values()]
    return Matter(
        pack=pack,
        of=PLAN,
        rules=_rules(survey, pack),
        title=survey.title,
        url=survey.url,
        desk=survey.desk,
        content={
            "title": survey.title,
            "purpose": survey.purpose,
            "population": survey.population,
            "areas": ", ".join(f"{one['area']} {one['quantity']}" for one in survey.areas),
            "quantity": survey.quantity_of_all,
            "starts_on": survey.starts_on,
            "ends_on": survey.ends_on,
            "staff": ", ".join(survey.staff),
            "questions": {lang: " · ".join(one[lang] for one in questions) for lang in ("zh", "en")},
        },
        facts={},
        past=frozenset({"planned", "finished"}),
        ends_with=OPEN,
        about={"procedure": survey.procedure, "version": survey.procedure_version, "plan": survey.plan_hash},
        names=NAMES,
        place=survey.place,
    )


def ask_for_approval(work: Work, survey: Survey, pack: Pack) -> list[Judgement]:
    """Whoever approves the plan as it stands now is asked, once more where it was changed."""
    authors = [login for login in (survey.author, survey.changed_by) if login]
    judging = ask_to_sign(work, matter_of(survey, pack), authors=authors)
    note(work, survey)
    return judging


def go_on(work: Work, matter: Matter, one: Signing, judging: list[Judgement]) -> None:
    """A yes of everybody who is needed lets the survey open; a no goes back to its desk with the reason."""
    survey = work.one(Survey)
    if one.decision is False:
        survey.state, survey.sent_back = SurveyState.PLANNED, one.reason
        work.judge(judging)
    else:
        if all(is_given(work, matter, rule) for rule in matter.rules):
            survey.state, survey.sent_back = SurveyState.APPROVED, None
        told = SurveyApproved(
            **about(survey), approved_by=one.given_by or "", role=one.role, plan_hash=survey.plan_hash
        )
        work.publish(told, judging=judging)
    judged = ask_to_sign(work, matter, authors=[])
    work.judge(judged)
    note(work, survey)
    put_on_the_desk(work, survey)


def note(work: Work, survey: Survey) -> None:
    """Who is waited for, and who said yes to the plan as it stands."""
    turns = work.all(Signing, of=PLAN)
    survey.awaited = [one.role for one in turns if one.waits]
    survey.approvals = [
        {"role": one.role, "by": one.given_by, "at": one.given_at.isoformat()}
        for one in turns
        if one.stands and one.given_at is not None
    ]


def _rules(survey: Survey, pack: Pack) -> tuple[Rule[SignOff], ...]:
    said = survey.said_in(pack)
    entry = said.plan.approval if said and said.plan else None
    if entry is None and survey.approvers:
        entry = SignOff(by=tuple(survey.approvers), decides=True, own_practice="Questions of one's own are approved.")
    if entry is None:
        return ()
    waits = entry if entry.before else entry.model_copy(update={"before": OPEN})
    return (Rule(APPROVAL, waits, Condition(entry.when.written)),)


HOOK = SigningHook(plan_before, go_on)
