"""The pages of one service: templates, navigation, and the page that says what went wrong."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from closeloop.chassis.i18n import Sentence, day, duration, in_words, moment
from closeloop.chassis.pages.again import the_same_page
from closeloop.chassis.pages.marks import labelled, number
from closeloop.chassis.pages.page import Page
from closeloop.chassis.pages.statics import Statics

TABS: tuple[tuple[str, dict[str, str]], ...] = (
    ("intake", {"zh": "登记", "en": "Desk"}),
    ("dispatch", {"zh": "派工", "en": "Dispatch"}),
    ("callback", {"zh": "回访", "en": "Callback"}),
    ("survey", {"zh": "征询", "en": "Survey"}),
    ("stats", {"zh": "统计", "en": "Stats"}),
)
_COMES_BACK = frozenset({400, 403, 409, 412, 413, 422, 429, 503})


class Pages:
    """What the pages of a service share. `menu` are routes of the service that every page links to."""

    def __init__(
        self,
        service: str,
        templates: Path | None = None,
        *,
        menu: Sequence[tuple[str, Sentence]] = (),
        simulated_now: Callable[[], datetime] | None = None,
        statics: Statics | None = None,
    ) -> None:
        self.service = service
        self.menu = menu
        self.simulated_now = simulated_now
        self.statics = statics or Statics()
        self.environment = _environment([templates] if templates else [])
        self.environment.globals.update(static=self.statics.url, tabs=TABS, version=_version())

    async def problem(
        self, request: Request, status: int, body: dict[str, Any], entered: Mapping[str, Any]
    ) -> Response:
        """What went wrong: on the form that came back, at the door, or on a page of its own."""
        if status == 401 and request.method == "GET":
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(back)}", 303)
        if request.method == "POST" and status in _COMES_BACK:
            again = await the_same_page(request, status, body, entered)
            if again is not None:
                return again
        return Page(request, self).show("chassis/problem", status=status, problem=body, back=_own_referer(request))


def _own_referer(request: Request) -> str:
    address = urlsplit(request.headers.get("referer", ""))
    return address.path if address.netloc == request.headers.get("host") and address.path else "/"


def _version() -> str:
    try:
        return version("closeloop-chassis")
    except PackageNotFoundError:
        return "0"


@pass_context
def _in_words(context: Context, value: Any) -> Any:
    return in_words(value, context.get("lang", "zh"))


@pass_context
def _say(context: Context, sentence: str, **values: Any) -> str:
    return Sentence(sentence, values).in_(context.get("lang", "zh"))


@pass_context
def _moment(context: Context, at: datetime | None) -> str:
    return moment(at, context["lang"]) if at else ""


@pass_context
def _day(context: Context, on: Any) -> str:
    return day(on, context["lang"]) if on else ""


@pass_context
def _from_now(context: Context, at: datetime, now: datetime) -> str:
    return duration(at - now, context["lang"], direction=True)


def _environment(folders: Sequence[Path]) -> Environment:
    own = Path(__file__).parent / "templates"
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, own)]),
        autoescape=select_autoescape(("html",), default=True),
        undefined=StrictUndefined,
        finalize=_in_words,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _say
    environment.filters.update(
        moment=_moment, day=_day, from_now=_from_now, labelled=labelled, number=number, said=_in_words
    )
    return environment
