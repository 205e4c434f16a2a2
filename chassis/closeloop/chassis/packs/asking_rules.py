"""callback.yaml, survey.yaml and guidance.yaml as the services read them."""

from __future__ import annotations

from closeloop.chassis.conditions import Domains
from closeloop.chassis.packs.given import value_of
from closeloop.chassis.packs.rules import Facts, Rule, compiled, ruled, that_apply
from closeloop.contracts.procedure.callback import (
    Callback,
    Coverage,
    Exemption,
    FormRule,
    Loop,
    SameProblem,
    Supervision,
)
from closeloop.contracts.procedure.entry import To
from closeloop.contracts.procedure.guidance import Guidance, Guidances
from closeloop.contracts.procedure.survey import Survey, Surveys
from closeloop.contracts.vocabulary import CallbackForm

NOBODY_IS_ASKED = Loop(marks={}, own_practice="The procedure asks nobody after handling.")
"""What follows from an answer where callback.yaml is left out."""


class CallbackRules:
    """Whom to ask after handling."""

    def __init__(self, said: Callback, orders: Domains) -> None:
        self.said = said
        self.coverage: tuple[Rule[Coverage], ...] = ruled(said.coverage, orders)
        self.of_cases = tuple(rule for rule in self.coverage if rule.entry.of == "cases")
        self.after_handling = tuple(rule for rule in self.of_cases if rule.entry.starts != "assessed")
        self.verifying = tuple(rule for rule in self.of_cases if rule.entry.starts == "assessed")
        self.of_sheets = tuple(rule for rule in self.coverage if rule.entry.of == "sheets")
        self.forms: tuple[Rule[FormRule], ...] = ruled({str(form): rule for form, rule in said.forms.items()}, orders)
        self.exemptions: tuple[Rule[Exemption], ...] = ruled(said.exemptions, orders)
        self.loop: Loop = said.loop or NOBODY_IS_ASKED
        self.supervision: Supervision | None = said.supervision
        problem = {} if said.same_problem is None else {"same_problem": said.same_problem}
        self.same_problem: Rule[SameProblem] | None = next(iter(ruled(problem, orders)), None)

    def coverage_for(self, facts: Facts) -> Rule[Coverage] | None:
        """The first coverage that fits a case; none if nobody asks how such cases were handled."""
        return next((rule for rule in self.after_handling if rule.applies(facts)), None)

    def verified_by(self, facts: Facts) -> Rule[Coverage] | None:
        """The first coverage by which it is verified what a case says; none if nobody does, or a fact is missing."""
        return next((rule for rule in self.verifying if rule.applies(facts)), None)

    def share_of(self, coverage: Rule[Coverage]) -> float | None:
        """The least share in percent, as the pack says it; none where nobody has said it yet."""
        return value_of(coverage.entry.share)

    def asks(self, coverage: Rule[Coverage], round_: int = 1) -> To:
        """Who asks in a round."""
        higher = [one for one in self.loop.rising if one.from_round <= round_]
        return max(higher, key=lambda one: one.from_round).desk if higher else coverage.entry.desk

    def forms_for(self, facts: Facts) -> tuple[Rule[FormRule], ...]:
        """The forms of callback that are allowed for a case."""
        return that_apply(self.forms, facts)

    def form(self, form: CallbackForm) -> FormRule:
        """What a form of callback asks for."""
        return self.said.forms[form]

    def exempted_by(self, facts: Facts) -> Rule[Exemption] | None:
        """The reason for which facts alone exempt a case; none if they do not."""
        return next((rule for rule in self.exemptions if rule.entry.when is not None and rule.applies(facts)), None)


class SurveyRules:
    """Who is asked what."""

    def __init__(self, said: Surveys, orders: Domains) -> None:
        self.said = said
        self.surveys: tuple[Rule[Survey], ...] = tuple(
            Rule(name, one, compiled(one.goes_out.when if one.goes_out else None, orders))
            for name, one in said.surveys.items()
        )

    @property
    def at_marks(self) -> frozenset[str]:
        """The marks of a case at which a form goes out by itself."""
        return frozenset(rule.entry.goes_out.at for rule in self.surveys if rule.entry.goes_out) - {"closed"}

    def going_out(self, at: str, facts: Facts) -> tuple[Rule[Survey], ...]:
        """The surveys of which a form goes out at a moment of such a case."""
        going = (rule for rule in self.surveys if rule.entry.goes_out and rule.entry.goes_out.at == at)
        return that_apply(going, facts)

    def survey(self, name: str) -> Survey:
        """The survey of that name."""
        return self.said.surveys[name]


class GuidanceRules:
    """What people are told."""

    def __init__(self, said: Guidances, orders: Domains) -> None:
        self.said = said
        self.texts: tuple[Rule[Guidance], ...] = ruled(said.guidance, orders)
        steps = {step for rule in self.texts for step in rule.entry.at}
        self._at = {step: tuple(rule for rule in self.texts if step in rule.entry.at) for step in steps}

    def at(self, step: str, facts: Facts) -> tuple[Rule[Guidance], ...]:
        """The texts that are shown at a step of a case: all but those that certainly do not apply."""
        return tuple([rule for rule in self._at.get(step, ()) if rule.when.decide(facts) is not False])
