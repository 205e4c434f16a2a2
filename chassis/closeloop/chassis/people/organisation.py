"""`organisation.yaml`: the places, departments and people of one deployment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from closeloop.chassis.calendar_settings import CalendarSettings
from closeloop.chassis.people.keys import write_over
from closeloop.chassis.people.person import Person

APPROVED = "# As it was approved. Other changes are proposed at /intake/changes; what is written here does not count."

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


def _both_languages(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


class Text(BaseModel):
    """A name in both languages; one word stands for both."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


TextOrWord = Annotated[Text, BeforeValidator(_both_languages)]


class Place(BaseModel):
    """Somewhere the organisation works: an estate, a shop, a hotel."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Name
    kind: Name
    name: TextOrWord
    calendar: CalendarSettings | None = None
    """Working time of this place, where it differs from the organisation's."""


class Department(BaseModel):
    """A department, by the name that the procedure gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Name
    name: TextOrWord


class Employee(BaseModel):
    """One person: login, roles, and what they may see."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    login: Name
    name: str = Field(min_length=1, max_length=100)
    roles: tuple[Name, ...] = ()
    department: Name | None = None
    places: Literal["all"] | tuple[Name, ...] = "all"
    sees: Literal["all", "own"] | tuple[Name, ...] = "own"
    audiences: tuple[Name, ...] = ()
    deputy: Name | None = None
    """Who stands in while they are away, and approves what they must not approve themselves."""

    def person(self) -> Person:
        """This employee as the services know them."""
        own = (self.department,) if self.department else ()
        return Person(
            id=self.login,
            name=self.name,
            roles=frozenset(self.roles),
            department=self.department,
            places=None if self.places == "all" else frozenset(self.places),
            audiences=frozenset(self.audiences),
            deputy=self.deputy,
            departments=None if self.sees == "all" else frozenset({*own, *(() if self.sees == "own" else self.sees)}),
        )


class Organisation(BaseModel):
    """Who works where."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    places: tuple[Place, ...] = Field(min_length=1)
    departments: tuple[Department, ...] = ()
    people: tuple[Employee, ...] = Field(min_length=1)
    calendar: CalendarSettings = CalendarSettings()
    """Working time: office hours and the holidays of China, unless it says otherwise."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        places = _once("place", [place.id for place in self.places])
        departments = _once("department", [department.id for department in self.departments])
        logins = _once("login", [employee.login for employee in self.people])
        for employee in self.people:
            where = f"{employee.login}:"
            if not employee.roles and not employee.department:
                raise ValueError(f"{where} has neither a role nor a department; name one of them")
            if employee.department and employee.department not in departments:
                raise ValueError(f"{where} there is no department {employee.department!r}; add it under departments")
            if employee.sees not in ("all", "own") and (strange := set(employee.sees) - departments):
                raise ValueError(f"{where} there is no department {min(strange)!r}; add it under departments")
            if employee.deputy is not None and employee.deputy not in logins - {employee.login}:
                raise ValueError(f"{where} the deputy {employee.deputy!r} is nobody else here; name another login")
            if employee.places != "all" and (strange := set(employee.places) - places):
                raise ValueError(f"{where} there is no place {min(strange)!r}; add it under places")
        return self

    @property
    def desks(self) -> frozenset[str]:
        """Every department and every role that somebody has."""
        roles = {role for employee in self.people for role in employee.roles}
        return frozenset({*roles, *(department.id for department in self.departments)})

    def persons(self) -> dict[str, Person]:
        """Everybody, by login."""
        return {employee.login: employee.person() for employee in self.people}

    def place(self, name: str) -> Place | None:
        """The place of this name."""
        return next((place for place in self.places if place.id == name), None)


def _once(what: str, names: list[str]) -> set[str]:
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"the {what} {twice!r} stands here twice; keep one")
    return set(names)


class OrganisationUnreadable(ValueError):
    """The file names no organisation; the sentence says file, line and remedy."""


def load_organisation(file: Path) -> Organisation:
    """Reads and checks the file; what is wrong is said with file and line."""
    try:
        return read_organisation(file.read_text(encoding="utf-8"), str(file))
    except OSError as wrong:
        raise OrganisationUnreadable(f"{file}: cannot be read ({wrong.strerror}); check the data folder") from None
    except UnicodeDecodeError:
        raise OrganisationUnreadable(f"{file}: is not UTF-8 text; save it as UTF-8") from None


def read_organisation(text: str, file: str) -> Organisation:
    """Reads and checks what stands in the file of that name."""
    try:
        content = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise OrganisationUnreadable(f"{file}:{line}: not valid YAML: {wrong.problem}") from None
    if not isinstance(content, Mapping):
        raise OrganisationUnreadable(f"{file}:1: expected places, departments and people")
    try:
        return Organisation.model_validate(content)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        line = _line_of(tree, [str(part) for part in first["loc"]])
        if not where and ":" in said:
            line = _line_of_login(tree, said.partition(":")[0])
        raise OrganisationUnreadable(f"{file}:{line}: {f'{where}: ' if where else ''}{said}") from None


def as_yaml(organisation: Organisation) -> str:
    """The organisation as people write it down."""
    said = organisation.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=160))


def write_organisation(file: Path, organisation: Organisation) -> None:
    """The file follows what was approved, so that commands and the next start know it; never half of it."""
    write_over(file, f"{APPROVED}\n{as_yaml(organisation)}".encode(), mode=0o644)


def _line_of(node: yaml.Node | None, steps: list[str]) -> int:
    """The line of what the steps lead to, or of the last thing on the way."""
    line = 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                return node.start_mark.line + 1
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
    return line


def _line_of_login(tree: yaml.Node | None, login: str) -> int:
    people = [value for key, value in getattr(tree, "value", []) if key.value == "people"]
    for employee in people[0].value if people else []:
        if any(value.value == login for key, value in employee.value if key.value == "login"):
            return int(employee.start_mark.line) + 1
    return 1
