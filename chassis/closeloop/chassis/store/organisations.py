"""The organisations that were approved: each counts from its moment on, until the next one."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.rows import keeps


@keeps("organisations", read=False, primary=("id",), at_hand=True, indexes=[("active_from",)])
class ApprovedOrganisation:
    """Places, departments and people as they count from a moment on, and who wanted it so."""

    id: str
    key: str
    active_from: datetime
    hash: str
    canonical: str
    proposed_by: str
    approved_by: str
    noted_at: datetime
    before: str
    """The organisation that counted until then: of the first one, how the house began."""
