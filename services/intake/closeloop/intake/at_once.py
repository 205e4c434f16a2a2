"""Resolved at once: whoever takes a case down carries it through, and everything counts as if done step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from closeloop.chassis.i18n import _
from closeloop.chassis.needs import Necessary, meet_needs
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.spot_rules import clauses_on_the_spot, duty_on_the_spot
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.contracts.vocabulary import Outcome
from closeloop.intake.rights import may_use

_NEEDS_OTHERS = ("assign", "arrive", "sign")


class SpotForm(BaseModel):
    """What was done at once."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    outcome: Outcome = Field(Outcome.SOLVED, title="What became of the matter")
    fields: dict[str, Any] = Field(default_factory=dict, title="Fields of the working form")
    necessary: dict[str, Necessary] = Field(default_factory=dict, title="Whether what may be necessary was")

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, said: Any) -> Any:
        """Any other name is a field of the working form."""
        if not isinstance(said, Mapping):
            return said
        mine = {name: value for name, value in said.items() if name in cls.model_fields}
        fields = {name: value for name, value in said.items() if name not in cls.model_fields}
        return {**mine, "fields": {**mine.get("fields", {}), **fields}}


def must_be_resolvable(spot: SpotForm, pack: Pack, facts: Mapping[str, Any], person: Person) -> None:
    """Refuses what could not be carried through, before anything is registered: no half-solved case comes of it."""
    rule = duty_on_the_spot(pack, facts)
    if rule is None or rule.entry.on_the_spot is None:
        sentence = _("Such a case is not resolved at once. Register it, and it goes to the desk that handles it.")
        raise Refused(sentence, clause=clauses_on_the_spot(pack))
    clauses, form = rule.entry.on_the_spot.clauses, pack.forms[rule.entry.form]
    if strange := sorted(set(spot.fields) - set(form.fields)):
        raise Refused(_("The form has no field {field}.", field=strange[0]), clause=clauses)
    desk = pack.dispatch.desk_of(rule, pack.intake.desks(_facets(pack, facts))) or pack.head.desk
    told = {**spot.fields, **facts}
    for step in pack.dispatch.steps[rule.name].left((), told):
        who = step.entry.by or desk
        words = {"step": step.title.model_dump(), "desk": pack.title_of(who).model_dump()}
        if step.name in _NEEDS_OTHERS or not may_use(person, pack, who):
            sentence = _("“{step}” is for {desk}, so this is not resolved at once.", **words)
            raise Refused(sentence, clause=step.entry.clauses or clauses)
        for name in step.entry.fields:
            if spot.fields.get(name) in (None, "", []):
                title = form.fields[name].title.model_dump()
                sentence = _("Please fill in “{field}” of the form first.", field=title)
                raise Refused(sentence, clause=step.entry.clauses or clauses)
        meet_needs(step.needs, told, of="", necessary=spot.necessary)


def _facets(pack: Pack, facts: Mapping[str, Any]) -> dict[str, str]:
    return {facet.name: facts[facet.name] for facet in pack.intake.facets if facet.name in facts}
