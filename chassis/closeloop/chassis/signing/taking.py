"""Taking sign-offs: the same few steps for every thing that is signed."""

from __future__ import annotations

from collections.abc import Mapping

from closeloop.chassis.acting import acts
from closeloop.chassis.occasions import breached
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.signing.giving import SignOffForm, must_be_as_read, sign, turn_of
from closeloop.chassis.signing.hooks import SigningHook
from closeloop.chassis.signing.matter import Matter
from closeloop.chassis.store.sign_offs import Signing
from closeloop.chassis.store.tables import Occasion, Timer
from closeloop.chassis.work import Work

Desks = frozenset[str]


@acts
def give_sign_off(work: Work, hook: SigningHook, of: str, name: str, form: SignOffForm, desks: Desks) -> Signing:
    """Somebody puts their name to what lies before them, or says no; the service goes on from there."""
    lies = hook.lays_before(work, of)
    one = turn_of(work, lies, name, form, desks)
    must_be_as_read(lies, one, form)
    if form.fields and hook.writes is not None:
        hook.writes(work, of, form.fields)
    matter = hook.lays_before(work, of)
    judging = sign(work, matter, one, form)
    hook.signed(work, matter, one, judging)
    return one


@acts
def lay_before(work: Work, hook: SigningHook, identity: str) -> tuple[Signing, Matter]:
    """What a signer has to read; nothing is changed by it."""
    one = work.maybe(Signing, id=identity)
    if one is None:
        raise NotFound()
    return one, hook.lays_before(work, one.of)


def say_overdue(hooks: Mapping[str, SigningHook], timer: Timer, work: Work) -> None:
    """Whoever was to sign by now has not: that is said once, and they are still asked."""
    one = next((one for one in work.all(Signing) if one.turn == timer.of and one.waits), None)
    if one is not None and one.missed_at is None:
        one.missed_at = work.now
        open_ = {occasion.clause for occasion in work.all(Occasion, of=one.occasion, ended_at=None)}
        judging = breached([clause for clause in one.clauses if clause in open_], of=one.occasion)
        hook = hooks.get(one.of.partition(":")[0])
        if hook is not None and hook.judges is not None:
            hook.judges(work, judging)
        else:
            work.judge(judging)
