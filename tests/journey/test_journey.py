"""Through all five services, really running: from a report on the public page to the figures and the partner's feed."""

import secrets
import tomllib
import uuid
from pathlib import Path

import httpx2
import pytest

from ansim import feed
from tests.conftest import RunningSuite, wait_for
from tests.journey.walk import (
    Told,
    accept_and_serve,
    key,
    newest_report,
    refer,
    referral_state,
    report_publicly,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]


def told() -> Told:
    return Told(f"journey {secrets.token_hex(8)}", f"contact-{secrets.token_hex(8)}@example.invalid")


def test_a_report_becomes_a_served_case_and_every_desk_and_figure_knows(suite: RunningSuite) -> None:
    words = told()
    report_publicly(suite, words)
    report = newest_report(suite)
    referral = refer(suite, report["id"])
    wait_for(lambda: referral_state(suite, referral) == "received", what="the receiver's word that it arrived")

    accept_and_serve(suite, referral, words)

    wait_for(
        lambda: referral_state(suite, referral) in ("accepted", "in_progress"),
        what="the receiver's word that it accepts",
    )
    wait_for(suite.settled, what="an empty outbox everywhere")
    code, said = suite.cli("reconcile", check=False)
    assert code == 0, said


def test_a_refusal_is_told_to_the_sender_with_its_reason(suite: RunningSuite) -> None:
    report_publicly(suite, told())
    referral = refer(suite, newest_report(suite)["id"])
    with suite.api("victim-support", "support_worker") as support:
        wait_for(lambda: support.get(f"/referrals/{referral}").status_code == 200, what="the referral's arrival")
        refusal = {"reason": "no_capacity", "answered_by": "provider"}
        support.post(f"/referrals/{referral}/reject", json=refusal, headers=key()).raise_for_status()

    wait_for(lambda: referral_state(suite, referral) == "rejected", what="the refusal")
    with suite.api("intake", "intake_officer") as intake:
        seen = intake.get(f"/referrals/{referral}").json()
    assert seen["reason"] == "no_capacity"
    assert seen["answered_by"] == "provider"


def test_counseling_hears_of_a_youth_through_intake(suite: RunningSuite) -> None:
    report_publicly(suite, told())
    referral = refer(suite, newest_report(suite)["id"], "counseling")

    wait_for(lambda: referral_state(suite, referral) == "received", what="counseling's word that it arrived")


def test_the_same_post_sent_twice_has_one_effect(suite: RunningSuite) -> None:
    body = {"reporter_role": "witness", "harm_types": ["other"], "about_minor": "unknown", "district": "unknown"}
    body |= {"language": "en", "narrative": "twice", "contact": ""}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    with suite.api("intake", "intake_officer") as intake:
        first = intake.post("/reports", json=body, headers=headers)
        second = intake.post("/reports", json=body, headers=headers)
        other = intake.post("/reports", json=body | {"narrative": "else"}, headers=headers)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert other.status_code == 422


def test_two_people_who_decide_on_the_same_version_do_not_overwrite_each_other(suite: RunningSuite) -> None:
    report_publicly(suite, told())
    report = newest_report(suite)
    with suite.api("intake", "intake_officer") as intake:
        seen = intake.get(f"/reports/{report['id']}").headers["etag"]
        first = intake.post(f"/reports/{report['id']}/acknowledge", json={}, headers=key() | {"If-Match": seen})
        second = intake.post(f"/reports/{report['id']}/acknowledge", json={}, headers=key() | {"If-Match": seen})

    assert first.status_code == 200
    assert second.status_code == 409


def test_a_partner_reads_what_its_agreement_allows_and_nothing_else(suite: RunningSuite) -> None:
    report_publicly(suite, told())
    refer(suite, newest_report(suite)["id"])
    wait_for(suite.settled, what="an empty outbox everywhere")
    url = f"{suite.url('intake')}/feed/police-2021"
    headers = {"Authorization": f"Bearer {suite.token('partner')}"}
    with httpx2.Client(trust_env=False, timeout=15, headers=headers) as partner:
        batch = partner.get(url, params={"limit": 1}).raise_for_status()
        assert batch.headers["content-type"].startswith("application/cloudevents-batch+json")
        after = batch.headers["ansim-next-cursor"]
        rest = partner.get(url, params={"after": after}).raise_for_status()
        forged = partner.get(url, params={"after": "41"})
    with httpx2.Client(trust_env=False, timeout=15) as stranger:
        assert stranger.get(url).status_code == 401
        as_staff = {"Authorization": f"Bearer {suite.token('analyst')}"}
        assert stranger.get(url, headers=as_staff).status_code in (403, 404)

    assert len(batch.json()) == 1
    assert batch.json()[0]["id"] not in {event["id"] for event in rest.json()}
    assert forged.status_code == 400
    allowed = tomllib.loads((Path(feed.__file__).parent / "agreements" / "police-2021.toml").read_text())["events"]
    for event in [*batch.json(), *rest.json()]:
        assert set(event.get("data", {})) <= set(allowed[event["type"]])
        assert not {"actor", "sealed"} & set(event)
