"""What a clause test does and sees, in the words of the trade: through the API and the pages, as people do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx

from tests.clauses.house import House

Case: TypeAlias = dict[str, Any]
Thing: TypeAlias = dict[str, Any]
ZONE = ZoneInfo("Asia/Shanghai")


class Loop:
    """The house by one procedure; every step waits until all that followed from it is done."""

    def __init__(self, house: House, procedure: str, place: str) -> None:
        self.house, self.procedure, self.place = house, procedure, place
        self.ends_seen: dict[str, set[str]] = {}
        """Clause to the ends that a test found; the report prints them."""
        everything = (person for person in house.people if person.departments is None)
        self.overseer = max(everything, key=lambda person: len(person.audiences)).id

    # -- asking -------------------------------------------------------------------------------------------------

    def tries(self, by: str | None, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Whatever comes of it."""
        if body is not None:
            more["json"] = body
        return self.house.ask(method, path, by, **more)

    def does(self, by: str | None, path: str, body: Any = None, *, expect: int | None = None, **more: Any) -> Thing:
        """Somebody posts something, and it works; or it is answered as expected."""
        answer = self.tries(by, "POST", path, {} if body is None else body, **more)
        wanted = (200, 201) if expect is None else (expect,)
        assert answer.status_code in wanted, f"POST {path} by {by}: {answer.status_code} {answer.text}"
        found: Thing = answer.json()
        return found

    def attaches(self, by: str, service: str, case: Thing) -> Thing:
        """Somebody uploads a scan to a case; what came of it names the scan."""
        file = {"file": ("scan.pdf", b"%PDF-1.4\n%%EOF\n")}
        sent = self.tries(by, "POST", f"/api/{service}/attachments", params={"about": case["id"]}, files=file)
        assert sent.status_code == 201, sent.text
        return {name: sent.json()[name] for name in ("hash", "size", "type")}

    def is_refused(self, by: str | None, path: str, body: Any = None) -> str | None:
        """The step is refused by a rule; which clause refuses it."""
        clause: str | None = self.does(by, path, body, expect=409).get("clause")
        return clause

    def sees(self, by: str | None, path: str, **query: Any) -> Any:
        """What is shown as JSON."""
        answer = self.tries(by, "GET", _with(path, query))
        assert answer.status_code == 200, f"GET {path} by {by}: {answer.status_code} {answer.text}"
        return answer.json()

    def all_of(self, by: str | None, path: str, **query: Any) -> list[Thing]:
        """Every item of a list, page by page."""
        items: list[Thing] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.sees(by, path, **query, **cursor)
            items += page["items"]
            if not page["next"]:
                return items
            cursor = {"cursor": page["next"]}

    def page(self, by: str | None, path: str, language: str = "zh", **query: Any) -> str:
        """What is shown as a page."""
        answer = self.tries(by, "GET", _with(path, query), language=language, headers={"Accept": "text/html"})
        assert answer.status_code == 200, f"GET {path} by {by}: {answer.status_code} {answer.text[:500]}"
        return answer.text

    # -- time ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """What the clock on the wall shows."""
        return self.house.now.astimezone(ZONE)

    def advance(self, **by: float) -> None:
        """Time passes: `loop.advance(hours=5)`."""
        self.house.advance(timedelta(**by))

    def advance_to(self, moment: datetime) -> None:
        """Time passes until then."""
        self.house.advance(moment - self.now)

    def week(self, moment: datetime | None = None) -> str:
        """The name of a week: 2026-W02."""
        year, week, _day = (moment or self.now).isocalendar()
        return f"{year}-W{week:02}"

    def month(self, moment: datetime | None = None) -> str:
        """The name of a month: 2026-01."""
        return f"{moment or self.now:%Y-%m}"

    # -- cases, duties, callbacks -------------------------------------------------------------------------------

    def register(self, by: str, kind: str, content: str, **more: Any) -> Case:
        """Somebody takes a case down."""
        body = {"procedure": self.procedure, "kind": kind, "content": content, "place": self.place, **more}
        return self.does(by, "/api/intake/cases", body, expect=201)

    def assess(self, by: str, case: Case, reason: str = "", **facets: str) -> Case:
        """Somebody rates a case."""
        return self.does(by, f"/api/intake/cases/{case['id']}/assessment", {"facets": facets, "reason": reason})

    def case(self, case: Case) -> Case:
        """The case as it stands in the register now."""
        shown: Case = self.sees(self.overseer, f"/api/intake/cases/{case['id']}")
        return shown

    def duties(self, case: Case, round_: int | None = None) -> list[Thing]:
        """What somebody has to do for a case."""
        found = self.all_of(self.overseer, "/api/dispatch/duties", case=case["id"])
        return sorted((one for one in found if round_ in (None, one["round"])), key=lambda one: one["number"])

    def duty(self, case: Case, rule: str, round_: int = 1) -> Thing:
        """The duty of a case by its rule in the pack."""
        return next(one for one in self.duties(case, round_) if one["rule"] == rule and one["status"] != "withdrawn")

    def step(self, by: str, duty: Thing, name: str, **said: Any) -> Thing:
        """Somebody takes a step of a duty."""
        return self.does(by, self.step_of(duty, name), said)

    def step_of(self, duty: Thing, name: str) -> str:
        """Where a step of a duty is taken."""
        return f"/api/dispatch/cases/{duty['case']}/duties/{duty['number']}/{name}"

    def sign_off(
        self, by: str, case: Case, name: str | None = None, *, service: str = "dispatch", **said: Any
    ) -> Thing:
        """Somebody puts their name to what lies before them, as they read it: signed, approved or sent back."""
        one = self.sign_offs(by, case, name, service=service)[-1]
        path = f"/api/{service}/sign-offs/{one['id']}"
        shown = self.sees(by, path)
        read = {} if "fields" in said else {"hash": shown["content_hash"]}
        return self.does(by, path, {**read, **({"approves": True} if one["decides"] else {}), **said})

    def sign_offs(self, by: str, case: Case, name: str | None = None, *, service: str = "dispatch") -> list[Thing]:
        """What waits for somebody's name in a case."""
        found = self.all_of(by, f"/api/{service}/sign-offs", mine="true", state="waiting", key=case["id"])
        return [one for one in found if name in (None, one["name"])]

    def callback(self, case: Case, round_: int = 1) -> Thing:
        """The callback of a round of a case."""
        found = self.all_of(self.overseer, "/api/callback/callbacks", case=case["id"])
        return next(one for one in found if one["round"] == round_)

    def attempt_of(self, case: Case, round_: int = 1) -> str:
        """Where it is written down that the customer was asked."""
        return f"/api/callback/callbacks/{self.callback(case, round_)['id']}/attempts"

    # -- periodic jobs and records ------------------------------------------------------------------------------

    def job(self, service: str, name: str, period: str) -> Thing:
        """A periodic job as it lies on its desk."""
        found: Thing = self.sees(self.overseer, f"/api/{service}/jobs/job:{self.procedure}.{name}.{period}")
        return found

    def jobs(self, service: str, name: str, **which: str) -> list[Thing]:
        """The periodic jobs of a name, the latest first."""
        return self.all_of(self.overseer, f"/api/{service}/jobs", name=name, **which)

    def do_job(self, by: str, service: str, name: str, period: str, **said: Any) -> Thing:
        """Somebody has done a periodic job."""
        return self.does(by, f"/api/{service}/jobs/job:{self.procedure}.{name}.{period}/done", said)

    def records(self, service: str, **which: str) -> list[Thing]:
        """The records that a service keeps: by form, by key."""
        return self.all_of(self.overseer, f"/api/{service}/records", **which)

    def is_printed(self, record: Thing, *words: str, by: str | None = None) -> None:
        """The record is printed under its Chinese title and number, with who signed it, and as PDF."""
        sheet = self.page(by or self.overseer, record["url"])
        wanted = [
            record["title"]["zh"],
            record["form_number"],
            *(one["signer"] for one in record["signatures"]),
            *words,
        ]
        missing = [word for word in wanted if word and word not in sheet]
        assert not missing, f"{record['url']} does not show {missing}"
        assert record["signatures"] and record["sealed_at"] and record["is_as_sealed"], record

    def next_week(self, day: int = 0, hour: int = 9, minute: int = 1) -> str:
        """It is Monday morning (or another day of next week); the name of the week that has begun."""
        monday = self.now - timedelta(days=self.now.weekday()) + timedelta(days=7 + day)
        self.advance_to(monday.replace(hour=hour, minute=minute, second=0, microsecond=0))
        return self.week()

    def next_month(self, day: int = 1, hour: int = 9, minute: int = 1) -> str:
        """It is the first (or another day) of next month; the name of the month that has begun."""
        first = (self.now.replace(day=1) + timedelta(days=32)).replace(day=day)
        self.advance_to(first.replace(hour=hour, minute=minute, second=0, microsecond=0))
        return self.month()

    # -- clauses ------------------------------------------------------------------------------------------------

    def matrix(self, period: str | None = None) -> dict[str, Thing]:
        """Every clause with how its occasions ended."""
        query = {"procedure": self.procedure, "period": period or f"{self.now:%Y}"}
        return {row["clause"]: row for row in self.sees(self.overseer, "/api/stats/clauses", **query)}

    def occasions_of(
        self,
        clause: str,
        case: Case | None = None,
        *,
        of: str | None = None,
        period: str | None = None,
        year: str | None = None,
    ) -> list[Thing]:
        """The occasions behind the figures of a clause: of a case, or of what is named; they agree with the figures."""
        row = self.matrix(year)[clause]
        found = self.all_of(self.overseer, row["link"], limit=200)
        counted = Counter(one["end"] for one in found)
        assert all(row[end] == counted[end] for end in counted), f"{clause}: {row} does not open into {counted}"
        assert len(found) == row["occasions"], f"{clause}: {row['occasions']} are said, {len(found)} are shown"
        asked = [
            one
            for one in found
            if (case is None or one["case"] == case["number"])
            and (of is None or one["of"] == of)
            and (period is None or one["period"] == period)
        ]
        self.ends_seen.setdefault(clause, set()).update(one["end"] for one in asked)
        return asked

    def ends_of(self, clause: str, case: Case | None = None, **which: Any) -> list[str]:
        """How the occasions of a clause ended, in their order."""
        found = self.occasions_of(clause, case, **which)
        return [one["end"] for one in sorted(found, key=lambda one: (one["opened_at"], one["id"]))]

    def figures(self, period: str) -> dict[str, Thing]:
        """Every indicator of a period."""
        query = {"procedure": self.procedure, "period": period}
        return {one["indicator"]: one for one in self.sees(self.overseer, "/api/stats/indicators", **query)}

    def cases_of(self, figure: Thing, part: str = "cases") -> Iterator[str]:
        """The numbers of the cases into which a figure opens."""
        return (one["number"] for one in self.all_of(self.overseer, figure[part]))


def _with(path: str, query: dict[str, Any]) -> str:
    """An address with more in its query."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(query)}" if query else path
