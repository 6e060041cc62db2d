"""The catalogues of metrics and log events as documents for operators. `python -m ansim.telemetry` writes them."""

from collections.abc import Mapping
from typing import Final

from ansim.telemetry import events, metrics

_KINDS: Final = {
    metrics.CounterMetric: "counter",
    metrics.GaugeMetric: "gauge",
    metrics.HistogramMetric: "histogram",
}

_METRICS_HEAD: Final = """\
# Metrics

Made from `ansim/telemetry/metrics.py` by `python -m ansim.telemetry`; a test fails when this file is stale.
Every metric also carries the label `service`. A label value outside its set is counted as `other`; *start* means that
the set is fixed when the service starts (route templates, agreements, partitions, version).

| metric | kind | labels | what it says |
|---|---|---|---|
"""

_EVENTS_HEAD: Final = """\
# Log events

Made from `ansim/telemetry/events.py` by `python -m ansim.telemetry`; a test fails when this file is stale.
One JSON object a line. Every line has `at`, `level`, `event`, `service`; `correlationid`, `causationid` and `event_id`
where a request or event is at hand; `errors` (class names) and `frames` (places in our own code) where something failed.
A field that is not listed is dropped and its name is written to `dropped`.

| event | fields | what it says |
|---|---|---|
"""


def render() -> Mapping[str, str]:
    """The documents by file name, as they belong in `docs/catalogue/`."""
    return {"metrics.md": _METRICS_HEAD + _metric_rows(), "log-events.md": _EVENTS_HEAD + _event_rows()}


def _metric_rows() -> str:
    return "".join(
        f"| `{metrics.PREFIX}{metric.name}` | {_KINDS[type(metric)]} | {_labels(metric.labels)} | {metric.help} |\n"
        for metric in sorted(metrics.CATALOGUE.values(), key=lambda each: each.name)
    )


def _labels(labels: metrics.Labels) -> str:
    return "<br>".join(
        f"`{name}`: {'*start*' if closed is None else ', '.join(sorted(closed))}" for name, closed in labels.items()
    )


def _event_rows() -> str:
    return "".join(
        f"| `{entry.name}` | {', '.join(f'`{name}` {kind}' for name, kind in entry.fields.items())} | {entry.help} |\n"
        for entry in sorted(events.CATALOGUE.values(), key=lambda each: each.name)
    )
