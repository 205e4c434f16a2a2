"""What somebody filled in, column by column: what is missing, unknown, of another kind, or not theirs to rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden
from closeloop.contracts.procedure.facet import Facet
from closeloop.contracts.procedure.intake import Handover, Register
from closeloop.intake.fields import fitting
from closeloop.intake.forms import CaseForm, CustomerForm
from closeloop.intake.misfits import Misfits
from closeloop.intake.rights import may_rate

_FILL_IN = _("Please fill this in.")


def check_required(
    form: CaseForm, customer: CustomerForm, anonymous: bool, register: Register, misfits: Misfits
) -> list[str]:
    """The columns that are empty and must not be."""
    empty = []
    for name in register.required:
        where = name
        if name in register.fields:
            missing, where = form.fields.get(name) in (None, ""), f"fields.{name}"
        elif name in CaseForm.model_fields:
            missing = name not in ("kind", "channel", "customer") and getattr(form, name) in (None, "")
        else:
            where = f"customer.{name.removeprefix('customer.')}"
            missing = not anonymous and getattr(customer, name.removeprefix("customer."), None) in (None, "")
        if missing:
            misfits.say(where, _FILL_IN)
            empty.append(name)
    for name, about in register.fields.items():
        if about.required and name not in register.required and form.fields.get(name) in (None, ""):
            misfits.say(f"fields.{name}", _FILL_IN)
            empty.append(name)
    if not anonymous and not customer.is_named:
        misfits.say(
            "customer", _("Say who brings the case: a name, a telephone number or an address. Or mark it as anonymous.")
        )
        empty.append("customer")
    return empty


def check_fields(
    given: Mapping[str, Any], register: Register, facts: dict[str, Any], told: dict[str, Any], misfits: Misfits
) -> None:
    """The further columns of the register, each in its kind; what tells about a person is kept apart."""
    for name, value in given.items():
        about = register.fields.get(name)
        if about is None:
            misfits.say(
                f"fields.{name}",
                unknown(_("There is no column {name} in this register. Known are: {known}."), name, register.fields),
            )
            continue
        if value is None or value == "":
            continue
        try:
            (told if about.personal else facts)[name] = fitting(about, value)
        except ValueError as wrong:
            misfits.say(f"fields.{name}", wrong.args[0])


def check_guidance(form: CaseForm, pack: Pack, facts: Mapping[str, Any], misfits: Misfits) -> None:
    """Whoever names a text had it in front of them, so it is one of the procedure."""
    if not form.guidance:
        return
    steps = ("register", "accept", "finish", "return") if form.on_the_spot else ("register",)
    known = [rule.name for step in steps for rule in pack.guidance.at(step, facts)]
    for name in form.guidance:
        if name not in known:
            misfits.say("guidance", unknown(_("There is no guidance {name} here. Known are: {known}."), name, known))


def check_facets(
    given: Mapping[str, str],
    pack: Pack,
    person: Person,
    facts: Mapping[str, Any],
    misfits: Misfits,
    handover: Rule[Handover] | None,
) -> None:
    """Whoever takes a case down rates what is theirs to rate, in the procedure's words."""
    judged = handover.entry.rates.facet if handover and handover.entry.rates else None
    for facet, _value in known_facets(given, pack, misfits):
        if facet.applies({**facts, **given}) is False:
            misfits.say(f"facets.{facet.name}", _("Such a case is not rated by this. Leave it out."))
        elif facet.name != judged and not may_rate(person, pack, facet.entry):
            raise Forbidden(
                _(
                    "{facet} is rated by {desk}.",
                    facet=words(facet.entry.title),
                    desk=title(pack, facet.entry.rated_by),
                )
            )


def known_facets(given: Mapping[str, str], pack: Pack, misfits: Misfits) -> Iterator[tuple[Rule[Facet], str]]:
    """The facets that were given with values that they have; what is neither is said."""
    facets = {facet.name: facet for facet in pack.intake.facets}
    for name, value in given.items():
        where, facet = f"facets.{name}", facets.get(name)
        if facet is None:
            misfits.say(where, unknown(_("There is no facet {name} here. Known are: {known}."), name, facets))
        elif value not in facet.entry.values:
            offered = facet.entry.values
            misfits.say(where, unknown(_("{name} is no value of this facet. Known are: {known}."), value, offered))
        else:
            yield facet, value


def unknown(sentence: Sentence, name: str, known: Iterable[str]) -> Sentence:
    """The sentence about a word that the procedure does not have, with those that it has."""
    return Sentence(sentence.template, {"name": name[:60], "known": ", ".join(known) or "-"})


def words(text: Any) -> dict[str, str]:
    """A text of the pack as part of a sentence."""
    return {"zh": text.zh, "en": text.en}


def title(pack: Pack, desk: str) -> dict[str, str]:
    """What people call a department or role, as part of a sentence."""
    return words(pack.title_of(desk))
