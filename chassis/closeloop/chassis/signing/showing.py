"""Sign-offs as pages show them: the list, and what lies before one signer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.reading import MOST_AT_ONCE, Read
from closeloop.chassis.records.inputs import inputs
from closeloop.chassis.records.words import EMPTY, in_field
from closeloop.chassis.signing.giving import may_take
from closeloop.chassis.signing.lists import list_of
from closeloop.chassis.signing.matter import THE_CUSTOMER, Matter
from closeloop.chassis.store.sign_offs import Signing
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.vocabulary import SignatureMeans, label


def row(one: Signing, pack: Pack) -> dict[str, Any]:
    """A sign-off as lists say it."""
    return {
        "id": one.id,
        "title": one.title,
        "role": dict(THE_CUSTOMER) if one.role == CUSTOMER else pack.title_of(one.role).model_dump(),
        "decides": one.decides,
        "asked_at": one.asked_at,
        "due_at": one.due_at,
        "is_late": one.missed_at is not None,
        "url": one.url,
    }


async def names_under(read: Read, person: Person, *, key: str, of: str) -> list[dict[str, Any]]:
    """Whose names stand under a thing, and whose turn it is, for its page (`chassis/names.html`)."""
    found = await list_of(read, person, key=key, of=of, limit=MOST_AT_ONCE)
    shown = [one for one in found.items if not _gone(one)]
    return [{**_standing(one), "signer": one.signer, "instead": instead(one), "reason": one.reason} for one in shown]


def instead(one: Signing) -> str:
    """For whom it was given, where that was somebody else's to give."""
    absent = here.get().people.maybe(one.in_stead_of) if one.in_stead_of else None
    return absent.name if absent is not None else one.in_stead_of or ""


def _gone(one: Signing) -> bool:
    """Nobody was asked in the end."""
    return one.ended_at is not None and one.given_at is None


def _standing(one: Signing) -> dict[str, Any]:
    state, tone = _("waits"), "waiting"
    if one.voided_at is not None:
        state, tone = _("void"), "neutral"
    elif one.decision is False:
        state, tone = _("refused"), "bad"
    elif one.given_at is not None:
        state, tone = (_("approved") if one.decides else _("signed")), "good"
    elif one.missed_at is not None:
        state, tone = _("late"), "bad"
    return {"id": one.id, "title": one.title, "given_at": one.given_at, "state": state, "tone": tone}


def content_of(one: Signing, matter: Matter) -> list[tuple[Any, Any]]:
    """What lies before the signer, field by field."""
    rule = matter.rule(one.name)
    covers = one.covers if one.given_at else matter.covered(rule) if rule else []
    if matter.form is None:
        return [(matter.names.get(name, name), matter.content.get(name)) for name in covers]
    fields = matter.pack.forms[matter.form].fields
    ordered = [name for name in fields if name in (*covers, *_read_too(matter))]
    return [
        (fields[name].title.model_dump(), in_field(matter.pack, fields[name], matter.content.get(name)))
        for name in ordered
        if matter.content.get(name) not in EMPTY
    ]


def content_as_json(one: Signing, matter: Matter) -> Mapping[str, Any]:
    """What lies before the signer, for a program; a sign-off names the hash of it."""
    rule = matter.rule(one.name)
    covers = one.covers if one.given_at else matter.covered(rule) if rule else []
    content = {name: matter.content.get(name) for name in covers}
    return {"form": matter.form, "content": content, "content_hash": matter.hash_of(covers)}


def sheet(one: Signing, matter: Matter, person: Person, desks: frozenset[str]) -> dict[str, Any]:
    """What the page of a sign-off shows."""
    rule = matter.rule(one.name)
    entry = rule.entry if rule else None
    form = matter.pack.forms[matter.form] if matter.form else None
    means = label(SignatureMeans(one.means)).model_dump() if one.means else ""
    own = bool(entry and "author" in entry.barred and person.id in one.authors)
    ways = [SignatureMeans.TYPED, SignatureMeans.PAPER]
    if entry is not None and entry.may_refuse:
        ways.append(SignatureMeans.REFUSED)
    return {
        "sign_off": {**row(one, matter.pack), "given_at": one.given_at, "signer": one.signer, "means": means},
        "answer": one.decision,
        "reason": one.reason,
        "instead": instead(one),
        "opinion": one.opinion,
        "is_void": one.voided_at is not None,
        "is_over": one.ended_at is not None and one.given_at is None,
        "matter_title": dict(matter.title),
        "form_title": form.title.model_dump() if form else "",
        "content": content_of(one, matter),
        "hash": content_as_json(one, matter)["content_hash"],
        "fields": inputs(matter.pack, form, entry.fields, matter.content) if form and entry else [],
        "asks_opinion": entry.opinion if entry else False,
        "is_customers": one.is_customers,
        "ways": [
            (way.value, label(way).model_dump())
            for way in ways
            if entry is None or entry.may_refuse or way.value != "refused"
        ],
        "may_sign": one.waits and not own and may_take(one, matter.worker, person, desks),
        "is_own": own,
        "clauses": [(number, matter.pack.clauses[number].text.model_dump()) for number in one.clauses],
    }


def _read_too(matter: Matter) -> tuple[str, ...]:
    """Whoever signs a part reads the whole form."""
    return tuple(matter.content)
