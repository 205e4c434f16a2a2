"""Facts that nobody may ever tell: a rule that asks for one would wait for good."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Condition, Dispatch, Intake
from closeloop.contracts.procedure.condition import Leaf


def check_unknown(source: Source) -> Iterator[Fault]:
    """Duties that hang on a column of a register which may stay empty: nobody can say then whether they are due."""
    intake, dispatch = source.part("intake", Intake), source.part("dispatch", Dispatch)
    for name, duty in dispatch.duties.items():
        decided = duty.when_necessary.when if duty.when_necessary else None
        for condition, place in ((duty.when, ("when",)), (decided, ("when_necessary", "when"))):
            for fact, register in _may_stay_empty(intake, condition) if condition else ():
                sentence = (
                    f"While {fact} is empty, nobody can say whether a case gets the duty {name}, and the register "
                    f"{register} lets it be: make the column required, or ask whether it is known as well."
                )
                yield source.fault("dispatch", ("duties", name, *place), sentence)


def _may_stay_empty(intake: Intake, condition: Condition) -> Iterator[tuple[str, str]]:
    """The columns that a condition asks for, with a register that lets them be."""
    asked = list(_asked(condition))
    guarded = {fact for fact, leaf in asked if leaf.known is not None}
    kinds = _kinds(intake, condition)
    for fact in dict.fromkeys(fact for fact, _leaf in asked if fact not in guarded):
        for kind in kinds:
            register = intake.registers.get(intake.kinds[kind].register_)
            column = register.fields.get(fact) if register else None
            if register is None or column is None or column.required_when is not None:
                continue
            if not column.required and fact not in register.required:
                yield fact, intake.kinds[kind].register_
                break


def _kinds(intake: Intake, condition: Condition) -> list[str]:
    """The kinds of case that a condition lets through."""
    leaf = condition.facts.get("kind")
    named = (leaf.is_,) if leaf and leaf.is_ is not None else leaf.in_ if leaf and leaf.in_ else None
    return [kind for kind in intake.kinds if named is None or kind in named]


def _asked(condition: Condition) -> Iterator[tuple[str, Leaf]]:
    """Every test of a fact; those of the members of a list are no facts of the case."""
    yield from condition.facts.items()
    for part in (*condition.all_, *condition.any_, *((condition.not_,) if condition.not_ else ())):
        yield from _asked(part)
