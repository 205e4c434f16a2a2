"""What a procedure pack says: one module for each of its files."""

from closeloop.contracts.procedure.accounts import Accounts
from closeloop.contracts.procedure.callback import Callback
from closeloop.contracts.procedure.clauses import Clauses
from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.dispatch import Dispatch
from closeloop.contracts.procedure.entry import Entry, Part
from closeloop.contracts.procedure.form import Form, Retention
from closeloop.contracts.procedure.guidance import Guidances
from closeloop.contracts.procedure.head import Head
from closeloop.contracts.procedure.intake import Intake
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.scenario import Scenario
from closeloop.contracts.procedure.schedule import Schedule
from closeloop.contracts.procedure.stats import Stats
from closeloop.contracts.procedure.survey import Surveys

FILES: dict[str, type[Part]] = {
    "procedure": Head,
    "clauses": Clauses,
    "intake": Intake,
    "dispatch": Dispatch,
    "accounts": Accounts,
    "callback": Callback,
    "survey": Surveys,
    "stats": Stats,
    "schedule": Schedule,
    "guidance": Guidances,
}
"""The files of a pack, each `<name>.yaml`, and what they hold."""

FOLDERS: dict[str, type[Part]] = {"forms": Form, "scenarios": Scenario}
"""The folders of a pack; every `<name>.yaml` in them holds one."""

__all__ = [
    "ALWAYS",
    "FILES",
    "FOLDERS",
    "Accounts",
    "Callback",
    "Clauses",
    "Condition",
    "Dispatch",
    "Entry",
    "Form",
    "Guidances",
    "Head",
    "Intake",
    "Length",
    "Part",
    "Retention",
    "Scenario",
    "Schedule",
    "Stats",
    "Surveys",
]
