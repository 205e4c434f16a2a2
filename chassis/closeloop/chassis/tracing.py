"""Traces: one request, its events and everything that was done because of them, as one tree.

A span stands for a request and for each piece of work; the journal entry, the message and its NATS header carry the
piece's `traceparent`, so that the pieces of other services hang below it. Nothing is measured and OpenTelemetry's SDK
is not loaded unless `CLOSELOOP_OTLP_ENDPOINT` is set; a `traceparent` that comes in is handed on even then.
Spans name services, steps and outcomes, never a person or what somebody said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from closeloop.chassis.acting import traceparent
from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refusal

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from closeloop.chassis.piece import Piece
    from closeloop.chassis.settings import Settings

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
FAILED_FROM = 500
SEND_SECONDS = 2.0


def traceparent_in(text: str) -> str | None:
    """The text if it is a `traceparent` (W3C Trace Context), else nothing."""
    return text if TRACEPARENT.fullmatch(text) else None


class Tracing:
    """The spans of one service."""

    def __init__(self, service: str, exporter: SpanExporter, *, at_once: bool = False) -> None:
        from opentelemetry import trace
        from opentelemetry.context import Context
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self.service = service
        self._trace, self._propagator, self._nothing_above = trace, TraceContextTextMapPropagator(), Context()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": f"closeloop-{service}"}), shutdown_on_exit=False
        )
        self._provider.add_span_processor((SimpleSpanProcessor if at_once else BatchSpanProcessor)(exporter))
        self._tracer = self._provider.get_tracer("closeloop")

    def asked(self, method: str, traceparent: str | None) -> Span:
        """A request came in."""
        return self._span(method, traceparent, self._trace.SpanKind.SERVER, {"http.request.method": method})

    def answered(self, span: Span, method: str, route: str, status: int) -> None:
        """A request was answered; its route stands with the names of its parameters, never with their values."""
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.route": route, "http.response.status_code": status})
        self._end(span, failed=status >= FAILED_FROM)

    def begins(self, piece: Piece) -> None:
        """A piece of work is queued; from here on what it tells belongs to its own span."""
        about = {"closeloop.service": self.service, "closeloop.source": piece.source}
        kinds = self._trace.SpanKind
        if piece.heard is not None:
            about |= {"messaging.system": "nats", "messaging.destination.name": piece.heard.subject}
        kind = kinds.CONSUMER if piece.source == "event" else kinds.INTERNAL
        piece.span = self._span(piece.name, piece.traceparent, kind, about)
        piece.traceparent = self.traceparent_of(piece.span)

    def ended(self, piece: Piece) -> None:
        """A piece of work is on disk, was refused, or failed; the reason may name a person and stays out."""
        if piece.span is None:
            return
        error = piece.outcome.error
        end = "done" if error is None else "refused" if isinstance(error, Refusal) else "failed"
        piece.span.set_attribute("closeloop.end", end)
        if error is not None:
            piece.span.set_attribute("error.type", type(error).__name__)
        self._end(piece.span, failed=end == "failed")
        piece.span = None

    def traceparent_of(self, span: Span) -> str:
        """What whoever goes on from this span is given."""
        about = span.get_span_context()
        return f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}"

    def close(self) -> None:
        """Send what has not been sent yet."""
        self._provider.shutdown()

    def _span(self, name: str, traceparent: str | None, kind: Any, about: dict[str, Any]) -> Span:
        above = self._propagator.extract({"traceparent": traceparent or ""}, context=self._nothing_above)
        return self._tracer.start_span(name, above, kind=kind, attributes=about)

    def _end(self, span: Span, *, failed: bool) -> None:
        if failed:
            span.set_status(self._trace.StatusCode.ERROR)
        span.end()


def tracing_of(settings: Settings, service: str) -> Tracing | None:
    """The tracing that the settings ask for, if any."""
    if not settings.otlp_endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        from closeloop.chassis.serving import CannotStart

        raise CannotStart(
            _(
                "CLOSELOOP_OTLP_ENDPOINT is set, but what sends traces is not installed: "
                "install closeloop-chassis[tracing], or leave the setting empty."
            )
        ) from None
    address = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
    return Tracing(service, OTLPSpanExporter(endpoint=address, timeout=SEND_SECONDS))


async def traced(tracing: Tracing, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Have the application answer a request below a span; what is done for it hangs below that."""
    span = tracing.asked(scope["method"], traceparent.get())
    traceparent.set(tracing.traceparent_of(span))
    status = FAILED_FROM

    async def noticing(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        await send(message)

    try:
        await app(scope, receive, noticing)
    finally:
        tracing.answered(span, scope["method"], getattr(scope.get("route"), "path", "unknown"), status)
