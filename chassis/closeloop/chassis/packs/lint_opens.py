"""Forms that open cases: of a kind that is there, by a channel, with what its register cannot do without."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Form, Intake
from closeloop.contracts.procedure.form import Opens
from closeloop.contracts.procedure.intake import Register

OF_AN_ITEM = ("item", "topic", "answer", "counts", "said_serious")
"""What is known of an item of an answer sheet."""

OF_A_SHEET = ("survey", "survey_desk", "total", "percent", "dissatisfied", "unanswered")
"""What is known of an answer sheet besides its answers."""

_ALWAYS = ("content", "kind", "channel", "place", "received_at", "remedy_sought")


def check_opens(source: Source, tables: Tables) -> Iterator[Fault]:
    """What each form names that opens a case, and what is missing in the register of that case."""
    intake = source.part("intake", Intake)
    for name, form in source.folded("forms").items():
        if not isinstance(form, Form):
            continue
        section, fields = f"forms/{name}", list(form.fields)
        yield from known(source, section, ("whose",), "field", tuple(form.whose.values()), fields)
        for rule, opens in form.opens.items():
            at: Where = ("opens", rule)
            yield from known(source, section, (*at, "kind"), "kind", opens.kind, tables["kind"])
            if opens.content is not None:
                yield from known(source, section, (*at, "content"), "field", opens.content, fields)
            if "channel" not in opens.as_:
                sentence = "Say by which channel the case comes in (as: {channel: survey})."
                yield source.fault(section, (*at, "as"), sentence)
            else:
                yield from known(source, section, (*at, "as"), "channel", str(opens.as_["channel"]), tables["channel"])
            if opens.kind in intake.kinds and intake.kinds[opens.kind].register_ in intake.registers:
                register = intake.registers[intake.kinds[opens.kind].register_]
                yield from _of_the_register(source, section, at, form, opens, register)


def _of_the_register(
    source: Source, section: str, at: Where, form: Form, opens: Opens, register: Register
) -> Iterator[Fault]:
    given = [name for name in opens.as_ if name != "channel"]
    yield from known(source, section, (*at, "as"), "column", tuple(given), list(register.fields))
    there = {*given, *form.fields, *OF_A_SHEET, *(OF_AN_ITEM if opens.each == "item" else ()), *_ALWAYS}
    there |= {"customer", *(f"customer.{part}" for part in form.whose)} if form.whose else set()
    needed = {*register.required, *(name for name, field in register.fields.items() if field.required)}
    for name in sorted(needed - there):
        sentence = f"The register cannot do without {name}: give it under as:, or let the form have a field {name}."
        yield source.fault(section, (*at, "as"), sentence)
