"""The catalogue of metrics and the numbers behind it, one registry a service.

Names carry their unit (base units: seconds, bytes; `_total` for counters) and the prefix `ansim_`. Labels come from
closed sets: no person, record, address or free text can become one; a value outside its set is counted as `other`.
Every metric also carries the label `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

PREFIX: Final = "ansim_"
OTHER: Final = "other"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_M = TypeVar("_M", Counter, Gauge)

Labels = Mapping[str, frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class _Metric:
    """`labels`: the values a label may take; None for a set that is closed when the service starts (route templates,
    agreements, partitions)."""

    name: str
    help: str
    labels: Labels = field(default_factory=dict)


class CounterMetric(_Metric):
    """Only rises."""


class GaugeMetric(_Metric):
    """A value as it is now."""


@dataclass(frozen=True, slots=True)
class HistogramMetric(_Metric):
    """Durations in seconds, by bucket."""

    buckets: tuple[float, ...] = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


_methods: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_statuses: Final = frozenset({"1xx", "2xx", "3xx", "4xx", "5xx"})

BUILD_INFO: Final = GaugeMetric("build_info", "Always 1; the running version is its label.", {"version": None})
HTTP_REQUESTS: Final = CounterMetric(
    "http_requests_total",
    "Requests answered, by route template.",
    {"method": _methods, "route": None, "status": _statuses},
)
HTTP_REQUEST_SECONDS: Final = HistogramMetric(
    "http_request_seconds", "From the first byte of a request to the last of its answer.", {"method": _methods}
)
SIGN_INS: Final = CounterMetric(
    "sign_ins_total", "Finished sign-ins.", {"outcome": frozenset({"signed_in", "refused", "provider_away"})}
)
FEED_EVENTS: Final = CounterMetric("feed_events_total", "Events handed to partners.", {"agreement": None})
OUTBOX_ROWS: Final = GaugeMetric("outbox_rows", "Journal events that the broker has not acknowledged yet.")
OUTBOX_OLDEST_SECONDS: Final = GaugeMetric("outbox_oldest_seconds", "Age of the oldest unpublished event; 0 when none.")
EVENTS_PUBLISHED: Final = CounterMetric("events_published_total", "Events acknowledged by the broker and stamped.")
RELAY_LEADER: Final = GaugeMetric("relay_leader", "1 where this process publishes the journal, else 0.")
RELAY_POSITION: Final = GaugeMetric("relay_position", "The last gapless position given to a published event.")
EVENTS_CONSUMED: Final = CounterMetric(
    "events_consumed_total",
    "Messages read from the topics, by what became of them.",
    {"outcome": frozenset({"ignored", "reacted", "duplicate", "behind_parked", "parked"})},
)
CONSUMER_LAG_MESSAGES: Final = GaugeMetric("consumer_lag_messages", "Messages of the topics that were not read yet.")
PARKED_EVENTS: Final = GaugeMetric("parked_events", "Parked messages waiting for a person.")
PARKED_OLDEST_SECONDS: Final = GaugeMetric("parked_oldest_seconds", "Age of the oldest parked message; 0 when none.")
KEY_SERVICE_SECONDS: Final = HistogramMetric(
    "key_service_seconds", "One question to the key store.", {"operation": frozenset({"find", "add", "destroy"})}
)
HANDOVERS_PENDING: Final = GaugeMetric(
    "handovers_pending", "Accepted referrals whose data has not been fetched from the sender yet."
)
HANDOVER_FETCHES: Final = CounterMetric(
    "handover_fetches_total",
    "Calls for a referral's data, by what became of them.",
    {
        "outcome": frozenset(
            {
                "arrived",
                "erased",
                "refused",
                "not_accepted_yet",
                "not_understood",
                "token_refused",
                "sender_failed",
                "sender_away",
                "not_kept",
            }
        )
    },
)
PROGRESS_SECONDS: Final = GaugeMetric(
    "progress_age_seconds", "Since a worker last finished a round; liveness fails when it grows.", {"worker": None}
)
CATALOGUE: Final[Mapping[str, _Metric]] = {
    metric.name: metric for metric in list(globals().values()) if isinstance(metric, _Metric)
}


class Metrics:
    """The numbers of one service process, in a registry of their own so that several can live in one test process."""

    def __init__(self, service: str, version: str = "") -> None:
        self._service = service
        self.registry = CollectorRegistry()
        self._raised: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        self._counters = {m.name: self._made(Counter, m) for m in CATALOGUE.values() if isinstance(m, CounterMetric)}
        self._gauges = {m.name: self._made(Gauge, m) for m in CATALOGUE.values() if isinstance(m, GaugeMetric)}
        self._histograms = {
            m.name: Histogram(
                PREFIX + m.name, m.help, ("service", *m.labels), registry=self.registry, buckets=m.buckets
            )
            for m in CATALOGUE.values()
            if isinstance(m, HistogramMetric)
        }
        if version:
            self.set(BUILD_INFO, 1, version=version)

    def count(self, metric: CounterMetric, by: float = 1, **labels: str) -> None:
        """Adds to a counter. `labels` must name exactly the metric's labels."""
        self._counters[metric.name].labels(self._service, *_values(metric, labels)).inc(by)

    def raise_to(self, metric: CounterMetric, total: float, **labels: str) -> None:
        """Adds what is missing to `total`: for code that keeps its own count. Never lowers a counter."""
        counter = self._counters[metric.name].labels(self._service, *_values(metric, labels))
        key = (metric.name, tuple(sorted(labels.items())))
        missing = total - self._raised.get(key, 0.0)
        if missing > 0:
            counter.inc(missing)
            self._raised[key] = total

    def set(self, metric: GaugeMetric, value: float, **labels: str) -> None:
        """Puts a gauge to a value."""
        self._gauges[metric.name].labels(self._service, *_values(metric, labels)).set(value)

    def observe(self, metric: HistogramMetric, seconds: float, **labels: str) -> None:
        """Adds one duration to a histogram."""
        self._histograms[metric.name].labels(self._service, *_values(metric, labels)).observe(seconds)

    def render(self) -> bytes:
        """The text that Prometheus scrapes, of type CONTENT_TYPE."""
        return generate_latest(self.registry)

    def _made(self, kind: type[_M], metric: _Metric) -> _M:
        return kind(PREFIX + metric.name, metric.help, ("service", *metric.labels), registry=self.registry)


def _values(metric: _Metric, labels: Mapping[str, str]) -> list[str]:
    if labels.keys() != metric.labels.keys():
        raise ValueError(f"{metric.name} has the labels {', '.join(metric.labels) or 'none'}")
    return [
        labels[name] if closed is None or labels[name] in closed else OTHER for name, closed in metric.labels.items()
    ]
