"""A form as it is printed on A4: title, number and version, its sections, who signed it, and the hash that seals it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.records.content import IN_STEAD, is_as_sealed, signature_holds
from closeloop.chassis.records.words import in_field
from closeloop.chassis.store.tables import KeptRecord
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.vocabulary import SignatureMeans, label

MOST_COLUMNS_UPRIGHT = 7
_ALONE = ("long_text", "attachment")
"""What is written into these fields needs the whole width."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A field with what stands in it; `span` counts the fields whose width it has."""

    title: Any
    value: Any
    span: int = 1
    attached: str = ""
    """Hash of the photo or scan that stands here."""


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the form: rows of cells, each row as wide as `columns` fields."""

    title: Any
    columns: int
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """Many rows under the same headings: a register, a plan, a list of cases."""

    title: Any
    headings: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is printed; a refusal stands here too, with whoever saw it."""

    signer: str
    role: Any
    means: Any
    at: datetime
    hash: str
    witness: str | None = None
    in_stead_of: str | None = None
    answer: Any = ""
    opinion: Any = ""
    is_refusal: bool = False
    drawing: str | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything that stands on the sheet."""

    title: Mapping[str, str]
    number: str | None
    version: str
    procedure: Any
    about: str | None = None
    lead: Any = ""
    blocks: Sequence[Block] = ()
    tables: Sequence[Table] = ()
    signatures: Sequence[Signed] = ()
    remarks: Sequence[Any] = ()
    hash: str | None = None
    sealed_at: datetime | None = None
    is_sound: bool = True
    pdf: str = ""
    back: str = ""
    back_title: Any = ""
    copies: Sequence[Any] = ()
    """Titles of its copies, where it goes out in several."""

    @property
    def lies_across(self) -> bool:
        """Whether the sheet is turned, as a wide register needs it."""
        return any(len(table.headings) > MOST_COLUMNS_UPRIGHT for table in self.tables)

    def at(self, *, pdf: str = "", back: str = "", back_title: Any = "") -> Printed:
        """The same, with where its PDF is and where the reader came from."""
        return replace(self, pdf=pdf, back=back, back_title=back_title)


def as_printed(record: KeptRecord, pack: Pack, *, corrected_by: str | None = None) -> Printed:
    """A kept record on paper."""
    said = pack.forms[record.form]
    printed = printed_form(
        pack,
        record.form,
        record.fields,
        about=record.number,
        signatures=[_signed(one, pack, signature_holds(record, one)) for one in record.signatures],
    )
    remarks: list[Any] = []
    if record.corrects:
        remarks.append(_("Corrects the record {id}.", id=record.corrects))
    if corrected_by:
        remarks.append(_("Corrected by the record {id}.", id=corrected_by))
    if record.keep_until:
        remarks.append(_("Kept until {day}.", day=record.keep_until.date()))
    if not record.is_sealed:
        remarks.append(_("Not sealed yet."))
    if record.disposed_at:
        remarks.append(_("Its time was over; it was disposed of on {at}.", at=record.disposed_at))
    return replace(
        printed,
        remarks=remarks,
        copies=[title.model_dump() for title in said.copies.titles] if said.copies and record.is_sealed else (),
        hash=record.hash,
        sealed_at=record.sealed_at,
        is_sound=not record.is_sealed or is_as_sealed(record),
    )


def printed_form(
    pack: Pack,
    form: str,
    fields: Mapping[str, Any],
    *,
    about: str | None = None,
    lead: Any = "",
    signatures: Iterable[Signed] = (),
    remarks: Sequence[Any] = (),
) -> Printed:
    """A form with what stands in its fields by now; empty fields are printed empty, as on paper."""
    said = pack.forms[form]
    sections: list[tuple[Any, tuple[str, ...], int]] = [
        (one.title.model_dump(), one.fields, one.columns) for one in said.sections
    ]
    blocks = [_block(pack, said, section, fields) for section in sections or [("", tuple(said.fields), 1)]]
    return replace(
        _headed(pack, said),
        about=about,
        lead=lead,
        blocks=[block for block in blocks if block.rows],
        tables=[_rows(pack, field, fields.get(name)) for name, field in said.fields.items() if field.type == "rows"],
        signatures=list(signatures),
        remarks=remarks,
    )


def printed_register(
    pack: Pack,
    form: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    about: str | None = None,
    lead: Any = "",
    signatures: Iterable[Signed] = (),
    remarks: Sequence[Any] = (),
) -> Printed:
    """A form of many rows: every field is a column."""
    said = pack.forms[form]
    headings = [one.title.model_dump() for one in said.fields.values()]
    filled = [[in_field(pack, one, row.get(name)) for name, one in said.fields.items()] for row in rows]
    return replace(
        _headed(pack, said),
        about=about,
        lead=lead,
        tables=[Table("", headings, filled)],
        signatures=list(signatures),
        remarks=remarks,
    )


def _headed(pack: Pack, form: Form) -> Printed:
    title = {lang: f"{pack.id} {getattr(pack.title, lang)} {pack.version}" for lang in ("zh", "en")}
    return Printed(form.title.model_dump(), form.number, form.version, title)


def _block(pack: Pack, form: Form, section: tuple[Any, tuple[str, ...], int], fields: Mapping[str, Any]) -> Block:
    title, names, columns = section
    cells: list[Cell] = []
    for name in names:
        about = form.fields[name]
        if about.type == "rows":
            continue
        value = in_field(pack, about, fields.get(name))
        hash = _attached(about, fields.get(name))
        cells.append(Cell(about.title.model_dump(), value, columns if about.type in _ALONE else 1, hash))
    return Block(title, columns, _in_rows(cells, columns))


def _attached(about: FormField, value: Any) -> str:
    return str(value.get("hash", "")) if about.type == "attachment" and isinstance(value, Mapping) else ""


def _rows(pack: Pack, field: FormField, written: Any) -> Table:
    """A field of rows is a table under its title; an empty row says that there is nothing in it."""
    rows: list[Mapping[str, Any]] = list(written or [{}])
    columns = field.columns.items()
    return Table(
        field.title.model_dump(),
        [column.title.model_dump() for _name, column in columns],
        [[in_field(pack, column, row.get(name)) for name, column in columns] for row in rows],
    )


def _in_rows(cells: Iterable[Cell], columns: int) -> list[list[Cell]]:
    """Cells beside each other as far as there is room; the last of a row takes what is left."""
    rows: list[list[Cell]] = []
    room = 0
    for cell in cells:
        if cell.span > room:
            _fill(rows, room)
            rows.append([])
            room = columns
        rows[-1].append(cell)
        room -= cell.span
    _fill(rows, room)
    return rows


def _fill(rows: list[list[Cell]], room: int) -> None:
    if rows and room:
        rows[-1][-1] = replace(rows[-1][-1], span=rows[-1][-1].span + room)


def _signed(one: Mapping[str, Any], pack: Pack, holds: bool) -> Signed:
    means = SignatureMeans(one["means"])
    role = _("customer") if one["role"] == "customer" else pack.title_of(one["role"]).model_dump()
    return Signed(
        signer=one["signer"],
        role=role,
        means=label(means).model_dump(),
        at=datetime.fromisoformat(one["at"]),
        hash=one["hash"],
        witness=one.get("witness"),
        in_stead_of=one.get(IN_STEAD),
        answer={True: _("Yes"), False: _("No")}.get(one.get("approves"), ""),  # type: ignore[arg-type]
        opinion=one.get("opinion") or "",
        is_refusal=means is SignatureMeans.REFUSED,
        drawing=one.get("drawing"),
        holds=holds,
    )
