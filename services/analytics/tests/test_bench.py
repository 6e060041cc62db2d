"""The measurement itself, on few events: it must run, not be fast. `make bench` gives it more."""

import os
from collections.abc import Callable

import pytest

from analytics.bench.speed import measure
from ansim.testing.servers import ServiceDatabase


@pytest.mark.bench
@pytest.mark.timeout(900)
async def test_statistics_against_a_bare_loop(kafka: str, service_database: Callable[[str], ServiceDatabase]) -> None:
    events = int(os.environ.get("ANSIM_BENCH_EVENTS", "20000"))

    measured = await measure(kafka, service_database("analytics").url, events)

    print("\n" + "\n".join(measured.lines()))
    assert measured.bare.events == measured.statistics.events == events
