"""How a case moves through the loop: told with its sequence, handled once more, closed, opened again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages.pages import TABS
from closeloop.chassis.store.tables import Occasion, Task
from closeloop.chassis.work import Refused, Work
from closeloop.contracts.event import Event
from closeloop.contracts.intake import CaseClosed, CaseReopened, RoundOpened
from closeloop.contracts.vocabulary import CaseStatus
from closeloop.intake.columns import Columns, beside
from closeloop.intake.customers.knowing import profile_goes_on, profile_is_complete
from closeloop.intake.customers.model import PROFILE
from closeloop.intake.model import SETTLED, Case, Mark, customer, facts_of, header, standing
from closeloop.intake.raising import lift_with_the_round

MANY_ROUNDS = "many_rounds"


def settle(work: Work, case: Case) -> None:
    """What the marks of this round mean for an open case: another round, closing, or where it stands."""
    pack = work.pack(case.procedure, case.procedure_version)
    marks = standing(work.all(Mark), case.round)
    if pack.intake.needs_another_round({**case.facets, **marks}):
        go_another_round(work, case, pack, marks)
    elif pack.intake.may_be_closed({**case.facets, **marks}) and is_settled(work, marks):
        close(work, case)
    else:
        case.stand(marks)


def settle_again(work: Work, case: Case) -> None:
    """A late fact about a closed case: it is opened again where the rule by which it was closed no longer holds."""
    pack = work.pack(case.procedure, case.procedure_version)
    marks = standing(work.all(Mark), case.round)
    if pack.intake.needs_another_round({**case.facets, **marks}):
        reason = reason_of(pack, case.facets, marks)
        reopen(work, case, _opinion(work, case, reason) or reason)
    elif not pack.intake.may_be_closed({**case.facets, **marks}):
        lifted = next((mark for mark in reversed(work.all(Mark, round=case.round)) if not mark.is_set), None)
        if lifted is not None:
            reopen(work, case, lifted.reason or lifted.mark)


def go_another_round(work: Work, case: Case, pack: Pack, marks: Mapping[str, bool]) -> None:
    """Somebody was not satisfied, or something stayed unsolved: the case is handled once more."""
    reason = reason_of(pack, case.facets, marks)
    opinion = _opinion(work, case, reason)
    case.go_another_round()
    rounds = pack.intake.rounds
    judged = kept(rounds.clauses if rounds else (), of=f"round:{case.round}")
    judged += lift_with_the_round(work, case, pack)
    tell(work, case, RoundOpened(case=header(case), number=case.round, reason=reason, opinion=opinion), judged)
    if rounds and rounds.warn and rounds.warn_after and case.round > rounds.warn_after:
        zh = f"{case.number} 已进入第 {case.round} 轮，请关注"
        ask(
            work, case, rounds.warn, MANY_ROUNDS, f"round:{case.round}", (zh, f"{case.number} is in round {case.round}")
        )


def close(work: Work, case: Case, *, reason: str | None = None) -> None:
    """The case is closed: by the rule of the procedure, or by a person with a reason."""
    pack = work.pack(case.procedure, case.procedure_version)
    marks = standing(work.all(Mark), case.round)
    case.close(work.now)
    closed = CaseClosed(
        case=header(case),
        marks=tuple(name for name, is_set in marks.items() if is_set),
        how="person" if reason else "rule",
        reason=reason,
        rounds=case.round,
        received_at=case.received_at,
        customer=customer(case),
    )
    clauses = () if reason else pack.intake.said.closes_when.clauses
    tell(work, case, closed, kept(clauses, of="case") + profile_is_complete(work, case))
    take_off_the_desks(work, case)


def reopen(work: Work, case: Case, reason: str) -> None:
    """A closed case is open again and goes another round."""
    case.go_another_round()
    pack = work.pack(case.procedure, case.procedure_version)
    judged = lift_with_the_round(work, case, pack) + profile_goes_on(work, case, pack)
    tell(work, case, CaseReopened(case=header(case), reason=reason), judged)


def is_settled(work: Work, marks: Mapping[str, bool]) -> bool:
    """Whether no occasion of the case is open, here or with a service that says so."""
    return marks.get(SETTLED, True) and not open_clauses(work)


def open_clauses(work: Work) -> list[str]:
    """The clauses of the case that are still open here; that of its profile ends with the case."""
    open_ = (occasion for occasion in work.all(Occasion) if occasion.ended_at is None)
    return sorted({occasion.clause for occasion in open_ if occasion.of != PROFILE})


def must_be_settled(work: Work, case: Case, pack: Pack) -> None:
    """Nobody closes a case with an open occasion, whatever the reason."""
    clauses, at_work = open_clauses(work), still_at_work(work, case, pack)
    elsewhere = [title for service, title in TABS if service in at_work]
    if clauses or at_work:
        zh = "、".join([*clauses, *(title["zh"] for title in elsewhere)])
        en = ", ".join([*clauses, *(title["en"] for title in elsewhere)])
        raise Refused(
            _(
                "Case {number} cannot be closed while something is open: {what}.",
                number=case.number,
                what={"zh": zh, "en": en},
            ),
            clause=next(iter(clauses), None),
        )


def still_at_work(work: Work, case: Case, pack: Pack) -> set[str]:
    """The services that said that something is open, or whose word about this round is still to come."""
    marks = work.all(Mark, round=case.round)
    services = {mark.publisher for mark in marks if mark.mark == SETTLED and not mark.is_set}
    stands = standing(marks, case.round)
    duties = pack.dispatch.duties_for(facts_of(case, pack)) if case.assessed_at else ()
    if any(not stands.get(mark) for duty in duties for mark in duty.entry.marks):
        services.add("dispatch")
    columns = work.maybe(Columns, key=beside(case.id))
    if columns is not None and columns.is_to_be_asked:
        services.add("callback")
    return services


def reason_of(pack: Pack, facets: Mapping[str, str], marks: Mapping[str, bool]) -> str:
    """The facet or mark that opens another round: the one without which there would be none."""
    said = {**facets, **marks}
    for name, value in said.items():
        others = {other: one for other, one in said.items() if other != name}
        if value and not pack.intake.needs_another_round(others):
            return name
    return next((name for name, is_set in marks.items() if is_set), "")


def tell(work: Work, case: Case, event: Event, judging: Iterable[Judgement] = ()) -> None:
    """Publish something about a case, which then knows the sequence of its latest event."""
    case.sequence = work.publish(event, judging=judging).sequence


def ask(work: Work, case: Case, desk: str, kind: str, of: str, title: tuple[str, str], **more: object) -> None:
    """Put something about a case on a desk."""
    url = f"/intake/cases/{case.number}"
    work.task(
        desk=desk,
        kind=kind,
        of=of,
        title=title,
        url=url,
        place=case.place,
        audience=case.audience,
        case=header(case),
        **more,  # type: ignore[arg-type]
    )
    case.sequence += 1


def take_off_the_desks(work: Work, case: Case, kind: str | None = None, of: str | None = None) -> None:
    """What lay on desks for this case is done, or no longer needed."""
    for task in work.all(Task, closed_at=None):
        if kind in (None, task.kind) and of in (None, task.of):
            work.done(task.kind, task.of)
            case.sequence += 1


def _opinion(work: Work, case: Case, mark: str) -> str | None:
    said = (told.reason for told in work.all(Mark, round=case.round, mark=mark))
    return next((reason for reason in said if reason), None)


def is_closed(case: Case) -> bool:
    """Whether nothing is open any more."""
    return case.status is CaseStatus.CLOSED
