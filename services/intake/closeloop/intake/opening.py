"""Cases that nobody takes down: they stand on a sealed form or an answer sheet, and are registered once."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.work import Work
from closeloop.contracts.every import CaseBrought
from closeloop.contracts.personal import Customer
from closeloop.intake.actions import register_case
from closeloop.intake.checking import facts_before_rating
from closeloop.intake.customers.knowing import keys_of
from closeloop.intake.fields import fitting
from closeloop.intake.forms import LONGEST_CONTENT, CaseForm, CustomerForm, Registration
from closeloop.intake.model import Case
from closeloop.intake.phones import phone_of

hears = Hears()


def the_case_itself(told: CaseBrought) -> tuple[str, ...]:
    """The case has its id already, so that hearing of it twice registers it once; its customer may be known."""
    try:
        pack = here.get().procedures.pack(told.procedure, told.procedure_version)
    except LookupError:
        return (told.case_id,)
    return told.case_id, *keys_of(pack, told.kind, _customer(told.customer))


@hears(keys=the_case_itself)
def register_what_was_brought(told: CaseBrought, work: Work) -> None:
    """The case gets its number, and goes its way like any other."""
    if work.maybe(Case) is not None:
        return
    pack = work.pack(told.procedure, told.procedure_version)
    customer = _customer(told.customer)
    facts, personal = _columns(pack, told)
    form = CaseForm(
        procedure=told.procedure,
        kind=told.kind,
        channel=told.channel,
        content=told.content[:LONGEST_CONTENT],
        customer=customer,
        anonymous=customer.anonymous,
        place=told.place or "",
    )
    branch, judged = told.id.partition(".")[0], kept(pack.forms[told.form].opens[told.rule].clauses, of="case:brought")
    known_as = tuple(key for key in keys_of(pack, told.kind, customer) if key in work.piece.keys)
    seen = facts_before_rating(form, customer, told.place, pack.intake.kinds[told.kind], facts)
    rating = pack.intake.rate(seen)
    said = (pack, form, customer, work.now, rating, {**seen, **rating.facets}, facts, personal, branch)
    register_case(work, Registration(*said, needs=tuple(judged), known_as=known_as))


def _customer(who: Customer) -> CustomerForm:
    """Whom the form is about; what is no telephone number says how to reach them all the same."""
    phone, address = who.phone or "", who.address or ""
    try:
        phone = phone_of(phone) if phone else ""
    except ValueError:
        phone, address = "", " ".join(filter(None, (address, phone)))
    return CustomerForm(
        anonymous=not (who.name or phone or who.email or address),
        name=who.name or "",
        phone=phone,
        email=who.email or "",
        address=address,
        kind=who.kind or "",
        language="en" if who.language == "en" else "zh",
    )


def _columns(pack: Pack, told: CaseBrought) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the register is known, apart from what tells about a person."""
    facts: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    columns = pack.intake.registers[pack.intake.kinds[told.kind].register_].fields
    for name, value in told.fields.items():
        if name in columns:
            (personal if columns[name].personal else facts)[name] = fitting(columns[name], value)
    return facts, personal
