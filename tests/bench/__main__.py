"""Every measurement of the suite in one run, with what it ran on. Prints; decides nothing.

python -m tests.bench [--quick] [--only waiting|throughput]
"""

import argparse
import asyncio
import os
import platform
import subprocess
import sys
from importlib.metadata import version

from ansim.provision import provision
from ansim.provision.databases import PACKAGES, at_database, database_of, role_of
from ansim.testing.servers import own_server
from tests.bench.delay import commit_to_dashboard
from tests.bench.pages import SIZES, at_sizes
from tests.bench.publishing import relay_events_per_second
from tests.conftest import a_suite

LIBRARIES = ("aiokafka", "asyncpg", "fastapi", "faust-streaming", "msgspec", "pydantic", "uvicorn", "uvloop")


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def waiting(quick: bool) -> None:
    say("\nWaiting times, on the running suite")
    with a_suite("--no-history") as suite:
        os.environ["ANSIM_STATE"] = str(suite.state)
        for rate in (20, 200):
            figures = asyncio.run(commit_to_dashboard(suite, rate, 5 if quick else 15))
            say(f"  commit to dashboard, {rate:>3} events a second   {figures}")
        asyncio.run(at_sizes(suite, 100 if quick else 1_000, say, (1_000, 10_000) if quick else SIZES))


def throughput(quick: bool) -> None:
    say("\nThroughput, on servers of their own")
    passwords = dict.fromkeys(PACKAGES.values(), "bench-only")
    with own_server("postgres") as database, own_server("kafka") as broker:
        asyncio.run(provision(database.url, broker.url, passwords))

        def service_url(package: str) -> str:
            return at_database(database.url, database_of(package), role_of(package), "bench-only")

        events = 5_000 if quick else 50_000
        owner = at_database(database.url, database_of("monitoring"))
        rate = asyncio.run(relay_events_per_second(owner, service_url("monitoring"), broker.url, events))
        say(f"  relay, {events:,} events                    {rate:10,.0f} events/s")
        count = "20000" if quick else os.environ.get("ANSIM_BENCH_EVENTS", "1000000")
        speed = [sys.executable, "-m", "analytics.bench.speed", broker.url, service_url("analytics"), count]
        subprocess.run(speed, check=True)


PARTS = {"waiting": waiting, "throughput": throughput}


def main() -> int:
    options = argparse.ArgumentParser("python -m tests.bench")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--only", choices=list(PARTS))
    chosen = options.parse_args()
    say(f"Python {platform.python_version()}, {os.cpu_count()} processors, " + platform.platform(terse=True))
    say("PostgreSQL 18.4, Apache Kafka 4.3.1, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    for name, part in PARTS.items():
        if chosen.only in (None, name):
            part(chosen.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
