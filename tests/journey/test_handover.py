"""What a person wrote on the public page reaches the case, sealed anew, through two running services."""

import secrets

import pytest

from tests.conftest import RunningSuite, wait_for
from tests.journey.walk import Told, key, newest_report, refer, report_publicly
from tests.topics import read_topics

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]


async def test_what_was_written_once_stands_on_the_case_and_nowhere_on_the_way(suite: RunningSuite) -> None:
    words = Told(f"(가상) 한 번만 {secrets.token_hex(8)}", f"(가상) {secrets.token_hex(8)}@example.invalid")
    report_publicly(suite, words)
    referral = refer(suite, newest_report(suite)["id"])
    with suite.api("victim-support", "support_worker") as support:
        wait_for(lambda: support.get(f"/referrals/{referral}").status_code == 200, what="the referral's arrival")
        accepted = support.post(f"/referrals/{referral}/accept", json={"name": "표식 (가상)"}, headers=key())
        told = f"/cases/{accepted.raise_for_status().json()['id']}/told-before"
        wait_for(lambda: support.get(told).json()["state"] == "arrived", 30, "what was written")
        arrived = support.get(told).json()
    with suite.api("intake", "intake_officer") as intake:
        wait_for(lambda: intake.get(f"/referrals/{referral}").json()["data_confirmed_at"], 30, "the receiver's word")
    wait_for(suite.settled, what="an empty outbox everywhere")

    assert (arrived["narrative"], arrived["contact"]) == (words.narrative, words.contact)
    written = b"".join([record.value async for _, record in read_topics(suite)])
    assert referral.encode() in written
    assert words.narrative.encode() not in written
    assert words.contact.encode() not in written
