"""A matter: what lies before a signer, as the service describes it whose thing it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.records.content import as_kept, hashed_part
from closeloop.chassis.records.words import EMPTY
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.procedure.signing import CUSTOMER, SignOff

THE_CUSTOMER = {"zh": "顾客", "en": "Customer"}


@dataclass(frozen=True)
class Matter:
    """What lies before a signer: the form of a duty, a plan, what was written for a job.

    A service makes one wherever it asks for sign-offs, looks whether they were given, or takes one. `past` are the
    moments that lie behind: `issued`, the steps that were taken. `ends_with` names the step that waits for every
    sign-off without a `before` of its own. `desk` is whose matter it is: it takes down what the customer signs, and
    a sign-off `by: desk` is its own. `took` says who took which step, so that nobody approves their own work.
    """

    pack: Pack
    of: str
    rules: tuple[Rule[SignOff], ...]
    title: Mapping[str, str]
    url: str
    desk: str
    content: Mapping[str, Any]
    """What is signed: field to value."""
    facts: Mapping[str, Any]
    past: frozenset[str] = frozenset()
    ends_with: str = "return"
    took: Mapping[str, str] = field(default_factory=dict)
    worker: str | None = None
    form: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else is named by the hash: form, version, number."""
    names: Mapping[str, Any] = field(default_factory=dict)
    """What the fields are called, where they stand on no form."""
    place: str | None = None
    audience: str | None = None
    case: CaseHeader | None = None

    @property
    def service(self) -> str:
        """The service whose thing it is."""
        return self.url.split("/")[1]

    def rule(self, name: str) -> Rule[SignOff] | None:
        """The sign-off of that name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def signers(self, rule: Rule[SignOff]) -> tuple[str, ...]:
        """Who signs, with the desk by its own name."""
        return tuple(dict.fromkeys(self.desk if role == "desk" else role for role in rule.entry.signers))

    def covered(self, rule: Rule[SignOff]) -> list[str]:
        """The fields that whoever signs has before them: their own part, or everything that is filled in."""
        return sorted(rule.entry.fields or (name for name, value in self.content.items() if value not in EMPTY))

    def hash_of(self, covers: Iterable[str]) -> str:
        """What is signed, in one number."""
        return hashed_part(self.about, as_kept(self.content), covers)

    def is_past(self, moment: str) -> bool:
        """Whether a moment lies behind, by the name of its step or as it is said afterwards."""
        return any(said in self.past for said in said_as(moment))

    def waits_at(self, rule: Rule[SignOff], act: str) -> bool:
        """Whether this step or act cannot be taken without the sign-off."""
        return (rule.entry.before or self.ends_with) in said_as(act)

    def title_of(self, rule: Rule[SignOff]) -> dict[str, str]:
        """What people call the sign-off: its title, else whoever signs."""
        if rule.entry.title is not None:
            return rule.entry.title.model_dump()
        names = [self.name_of(role) for role in self.signers(rule)]
        return {lang: ("、" if lang == "zh" else ", ").join(name[lang] for name in names) for lang in ("zh", "en")}

    def name_of(self, role: str) -> dict[str, str]:
        """Who signs, in words."""
        return dict(THE_CUSTOMER) if role == CUSTOMER else self.pack.title_of(role).model_dump()


def said_as(moment: str) -> tuple[str, ...]:
    """A step and the moment at which it was taken are the same: return, returned."""
    if moment.endswith("ed"):
        return (moment, moment[:-1], moment[:-2])
    return (moment, f"{moment}d", f"{moment}ed")
