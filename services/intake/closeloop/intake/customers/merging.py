"""Two customers turn out to be one: somebody asks, whoever the procedure names says yes, and it can be taken back.

Nothing is moved: the one that goes into the other keeps its cases and what they say, and is shown with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.conditions import Condition
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.rows import keeps
from closeloop.chassis.signing import Matter, Signing, SigningHook, ask_to_sign, is_given
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.customers.forms import MergeForm, StrikingOffForm
from closeloop.intake.customers.handlers import tell
from closeloop.intake.customers.model import Customer

MERGE, APPROVAL, ACT = "merge", "approval", "merged"
NAMES = {
    "customer": _("Who goes into the other"),
    "into": _("Who stays"),
    "reason": _("Why they are the same"),
}


@keeps("merges", key="key", under="customer:")
class Merge:
    """Two customers are to be one, are one, or were taken apart again."""

    id: str
    key: str
    number: int
    customer_id: str
    same_as: str
    content: dict[str, Any]
    """What lies before whoever decides."""
    asked_by: str
    asked_at: datetime
    merged_at: datetime | None = None
    ended_at: datetime | None = None
    """When somebody said no, or they were taken apart."""
    ended_by: str | None = None
    ended_for: str | None = None

    @property
    def of(self) -> str:
        """What its sign-off and task hang on."""
        return f"{MERGE}:{self.number}"


@acts
def ask_to_merge(work: Work, other: Customer, form: MergeForm) -> Merge:
    """Whoever the procedure names is asked whether this customer is the same as another one of the list."""
    customer, pack, said = _on_the_list(work)
    if said.merging is None:
        raise Refused(_("The procedure does not say who decides that two customers are one: nobody takes them as one."))
    if customer.merged_into is not None or any(one.ended_at is None for one in work.all(Merge)):
        raise Refused(_("{name} is taken as another customer already, or somebody was asked.", name=called(customer)))
    if other.id == customer.id or (other.procedure, other.list_name) != (customer.procedure, customer.list_name):
        raise Refused(_("Choose another customer of the same list."))
    if other.merged_into is not None or other.struck_off_at is not None:
        raise Refused(_("{name} does not stand on the list: choose who does.", name=called(other)))
    assert work.by is not None
    merge = Merge(
        id=work.new_id(),
        key=work.key,
        number=len(work.all(Merge)) + 1,
        customer_id=customer.id,
        same_as=other.id,
        content={"customer": described(customer), "into": described(other), "reason": form.reason},
        asked_by=work.by.id,
        asked_at=work.now,
    )
    work.add(merge)
    work.judge(ask_to_sign(work, _matter_of(merge, customer, pack, said)))
    return merge


@acts
def take_apart(work: Work, form: StrikingOffForm) -> Merge:
    """It was a mistake: both stand on the list again, each with its own cases."""
    customer, _pack, _said = _on_the_list(work)
    merge = next((one for one in work.all(Merge) if one.merged_at is not None and one.ended_at is None), None)
    if merge is None:
        raise Refused(_("{name} stands by itself.", name=called(customer)))
    merge.ended_at, merge.ended_for = work.now, form.reason
    merge.ended_by = work.by.id if work.by else None
    customer.merged_into = None
    tell(work, customer)
    return merge


def called(customer: Customer) -> str:
    """What somebody is called; else how they are reached."""
    return customer.name or customer.phone or customer.email or customer.id


def described(customer: Customer) -> str:
    """Somebody as they stand on the list, in one line."""
    known = (customer.name, customer.phone, customer.email, customer.address)
    return " · ".join(one for one in known if one) or customer.id


def _on_the_list(work: Work) -> tuple[Customer, Pack, Customers]:
    customer = work.one(Customer)
    customer.must_be_on_the_list()
    pack = work.pack(customer.procedure, customer.procedure_version)
    return customer, pack, pack.intake.said.customers[customer.list_name]


def _matter_of(merge: Merge, customer: Customer, pack: Pack, said: Customers) -> Matter:
    assert said.merging is not None
    entry = said.merging if said.merging.before else said.merging.model_copy(update={"before": ACT})
    return Matter(
        pack=pack,
        of=merge.of,
        rules=(Rule(APPROVAL, entry, Condition(entry.when.written)),),
        title={"zh": f"合并客户：{called(customer)}", "en": f"Take customers as one: {called(customer)}"},
        url=f"/intake/customers/{customer.id}",
        desk=said.kept_by or pack.head.desk,
        content=merge.content,
        facts={},
        past=frozenset({"finished"}),
        ends_with=ACT,
        about={"procedure": customer.procedure, "customer": customer.id, "into": merge.same_as},
        names=NAMES,
    )


def _lies_before(work: Work, of: str) -> Matter:
    merge = next((one for one in work.all(Merge) if one.of == of), None)
    if merge is None:
        raise NotFound()
    return _matter_of(merge, *_on_the_list(work))


def _go_on(work: Work, matter: Matter, one: Signing, judging: list[Judgement]) -> None:
    """After a yes the others hear that there is one customer less; after a no both stay as they are."""
    merge = next(each for each in work.all(Merge) if each.of == matter.of)
    work.judge(judging)
    if one.decision is False:
        merge.ended_at, merge.ended_by, merge.ended_for = work.now, one.given_by, one.reason
    elif all(is_given(work, matter, rule) for rule in matter.rules):
        customer = work.one(Customer)
        merge.merged_at = work.now
        customer.merged_into = merge.same_as
        tell(work, customer)
    else:
        work.judge(ask_to_sign(work, matter, authors=[merge.asked_by]))


HOOK = SigningHook(lays_before=_lies_before, signed=_go_on)
