"""Corrective action: what brings it about, on which form it is written, and until when it is gone through."""

from typing import Self

from pydantic import Field, model_validator

from closeloop.contracts.personal import Audience
from closeloop.contracts.procedure.condition import Condition
from closeloop.contracts.procedure.entry import ClauseId, Entry, Name, Period
from closeloop.contracts.procedure.intake import Rounds
from closeloop.contracts.vocabulary import Text


class Opening(Entry):
    """What brings a corrective action about: cases, an alarm, a broken clause, or a person who finds it necessary.

    Which of them it was is a fact of the action: `opened_by`.
    """

    title: Text
    """What people call it, such as: a major complaint."""
    when: Condition | None = None
    """Cases that bring one about, each once."""
    after: tuple[Name, ...] = ()
    """Duties of the case that must be returned before."""
    each_round: bool = False
    """Whether every round of the case for which it holds brings one about, not only the first."""
    alarm: Name | None = None
    """Alarm of stats.yaml that brings one about, each time that it is raised."""
    breach: tuple[ClauseId, ...] = ()
    """Clauses whose breach brings one about, and each attempt that they prevent."""
    decided_by: Name | None = None
    """Role that decides whether one is needed, and says why; none if it is always needed."""
    by: Name | None = None
    """Or: the role that opens one whenever it finds it necessary, and says why."""

    @model_validator(mode="after")
    def _has_one_cause(self) -> Self:
        if [self.when is not None, self.alarm is not None, bool(self.breach), self.by is not None].count(True) != 1:
            raise ValueError(
                "say exactly one: cases (when: ...), an alarm (alarm: ...), broken clauses (breach: [...]), "
                "or the role that opens it (by: ...)"
            )
        if self.when is None and (self.after or self.each_round):
            raise ValueError("only cases have duties and rounds: leave after and each_round out, or say when")
        if self.by is not None and self.decided_by is not None:
            raise ValueError("whoever opens it has decided already: leave decided_by out")
        return self


class Effect(Entry):
    """What is counted after the measures were verified shows whether they work; if not, they are gone through again."""

    indicator: Name
    """Figure that is to be lower afterwards, each period than the one in which the action was opened."""
    per: Period = "month"
    """Period of the figure."""
    periods: int = Field(default=3, ge=1, le=12)
    """How many full periods after the end of the action are looked at."""


class CorrectiveAction(Entry):
    """What is done so that something does not happen again: a matter of its own, with or without a case.

    Its work is done by the duties that name it (`of`), each after the other: the cause, the measures with an owner and
    a day, carrying them out, verifying them. One form goes along from duty to duty.
    """

    title: Text
    """What people call it."""
    prefix: str = Field(pattern=r"^[A-Z][A-Z0-9-]{0,11}$")
    """What its numbers begin with: JZ for JZ-2026-0001."""
    desk: Name
    """Department or role that looks after it."""
    form: Name
    """Form that it is written on."""
    audience: Audience | None = None
    """Who may read it; whoever may read the case, where nothing is said."""
    opens: dict[Name, Opening] = Field(min_length=1)
    """What brings it about."""
    holds_case: bool = True
    """Whether the case that brought it about stays open until it has ended, by the clauses of the action."""
    rounds: Rounds | None = None
    """Facts with which its duties are done once more, such as effective: false; none if once is enough."""
    effect: Effect | None = None
    """What is counted afterwards; none if whoever verifies says the last word."""
