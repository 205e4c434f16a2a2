"""The web application of a running service: its pages, its JSON, its health, and the way into its work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from closeloop.chassis import explaining, parked_pages
from closeloop.chassis.acting import here, traceparent
from closeloop.chassis.attachments import routes as attachments
from closeloop.chassis.body_limit import limited, most_bytes
from closeloop.chassis.connectors import routes as letters
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import Pages
from closeloop.chassis.pages.sign_in import sign_in_routes
from closeloop.chassis.people import roles_pages
from closeloop.chassis.problems import install_problems, on_http, on_mistake, on_refusal
from closeloop.chassis.records import copy_routes, library
from closeloop.chassis.records import routes as records
from closeloop.chassis.refusals import Refusal
from closeloop.chassis.running import Running
from closeloop.chassis.schedules import routes as schedules
from closeloop.chassis.signing import routes as sign_offs
from closeloop.chassis.telling import figures
from closeloop.chassis.tracing import traced, traceparent_in

HEALTH = frozenset({"/livez", "/readyz", "/metrics"})


class ServiceApp:
    """One service as an ASGI application; every request knows which service it reached, and its trace."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.framework = _framework(running)
        self.routes: list[BaseRoute] = list(running.service.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.framework(scope, receive, send)
            return
        here.set(self.running)
        traceparent.set(_traceparent(scope))
        tracing = self.running.tracing
        if tracing is None or scope["path"] in HEALTH:
            await self._answer(scope, receive, send)
        else:
            await traced(tracing, self._answer, scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receive = limited(scope, receive, most_bytes(scope, self.running.settings))
        except HTTPException as too_large:
            request = Request({**scope, "app": self.framework}, receive)
            await (await on_http(request, too_large))(scope, receive, send)
            return
        for route in self.routes:
            match, inner = route.matches(scope)
            if match is Match.FULL:
                scope["route"] = route
                await self._directly(route, {**scope, **inner, "app": self.framework}, receive, send)
                return
        await self.framework(scope, receive, send)

    async def _directly(self, route: BaseRoute, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            if not isinstance(route, Route):
                await route.handle(scope, receive, send)
                return
            response = await route.endpoint(request)
        except Refusal as refusal:
            response = await on_refusal(request, refusal)
        except Exception as mistake:
            handlers = self.framework.exception_handlers
            handler = next((handlers[kind] for kind in type(mistake).__mro__ if kind in handlers), on_mistake)
            response = await handler(request, mistake)  # type: ignore[misc]
        await response(scope, receive, send)


def _traceparent(scope: Scope) -> str | None:
    for name, value in scope.get("headers", ()):
        if name == b"traceparent":
            return traceparent_in(value.decode("latin-1"))
    return None


def _framework(running: Running) -> FastAPI:
    service = running.service

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await running.start()
        try:
            yield
        finally:
            await running.stop()

    app = FastAPI(
        title=f"Closeloop {service.name}",
        version="1",
        lifespan=lifespan,
        openapi_url=f"/api/{service.name}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.running = running
    app.state.people = running.people
    app.state.read = running.read
    app.state.secure_cookies = running.settings.secure_cookies
    app.state.pages = pages = Pages(
        service.name,
        service.templates,
        menu=(
            *service.menu,
            ("sign_offs", _("To sign")),
            ("to_read", _("To read")),
            ("jobs", _("Periodic jobs")),
            ("records", _("Records")),
            ("roles", _("Roles")),
            *((("letters", _("Letters")),) if running.connectors.carry else ()),
        ),
        simulated_now=running.now if running.is_simulated else None,
    )
    install_problems(app)
    for router in (
        *service.routers,
        explaining.router(service.name),
        parked_pages.router(service.name),
        records.router(service.name),
        copy_routes.router(service.name),
        library.router(service.name),
        schedules.router(service.name),
        sign_offs.router(service.name),
        roles_pages.router(service.name),
        attachments.router(service.name),
        letters.router(service.name),
        sign_in_routes(),
    ):
        app.router.routes.extend(router.routes)  # as they are: a router that is included is asked anew by every request
    app.router.routes.append(Mount(pages.statics.address, pages.statics))
    _health(app, running)
    return app


def _health(app: FastAPI, running: Running) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> Response:
        """The process answers."""
        return JSONResponse({"service": running.name, "alive": True})

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        """The service can do its work; if not, what keeps it."""
        troubles = running.unready()
        return JSONResponse(
            {"service": running.name, "ready": not troubles, "because": troubles}, 503 if troubles else 200
        )

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Figures for Prometheus."""
        figures(running)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Gateway:
    """Several services on one port: the first part of the path says which."""

    def __init__(self, apps: dict[str, ServiceApp], *, more: dict[str, ASGIApp] | None = None) -> None:
        self.apps, self.more = apps, more or {}
        self.first = next(iter(apps))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        for prefix, app in self.more.items():
            if path.startswith(prefix):
                await app(scope, receive, send)
                return
        parts = path.split("/", 3)
        name = parts[2] if parts[1] in ("api", "public") and len(parts) > 2 else parts[1]
        if name in self.apps:
            await self.apps[name](scope, receive, send)
        elif path == "/":
            await RedirectResponse("/dispatch" if "dispatch" in self.apps else f"/{self.first}")(scope, receive, send)
        elif path == "/readyz":
            await self._readyz(scope, receive, send)
        else:
            await self.apps[self.first](scope, receive, send)

    async def _readyz(self, scope: Scope, receive: Receive, send: Send) -> None:
        troubles: dict[str, Any] = {name: app.running.unready() for name, app in self.apps.items()}
        because = {name: found for name, found in troubles.items() if found}
        await JSONResponse({"ready": not because, "because": because}, 503 if because else 200)(scope, receive, send)
