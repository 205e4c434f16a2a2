"""What belongs to a person: personal values, attachments, and who may see them.

A field of the type `Personal[...]` holds what tells about a person. It may stand in the sealed data of an event and
in a sealed column, never in a subject, an attribute, a log or a metric.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class PersonalMark:
    """Says of a field that its value tells about a person; in the schema it reads `x-personal: true`."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "x-personal": True}


PERSONAL = PersonalMark()

T = TypeVar("T")
Personal = Annotated[T, PERSONAL]


class Audience(StrEnum):
    """Who may read what is told, apart from the rights of role and place."""

    INTERNAL = "internal"
    CUSTOMER = "customer"
    RESTRICTED = "restricted"


class Attachment(BaseModel):
    """A photo, scan or recording: it lies sealed in the blob store, the event only names it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 over the sealed bytes, in hexadecimal; also the name in the blob store."""
    size: int = Field(ge=0)
    """Size of the content before sealing, in bytes."""
    type: str
    """Media type found by looking at the content, such as image/jpeg."""


class Customer(BaseModel):
    """Whoever brought the case; every value is the customer's own and may be erased."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | None = None
    """Id of the customer in the customer list of intake; none for an anonymous one."""
    anonymous: bool = False
    """True where the customer did not want to be named."""
    kind: str | None = None
    """What the customer is to the organisation, in the pack's words: owner, resident, guest ..."""
    name: Personal[str] | None = None
    """Name as the customer gave it."""
    phone: Personal[str] | None = None
    """Telephone number in international form (E.164), such as +8613800138000."""
    email: Personal[str] | None = None
    """Mail address."""
    address: Personal[str] | None = None
    """Where the customer lives or wants to be met, as written in the register."""
    acting_for: Personal[str] | None = None
    """Whom the customer speaks for, where it is not about themselves."""
    language: str = "zh"
    """Language to speak and write to the customer in: zh or en."""


def is_personal(annotation: Any) -> bool:
    """Whether an annotation as a whole, or one branch of its union, carries the mark."""
    if PERSONAL in getattr(annotation, "__metadata__", ()):
        return True
    return any(is_personal(part) for part in getattr(annotation, "__args__", ()) if not isinstance(part, str))


def personal_fields(model: type[BaseModel], *, path: str = "") -> list[str]:
    """Dotted names of all personal fields of a model and of the models inside it."""
    found: list[str] = []
    for name, info in model.model_fields.items():
        if PERSONAL in info.metadata or is_personal(info.annotation):
            found.append(path + name)
            continue
        for inner in _models_in(info.annotation):
            found.extend(personal_fields(inner, path=f"{path}{name}."))
    return found


def personal_values(event: BaseModel) -> list[str]:
    """Every personal value that an event carries, as text: what must turn up nowhere else."""
    return list(_values_of(event))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _values_of(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            inner = getattr(value, name)
            personal = PERSONAL in info.metadata or is_personal(info.annotation)
            yield from _leaves(inner) if personal else _values_of(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _values_of(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _values_of(inner)


def _leaves(value: Any) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner)
    elif text := str(value):
        yield text
