"""OpenTelemetry traces of requests and tasks, with a step for each call to another service.

Nothing is traced, and nothing of OpenTelemetry is imported, before start_tracing(). A trace has the
names of views, tasks and services, routes, statements without parameters, and kinds of errors:
never a parameter, a path, a person, an address or the message of an error.

Library internals are not replaced: the steps are Django's execute wrappers, the circuit breakers'
guards and the calls of lib.outbound. A visitor's `traceparent` is ignored, as it would let visitors
choose what is traced.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from lib.scrubbing import format_error_kind
from lib.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Span, Tracer

type Attributes = dict[str, str | int]
type Description = Callable[[str, Attributes, BaseException | None], None]
"""A function that sets the name, attributes and error of a span before the span ends."""

_HEADER = "traceparent"
_MAX_STATEMENT_LENGTH = 2000  # characters


@dataclass
class _State:
    """The provider and tracer of this process; None while nothing is traced."""

    provider: "TracerProvider | None" = None
    tracer: "Tracer | None" = None


_state = _State()
_NO_STEP: AbstractContextManager[None] = nullcontext()
_NO_SPAN: AbstractContextManager[Description] = nullcontext(lambda name, attributes, error: None)


def start_tracing(url: str, percent: int) -> None:
    """Trace `percent` of all requests and tasks, and send them to `url` by OTLP over HTTP.

    Do nothing without a URL. Raise ImproperlyConfigured if the packages are not installed.
    """
    if not url:
        return
    try:
        # Imported here, because loading takes time and most installations do not trace.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise ImproperlyConfigured(
            "TRACES_URL needs the packages of requirements/traces.lock."
        ) from missing
    start_tracing_to(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)), percent)


def start_tracing_to(processor: "SpanProcessor", percent: int) -> None:
    """Trace `percent` of all requests and tasks, and hand the ended spans to `processor`.

    A task is traced if the request that enqueued it is.
    """
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(percent / 100)),
        resource=Resource.create({"service.name": "santa311", "service.version": VERSION}),
    )
    provider.add_span_processor(processor)
    _state.provider, _state.tracer = provider, provider.get_tracer("santa311")


def stop_tracing() -> None:
    """Hand over the ended spans, and trace nothing from now on."""
    if _state.provider:
        _state.provider.shutdown()
    _state.provider = _state.tracer = None


def trace_request() -> AbstractContextManager[Description]:
    """Return a context manager that traces its block as a request, and yields a Description.

    The block calls this function with the name, attributes and error (or None) before its end. The
    call does nothing while tracing is off.
    """
    if _state.tracer is None:
        return _NO_SPAN
    from opentelemetry.trace import SpanKind

    return _record_span(_state.tracer, SpanKind.SERVER, None)


def trace_task(parent: str | None) -> AbstractContextManager[Description]:
    """Return a context manager that traces its block as a task, and yields a Description.

    The block calls this function with the name, attributes and error (or None) before its end. The
    call does nothing while tracing is off. `parent` is the `traceparent` of the task's message,
    None for a task that no request caused.
    """
    if _state.tracer is None:
        return _NO_SPAN
    from opentelemetry.trace import SpanKind

    return _record_span(_state.tracer, SpanKind.CONSUMER, parent)


def trace_step(name: str, operation: str = "") -> AbstractContextManager[None]:
    """Return a context manager that traces its block as a step of the present request or task.

    Outside of traced requests and tasks, nothing is recorded.
    """
    if not _is_recording():
        return _NO_STEP
    return _record_step(f"{name} {operation}".rstrip(), {})


def trace_statement(execute, sql, params, many, context) -> Any:
    """Execute a statement as a step of the present request or task (an execute wrapper)."""
    if not _is_recording():
        return execute(sql, params, many, context)
    # A statement of another type may have values in it.
    text = sql.strip()[:_MAX_STATEMENT_LENGTH] if isinstance(sql, str) else "composed"
    attributes: Attributes = {"db.system.name": "postgresql", "db.query.text": text}
    with _record_step(text.partition(" ")[0][:20], attributes):
        return execute(sql, params, many, context)


def build_trace_headers() -> dict[str, str]:
    """Return the header `traceparent` of the present step; {} if nothing is recorded."""
    headers: dict[str, str] = {}
    if _is_recording():
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(headers)
        headers.pop("tracestate", None)
    return headers


def _is_recording() -> bool:
    """Return True inside of a request or task that is traced."""
    if _state.tracer is None:
        return False
    from opentelemetry.trace import get_current_span

    return get_current_span().is_recording()


@contextmanager
def _record_span(tracer: "Tracer", kind: Any, parent: str | None) -> Iterator[Description]:
    """Record the block as a span without a name, and yield its Description."""
    from opentelemetry.context import Context
    from opentelemetry.trace import StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {_HEADER: parent} if parent else {}
    origin = TraceContextTextMapPropagator().extract(carrier, Context())
    with tracer.start_as_current_span(
        "?", origin, kind, record_exception=False, set_status_on_exception=False
    ) as span:

        def describe(name: str, attributes: Attributes, error: BaseException | None) -> None:
            span.update_name(name)
            span.set_attributes(attributes)
            if int(attributes.get("http.response.status_code", 0)) >= 500:
                span.set_status(StatusCode.ERROR)
            if error is not None:
                _set_error(span, error)

        yield describe


@contextmanager
def _record_step(name: str, attributes: Attributes) -> Iterator[None]:
    """Record the block as a step of the present span, with the kind of its error, if any.

    Without a present span the step begins a trace. Tracing must be on.
    """
    from opentelemetry.trace import SpanKind

    assert _state.tracer
    with _state.tracer.start_as_current_span(
        name,
        kind=SpanKind.CLIENT,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except Exception as error:
            _set_error(span, error)
            raise


def _set_error(span: "Span", error: BaseException) -> None:
    """Mark a span as failed, with the kind of the error and not its message."""
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", format_error_kind(error))
