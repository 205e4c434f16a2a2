"""Accounts of a pack: postings move between holders that exist, by rows that their forms have, and what clears can."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Accounts, Dispatch, Form
from closeloop.contracts.procedure.accounts import Account, Posting
from closeloop.contracts.procedure.head import Head
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.procedure.step import step_at

AMOUNTS = ("money", "number")


def check_accounts(source: Source) -> Iterator[Fault]:
    """Names that stand nowhere, rows that a form does not have, holders that nobody uses."""
    accounts, dispatch = source.parts.get("accounts"), source.parts["dispatch"]
    if not isinstance(accounts, Accounts) or not isinstance(dispatch, Dispatch):
        return
    for name, account in accounts.accounts.items():
        place: Where = ("accounts", name)
        used = {holder for rule in account.postings.values() for holder in (rule.from_, rule.to)}
        for holder in account.holders:
            if holder not in used:
                sentence = f"Nothing is posted to or from {holder}: add a posting, or remove it."
                yield source.fault("accounts", (*place, "holders", holder), sentence)
        yield from _clearings(source, place, account, dispatch)
        for called, rule in account.postings.items():
            yield from _posting(source, (*place, "postings", called), account, rule, dispatch)


def _clearings(source: Source, place: Where, account: Account, dispatch: Dispatch) -> Iterator[Fault]:
    for name, holder in account.holders.items():
        clears, at = holder.clears, (*place, "holders", name, "clears")
        if clears is None:
            continue
        if holder.is_ == "outside":
            yield source.fault("accounts", at, f"{name} is outside and has no balance that could be cleared.")
        if clears.duty is not None and clears.before is not None:
            yield from known(source, "accounts", (*at, "duty"), "duty", clears.duty, dispatch.duties)
            if (duty := dispatch.duties.get(clears.duty)) is not None:
                step = step_at(clears.before)
                yield from known(source, "accounts", (*at, "before"), "step", step, duty.steps)
        ways_out = [rule for rule in account.postings.values() if rule.from_ == name]
        if not ways_out:
            sentence = f"{name} is to be cleared, but nothing is posted from it: add a posting from {name}."
            yield source.fault("accounts", at, sentence)


def _posting(source: Source, place: Where, account: Account, rule: Posting, dispatch: Dispatch) -> Iterator[Fault]:
    for key, holder in (("from", rule.from_), ("to", rule.to)):
        yield from known(source, "accounts", (*place, key), "holder", holder, account.holders)
    if rule.form is not None:
        yield from _rows(source, (*place, "rows"), account, rule.form, rule.rows)
    if rule.at is not None:
        called, _, moment = rule.at.partition(".")
        yield from known(source, "accounts", (*place, "at"), "duty", called, dispatch.duties)
        if (duty := dispatch.duties.get(called)) is not None:
            yield from known(source, "accounts", (*place, "at"), "step", step_at(moment), duty.steps)
            yield from _rows(source, (*place, "rows"), account, duty.form, rule.rows)
        giver = account.holders.get(rule.from_)
        if giver is not None and giver.is_ == "inside":
            sentence = (
                f"{rule.from_} may not have it when it posts itself: let it come from outside, or let somebody post."
            )
            yield source.fault("accounts", (*place, "at"), sentence)
    for name, against in rule.against.items():
        at = (*place, "against", name)
        if rule.case != "required":
            yield source.fault("accounts", at, "It is held against the same case: write case: required.")
        yield from known(source, "accounts", (*at, "posting"), "posting", against.postings, account.postings)
        if against.form is not None:
            if all(duty.form != against.form for duty in dispatch.duties.values()):
                sentence = f"No duty is carried on {against.form}, so nothing could ever be posted: name another form."
                yield source.fault("accounts", (*at, "form"), sentence)
            yield from _rows(source, (*at, "rows"), account, against.form, against.rows or rule.rows)
        head = source.parts["procedure"]
        assert isinstance(head, Head)
        desks = (CUSTOMER, *head.departments, *head.roles)
        yield from known(source, "accounts", (*at, "signed_by"), "desk", against.signed_by, desks)


def _rows(source: Source, place: Where, account: Account, called: str, rows: str) -> Iterator[Fault]:
    form = source.folded("forms").get(called)
    if not isinstance(form, Form):
        return
    yield from known(source, "accounts", place, "field", rows, form.fields)
    field = form.fields.get(rows)
    if field is None:
        return
    if field.type == "rows":
        for column in (*account.items, account.counted_in):
            if column not in field.columns:
                sentence = f"The rows {rows} of {called} have no column {column}: add it, or name it in the account."
                yield source.fault("accounts", place, sentence)
    elif account.items or field.type not in AMOUNTS:
        sentence = f"{rows} of {called} says no items: let it be rows with the columns of the account."
        yield source.fault("accounts", place, sentence)
