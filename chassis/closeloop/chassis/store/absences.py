"""What was noted about an absence: every word is a row of its own, the last one counts."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.rows import keeps


@keeps("absences", read=False, primary=("id",), at_hand=True, indexes=[("person", "noted_at")])
class AbsenceNote:
    """From when until when somebody is away, and who stands in, as it was noted at a moment."""

    id: str
    key: str
    absence: str
    person: str
    starts_at: datetime
    ends_at: datetime
    deputy: str | None
    noted_by: str
    noted_at: datetime
