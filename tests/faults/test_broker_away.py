"""The broker stands still: people go on working, events wait in the journal, and all of them arrive afterwards."""

import json
import os
import signal
import time

import httpx2
import pytest

from tests.conftest import RunningSuite, wait_for
from tests.journey.walk import Told, newest_report, refer, referral_state, report_publicly

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

AWAY_SECONDS = float(os.environ.get("ANSIM_BROKER_AWAY_SECONDS", "12"))


def test_a_broker_that_stands_still_loses_nothing_and_staff_are_told(suite: RunningSuite) -> None:
    status = json.loads((suite.state / "run" / "status.json").read_text())
    broker = next(program["pid"] for program in status["programs"] if program["name"] == "kafka")
    os.kill(broker, signal.SIGSTOP)
    stopped_at = time.monotonic()
    try:
        report_publicly(suite, Told("while the broker is away", "none"))
        report = newest_report(suite)
        referral = refer(suite, report["id"])
        assert referral_state(suite, referral) == "sent"
        wait_for(lambda: _status(suite)["unpublished"] >= 4, 10, "four events that wait")
        wait_for(lambda: time.monotonic() - stopped_at > AWAY_SECONDS, AWAY_SECONDS + 5, "the time to pass")
    finally:
        os.kill(broker, signal.SIGCONT)

    wait_for(lambda: referral_state(suite, referral) == "received", 60, "the referral's arrival")
    wait_for(suite.settled, 60, "an empty outbox everywhere")
    assert suite.cli("reconcile", check=False)[0] == 0


def _status(suite: RunningSuite) -> dict[str, int]:
    answer: dict[str, int] = httpx2.get(f"{suite.url('intake')}/status", trust_env=False).json()
    return answer
