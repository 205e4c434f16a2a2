"""Before the first case: whoever has to set a number of the procedure sets it."""

from __future__ import annotations

from datetime import datetime

from closeloop.suite.replay import words
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site

SHARE = 20.0
"""What a role sets that has to say how large a share is to be."""


async def set_what_is_left_open(site: Site, roster: Roster, at: datetime) -> None:
    """Parameters that the procedure leaves to a role get a value; once."""
    reader = roster.at_desk(roster.mapping.reception)[0].id
    day = at.astimezone(roster.people.calendar().zone).date().isoformat()
    for one in (await site.get(reader, "/api/callback/parameters"))["items"]:
        if one["procedure"] == roster.pack.id and one["value"] is None and one["set_by"] in roster.timetables:
            by = roster.one_at(one["set_by"], one["name"])
            body = {"value": SHARE, "from": day, "reason": words.SHARE_SET}
            await site.post(by, f"/api/callback/parameters/{one['name']}", body, f"replay parameter {one['name']}")
