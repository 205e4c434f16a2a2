"""Sign-offs of a pack: whoever signs is somebody, and what waits for it is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch, Form
from closeloop.contracts.procedure.signing import AUTHOR, CUSTOMER, SignOff
from closeloop.contracts.procedure.step import moment_of, step_at


def check_sign_offs(source: Source, tables: Tables) -> Iterator[Fault]:
    """The sign-offs of every duty: signers, fields, steps that wait for them and to which a no goes back."""
    forms = source.folded("forms")
    for name, duty in source.part("dispatch", Dispatch).duties.items():
        place: Where = ("duties", name, "signatures")
        form = forms.get(duty.form)
        fields = form.fields if isinstance(form, Form) else ()
        yield from signed_things(source, "dispatch", place, duty.signatures, tuple(duty.steps), fields, tables)
        first = next(iter(duty.signatures), None)
        if first is not None and "sign" in duty.steps and duty.signatures[first].decides:
            sentence = f"The step sign takes {first}, which decides: leave that step out, or name a signature first."
            yield source.fault("dispatch", (*place, first), sentence)


def check_distribution(source: Source, tables: Tables) -> Iterator[Fault]:
    """Whoever is given a record is somebody."""
    for name, form in source.folded("forms").items():
        if isinstance(form, Form) and form.distribution is not None:
            place: Where = ("distribution", "to")
            yield from known(source, f"forms/{name}", place, "desk", form.distribution.to, tables["desk"])


def signed_things(
    source: Source,
    section: str,
    place: Where,
    signed: Mapping[str, SignOff],
    steps: Collection[str],
    fields: Collection[str],
    tables: Tables,
) -> Iterator[Fault]:
    """Sign-offs of one thing, with the steps and fields that it has."""
    moments = {*steps, *map(moment_of, steps)}
    for name, one in signed.items():
        here = (*place, name)
        yield from known(source, section, (*here, "by"), "desk", one.signers, (*tables["desk"], CUSTOMER, "desk"))
        yield from known(source, section, (*here, "fields"), "field", one.fields, fields)
        yield from known(source, section, (*here, "not_by"), "step", one.not_by or (), (*steps, AUTHOR))
        if one.back_to is not None:
            yield from known(source, section, (*here, "back_to"), "step", step_at(one.back_to), steps)
        if one.before is not None:
            acts = {*moments, *(other for other in signed if other != name)}
            yield from known(source, section, (*here, "before"), "step or sign-off", one.before, acts)
