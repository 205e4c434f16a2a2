"""Who may look at customers, open their profiles, and put them on a list or take them off."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.rights import may_register, may_use


def may_open(person: Person, pack: Pack, said: Customers) -> bool:
    """Whether this person opens the profiles of a list, and writes in them."""
    desks = [*said.read_by, *([said.kept_by] if said.kept_by else [])]
    return any(may_use(person, pack, desk) for desk in desks) if desks else may_register(person, pack)


def may_keep(person: Person, pack: Pack, said: Customers) -> bool:
    """Whether this person puts customers on a list and takes them off it."""
    return said.kept_by is not None and may_use(person, pack, said.kept_by)


def may_take_apart(person: Person, pack: Pack, said: Customers) -> bool:
    """Whether this person takes apart who was taken as one: whoever keeps the list, or decided it."""
    decided = said.merging.signers if said.merging else ()
    return may_keep(person, pack, said) or any(may_use(person, pack, desk) for desk in decided)


def may_look(person: Person, pack: Pack, said: Customers) -> bool:
    """Whether this person sees who is on a list."""
    return may_open(person, pack, said) or may_register(person, pack)


def must(allowed: bool, pack: Pack, said: Customers, *, keeps: bool = False) -> None:
    """Refuses with the desks that may."""
    if allowed:
        return
    desks = [said.kept_by] if keeps and said.kept_by else [*said.read_by, *([said.kept_by] if said.kept_by else [])]
    titles = [pack.title_of(desk) for desk in desks] or [pack.title_of(pack.head.desk)]
    words = {"zh": "、".join(one.zh for one in titles), "en": ", ".join(one.en for one in titles)}
    raise Forbidden(_("This is for {desks}.", desks=words), next(iter(said.clauses), None))
