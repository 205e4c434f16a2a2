"""Tellings: who is told while a duty is handled, what waits for it, and who takes over when they are called."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, not_applicable, opened
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.refusals import Refused
from closeloop.contracts.dispatch import DutyStepped
from closeloop.contracts.procedure.telling import Telling
from closeloop.dispatch.model import title_of
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.stepping import open_step

CALLED, TELL = "called", "tell"
Desks = frozenset[str]


def look_at_tellings(on: Handling) -> None:
    """What is to be told is asked for from the moment at which it applies, and no longer than that."""
    judging: list[Judgement] = []
    for rule in tellings_of(on):
        duty, is_asked, applies = on.duty, rule.name in on.duty.asked_to_tell, _applies(on, rule)
        if applies and not is_asked and duty.is_open:
            duty.asked_to_tell = {**duty.asked_to_tell, rule.name: on.work.now.isoformat()}
            judging += opened(rule.clauses, of=_of(on, rule))
            _put_on_a_desk(on, rule)
        elif applies is False and is_asked and not duty.times_told(rule.name):
            duty.asked_to_tell = {name: at for name, at in duty.asked_to_tell.items() if name != rule.name}
            judging += not_applicable(rule.clauses, of=_of(on, rule))
            _off_the_desk(on, rule)
    on.work.judge(judging)


def refuse_untold(on: Handling, step: str) -> None:
    """Report first, then handle: a step that waits for a telling is refused until it was told."""
    for rule in tellings_of(on):
        if step in rule.entry.before and not on.duty.times_told(rule.name) and _applies(on, rule):
            words = {"step": title_of(step, on.steps), "what": rule.entry.title.model_dump()}
            raise Refused(_("“{step}” waits for this first: {what}.", **words), clause=next(iter(rule.clauses), None))


def take_over(on: Handling, desks: Desks) -> None:
    """Whoever was called carries the duty on, from accepting it; what was done so far is theirs to do once more."""
    duty = on.duty
    for rule in tellings_of(on):
        if not rule.entry.takes_over or rule.entry.to not in desks or not _waits(on, rule):
            continue
        before = set(duty.steps)
        duty.told = [*duty.told, said(on, rule, text="", how="spoken")]
        duty.go_back_to("accept", on.steps)
        duty.desk, duty.worker, duty.crew = rule.entry.to, None, []
        judging = answered(on, rule)
        for step in before - set(duty.steps) - {"accept"}:
            judging += open_step(on, step)
        on.learn()
        on.tell(DutyStepped, judging, step=rule.name, title=rule.entry.title, to=rule.entry.to)


def tellings_of(on: Handling) -> tuple[Rule[Telling], ...]:
    """Who is told while this duty is handled."""
    return on.pack.dispatch.tellings.get(on.duty.rule, ())


def said(on: Handling, rule: Rule[Telling], *, text: str, how: str) -> dict[str, str]:
    """One telling, as it stays with the duty."""
    by = on.work.by.id if on.work.by else ""
    return {"what": rule.name, "to": rule.entry.to, "at": on.work.now.isoformat(), "by": by, "how": how, "text": text}


def answered(on: Handling, rule: Rule[Telling]) -> list[Judgement]:
    """Told for the first time, it is kept; later ones are judged by their limit."""
    _off_the_desk(on, rule)
    is_first = rule.name in on.duty.asked_to_tell and len(on.duty.times_told(rule.name)) == 1
    return kept(rule.clauses, of=_of(on, rule)) if is_first else []


def _applies(on: Handling, rule: Rule[Telling]) -> bool | None:
    """Whether it is asked for; whoever has the duty already is not called."""
    has_it = rule.entry.takes_over and on.duty.desk == rule.entry.to
    return False if has_it else rule.applies(on.facts)


def _waits(on: Handling, rule: Rule[Telling]) -> bool:
    return rule.name in on.duty.asked_to_tell and not on.duty.times_told(rule.name)


def _put_on_a_desk(on: Handling, rule: Rule[Telling]) -> None:
    duty, title, calls = on.duty, rule.entry.title, rule.entry.takes_over
    on.work.task(
        desk=rule.entry.to if calls else duty.desk,
        person=None if calls else duty.worker,
        kind=CALLED if calls else TELL,
        of=_of(on, rule),
        title=(f"{duty.title['zh']}：{title.zh}", f"{duty.title['en']}: {title.en}"),
        url=duty.url,
        place=duty.place,
        audience=duty.audience,
        case=on.header,
    )


def _off_the_desk(on: Handling, rule: Rule[Telling]) -> None:
    on.work.done(CALLED if rule.entry.takes_over else TELL, of=_of(on, rule))


def _of(on: Handling, rule: Rule[Telling]) -> str:
    return f"{on.duty.of}:{rule.name}"
