"""Intake is down when victim support accepts, and victim support is killed too: what was written arrives all the same, once."""

import secrets

import asyncpg
import pytest

from tests.conftest import RunningSuite, wait_for
from tests.journey.walk import Told, key, newest_report, refer, report_publicly

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


async def events_on(suite: RunningSuite, service: str, stream: str, name: str) -> int:
    conn = await asyncpg.connect(suite.owner_url().rsplit("/", 1)[0] + f"/ansim_{service}")
    try:
        count: int = await conn.fetchval(
            "select count(*) from journal where aggregateid = $1::uuid and type like '%referral.' || $2 || '.v1'",
            stream,
            name,
        )
        return count
    finally:
        await conn.close()


async def test_a_sender_that_is_down_loses_nothing_and_nothing_arrives_twice(suite: RunningSuite) -> None:
    words = Told(f"(가상) 끊긴 사이 {secrets.token_hex(8)}", "(가상) 없음")
    report_publicly(suite, words)
    referral = refer(suite, newest_report(suite)["id"])
    with suite.api("victim-support", "support_worker") as support:
        wait_for(lambda: support.get(f"/referrals/{referral}").status_code == 200, what="the referral's arrival")
        suite.kill("intake")
        accepted = support.post(f"/referrals/{referral}/accept", json={"name": "표식 (가상)"}, headers=key())
        told = f"/cases/{accepted.raise_for_status().json()['id']}/told-before"
        assert support.get(told).json()["state"] == "asked"
        suite.kill("victim-support")
    wait_for(suite.ready, 60, "a suite that is whole again")
    with suite.api("victim-support", "support_worker") as support:
        wait_for(lambda: support.get(told).json()["state"] == "arrived", 60, "what was written")
        assert support.get(told).json()["narrative"] == words.narrative
    with suite.api("intake", "intake_officer") as intake:
        wait_for(lambda: intake.get(f"/referrals/{referral}").json()["data_confirmed_at"], 30, "the receiver's word")

    assert await events_on(suite, "victim_support", referral, "data_received") == 1
    assert await events_on(suite, "intake", referral, "data_handed_over") == 1
    assert await events_on(suite, "intake", referral, "data_confirmed") == 1
