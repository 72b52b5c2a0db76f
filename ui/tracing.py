"""Traces for OpenTelemetry: FastAPI's own spans of requests, and in them ours of a question's stages."""

from __future__ import annotations

from importlib import import_module

from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode
from pydantic import HttpUrl

from index.errors import InvalidSetting
from index.measures import Stage

_EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_QUERY = "url.query"
_WITHHELD = "withheld"


class Tracing:
    """A provider of our own: the process may have one of Chroma's, which sends nothing anywhere."""

    def __init__(self, processor: SpanProcessor) -> None:
        self.provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "missiondesk"}), shutdown_on_exit=False)
        self.provider.add_span_processor(_WithoutQueries())
        self.provider.add_span_processor(processor)
        self._tracer = self.provider.get_tracer("missiondesk")

    def took(self, stage: Stage, started: int, ended: int) -> None:
        """A span below the request's, whose context the answering thread has; see `index.measures.Listener`."""
        self._tracer.start_span(stage, start_time=started).end(ended)

    def model_failed(self, kind: str) -> None:
        """See `index.measures.Listener`."""
        span = self._tracer.start_span("chat_model")
        span.set_attribute("error.type", kind)
        span.set_status(Status(StatusCode.ERROR))
        span.end()

    def close(self) -> None:
        """Send what is left."""
        self.provider.shutdown()


class _WithoutQueries(SpanProcessor):
    """FastAPI's spans hold the address with its query, in which searches have their questions."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if span.attributes and _QUERY in span.attributes:
            span.set_attribute(_QUERY, _WITHHELD)


def open_tracing(endpoint: HttpUrl) -> Tracing:
    """Sends spans to a collector in the background. Raises `InvalidSetting` where the exporter is not installed."""
    try:
        exporter: SpanExporter = import_module(_EXPORTER).OTLPSpanExporter(endpoint=str(endpoint))
    except ImportError as error:
        raise InvalidSetting("Setting otel_endpoint needs a package: pip install 'missiondesk[otel]'") from error
    return Tracing(BatchSpanProcessor(exporter))
