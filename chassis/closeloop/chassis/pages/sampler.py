"""Every part of a page at once: `python -m closeloop.chassis.pages.sampler` serves it to whoever writes templates."""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import uvicorn
from fastapi import FastAPI, Form
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from closeloop.chassis.i18n import Sentence
from closeloop.chassis.pages import CurrentPage, Pages, Statics, sign_in_routes
from closeloop.chassis.people import CurrentPerson, People
from closeloop.chassis.problems import install_problems
from closeloop.chassis.refusals import Refused

AT = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
DUTIES = [
    {
        "number": "WX-2026-0417",
        "what": {"zh": "厨房水管爆裂，楼下已渗水", "en": "Burst pipe in the kitchen, water reaches the flat below"},
        "where": {"zh": "云栖花园 3 栋 1204", "en": "Garden Estate 3-1204"},
        "due_at": AT,
        "state": {"zh": "已超时", "en": "Overdue"},
        "tone": "bad",
    },
    {
        "number": "WX-2026-0421",
        "what": {"zh": "电梯按钮失灵", "en": "Lift button does not react"},
        "where": {"zh": "江湾大厦 B 座", "en": "River Towers B"},
        "due_at": AT,
        "state": {"zh": "处理中", "en": "Under way"},
        "tone": "waiting",
    },
    {
        "number": "WX-2026-0422",
        "what": {"zh": "楼道灯不亮", "en": "Corridor light is out"},
        "where": {"zh": "云栖花园 1 栋", "en": "Garden Estate 1"},
        "due_at": AT,
        "state": {"zh": "已完成", "en": "Finished"},
        "tone": "good",
    },
]
HISTORY = [
    {
        "at": AT,
        "what": {"zh": "电话登记", "en": "Registered by telephone"},
        "by": "desk-1",
        "tone": "good",
        "clauses": ["P00-4.1"],
    },
    {"at": AT, "what": {"zh": "派工给工程维修部", "en": "Dispatched to engineering"}, "by": "desk-1", "tone": "good"},
    {
        "at": AT,
        "what": {"zh": "接单超时", "en": "Not accepted in time"},
        "tone": "bad",
        "note": {"zh": "已升级到主管。", "en": "Went up to the head."},
    },
    {"at": AT, "what": {"zh": "等待客户签字", "en": "Waits for the signature"}, "tone": "waiting"},
]


class ResultForm(BaseModel):
    """What was done."""

    outcome: str
    result: str = Field(min_length=2, max_length=20)
    minutes: int = Field(gt=0)


class Slip(BaseModel):
    """What a program sends."""

    kind: str = Field(max_length=5)
    at: AwareDatetime
    count: int = 1
    urgency: Literal["low", "high"] = "low"


def a_sampler(folder: Path) -> FastAPI:
    """A service of nothing but pages, with people of its own in this folder."""
    app = FastAPI()
    app.state.people = People.of(folder)
    menu = [("sampler", Sentence("My duties")), ("parked", Sentence("Parked messages"))]
    app.state.pages = Pages("dispatch", menu=menu)
    install_problems(app)
    app.mount("/static/chassis", Statics())
    app.include_router(sign_in_routes())

    @app.get("/dispatch/sampler", name="sampler")
    async def sampler(page: CurrentPage, person: CurrentPerson) -> Response:
        """All parts, filled."""
        return page.show("chassis/sampler", duties=DUTIES, history=HISTORY)

    @app.get("/dispatch/parked", name="parked")
    async def parked() -> Response:
        """A bug, to see what people see of it."""
        raise RuntimeError("a bug that names a secret")

    @app.post("/dispatch/duties/{number}/finish", name="finish_duty")
    async def finish_duty(
        number: int, form: Annotated[ResultForm, Form()], person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """A form that may be wrong, refused or taken."""
        if form.outcome == "cannot":
            raise Refused(Sentence("The head has to be told first."), clause="P00-4.2")
        return page.go_to("sampler", said=Sentence("The result is on record."))

    @app.post("/api/dispatch/slips")
    async def slip(slip: Slip, person: CurrentPerson) -> dict[str, str]:
        """The same for programs."""
        return {"kind": slip.kind, "by": person.id}

    return app


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as somewhere:
        sampler = a_sampler(Path(somewhere))
        sys.stdout.write((Path(somewhere) / "passwords.txt").read_text())
        uvicorn.run(sampler, port=8399, log_level="warning")
