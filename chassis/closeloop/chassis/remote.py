"""A Closeloop that runs somewhere, asked over HTTP by the commands; what goes wrong is one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.serving import give_up, terminal_language

if TYPE_CHECKING:
    import httpx  # who only serves does not load it

PATIENCE_SECONDS = 10.0
ADDRESS = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(/\S*)?", re.IGNORECASE)
GATEWAY_FAILED = (502, 503, 504)

Url = Annotated[
    str | None, typer.Option(help="Where Closeloop runs; otherwise on this machine, at the port of CLOSELOOP_PORT.")
]
Token = Annotated[
    str | None,
    typer.Option(envvar="CLOSELOOP_TOKEN", help="A token of `closeloop people token NAME`.", show_envvar=True),
]


class Absent(Exception):
    """Nobody answers there."""


class Remote:
    """Asks in the name of whom the token was given to, in the language of the terminal."""

    def __init__(self, url: str | None, token: str | None, *, transport: httpx.BaseTransport | None = None) -> None:
        import httpx

        self.url = (url or _of_this_machine()).rstrip("/")
        headers = {"Accept": "application/json", "Accept-Language": terminal_language()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if not ADDRESS.fullmatch(self.url):
            give_up(_("{url} is no address: write it like http://127.0.0.1:8300.", url=self.url), 2)
        self.client = httpx.Client(
            base_url=self.url, headers=headers, timeout=PATIENCE_SECONDS, transport=transport, trust_env=False
        )

    def get(self, path: str) -> httpx.Response:
        """What is shown there; `Absent` if nobody shows anything."""
        return self._ask("GET", path)

    def post(self, path: str, body: Any, *, patience: float | None = PATIENCE_SECONDS) -> httpx.Response:
        """Have something done there."""
        return self._ask("POST", path, json=body, timeout=patience)

    def nobody(self) -> Sentence:
        """The sentence for when nobody answers at all."""
        return _("Nobody answers at {url}: start Closeloop, or say where it runs with --url.", url=self.url)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        import httpx

        try:
            answer = self.client.request(method, path, **more)
        except httpx.TransportError as trouble:
            raise Absent(type(trouble).__name__) from None
        if answer.status_code in GATEWAY_FAILED:
            raise Absent(str(answer.status_code))
        return answer


def detail_of(answer: httpx.Response) -> str:
    """The sentence that an answer which is none carries."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return _("The answer was {status}; this is no Closeloop, or not a newer one.", status=answer.status_code).in_(
            terminal_language()
        )


def _of_this_machine() -> str:
    from closeloop.chassis.settings import read_settings

    settings = read_settings()
    return f"http://{settings.host}:{settings.port}"
