from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ansim.telemetry import Metrics, metrics


def samples(kit_metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(kit_metrics.render().decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_a_counter_counts_under_its_service() -> None:
    numbers = Metrics("intake")

    numbers.count(metrics.EVENTS_PUBLISHED)
    numbers.count(metrics.EVENTS_PUBLISHED, 4)

    assert samples(numbers)["ansim_events_published_total", (("service", "intake"),)] == 5


def test_a_count_kept_elsewhere_is_taken_over_and_never_lowered() -> None:
    numbers = Metrics("intake")

    for total in (3, 3, 7, 2):
        numbers.raise_to(metrics.EVENTS_CONSUMED, total, outcome="reacted")

    assert samples(numbers)["ansim_events_consumed_total", (("outcome", "reacted"), ("service", "intake"))] == 7


def test_every_catalogued_metric_is_measured_somewhere() -> None:
    kit = Path(__file__).parents[2] / "ansim"
    services = Path(__file__).parents[3] / "services"
    code = [file for root in (kit, services) for file in root.rglob("*.py")]
    used = "\n".join(file.read_text() for file in code if file.name != "metrics.py" or "telemetry" not in file.parts)
    names = {name for name, value in vars(metrics).items() if isinstance(value, metrics._Metric)}

    assert {name for name in names if name not in used} == {"BUILD_INFO"}  # set where it is made


def test_two_services_in_one_process_do_not_meet() -> None:
    one, other = Metrics("intake"), Metrics("counseling")

    one.set(metrics.OUTBOX_ROWS, 7)
    other.set(metrics.OUTBOX_ROWS, 1)

    assert samples(one)["ansim_outbox_rows", (("service", "intake"),)] == 7
    assert b"intake" not in other.render()


def test_a_duration_falls_into_its_bucket() -> None:
    numbers = Metrics("intake")

    numbers.observe(metrics.KEY_SERVICE_SECONDS, 0.03, operation="find")

    found = samples(numbers)
    assert (
        found["ansim_key_service_seconds_bucket", (("le", "0.025"), ("operation", "find"), ("service", "intake"))] == 0
    )
    assert (
        found["ansim_key_service_seconds_bucket", (("le", "0.05"), ("operation", "find"), ("service", "intake"))] == 1
    )


def test_a_label_value_outside_its_closed_set_is_counted_as_other() -> None:
    numbers = Metrics("intake")

    numbers.count(metrics.EVENTS_CONSUMED, outcome="가나다 010-0000-0000")

    text = numbers.render().decode()
    assert 'ansim_events_consumed_total{outcome="other",service="intake"} 1.0' in text
    assert "010" not in text


def test_a_missing_or_unknown_label_is_a_mistake_in_the_code() -> None:
    with pytest.raises(ValueError, match="labels outcome"):
        Metrics("intake").count(metrics.EVENTS_CONSUMED, topic="x")


@pytest.mark.parametrize("metric", metrics.CATALOGUE.values(), ids=lambda metric: metric.name)
def test_names_follow_the_conventions(metric: metrics._Metric) -> None:
    assert metric.help.endswith(".")
    assert metric.name.endswith("_total") == isinstance(metric, metrics.CounterMetric)
    if isinstance(metric, metrics.HistogramMetric):
        assert metric.name.endswith("_seconds")
    assert "service" not in metric.labels
