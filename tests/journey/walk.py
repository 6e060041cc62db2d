"""The main journey as code: a person reports, staff triage and refer, victim support accepts and serves."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from tests.conftest import RunningSuite, form_fields, wait_for

NEXT = {"go": "next"}


@dataclass(frozen=True)
class Told:
    """What the person writes. All of it invented, all of it personal."""

    narrative: str
    contact: str
    name: str = "표식 (가상)"


def report_publicly(suite: RunningSuite, told: Told) -> None:
    """Send a report through the public pages, step by step, as a browser without script does."""
    with httpx2.Client(base_url=suite.url("intake"), trust_env=False, timeout=15) as browser:
        page = browser.get("/report")
        answers: list[dict[str, Any]] = [
            {"reporter_role": "victim", "about_minor": "no"},
            {"safe_now": "yes"},
            {"harm_types": ["grooming", "distribution"]},
            {"narrative": told.narrative, "district": "mapo"},
            {"contact": told.contact},
        ]
        kept: dict[str, Any] = {}
        for answer in answers:
            kept |= answer
            page = browser.post("/report", data=form_fields(page.text) | kept | NEXT)
            assert page.status_code in (200, 303), page.text
        assert page.status_code == 303
        assert browser.get(page.headers["location"]).status_code == 200


def correspond(suite: RunningSuite, text: str) -> str:
    """A report taken on the telephone, and a message each way in its mailbox; returns the report's id."""
    told = {"reporter_role": "victim", "harm_types": ["other"], "safe_now": "unknown"}
    with suite.api("intake", "intake_officer") as intake:
        made = intake.post("/reports", json=told, headers=key()).raise_for_status().json()
        intake.post(f"/reports/{made['id']}/messages", json={"text": text}, headers=key()).raise_for_status()
    with httpx2.Client(base_url=suite.url("intake"), trust_env=False, timeout=15) as browser:
        page = browser.get("/mailbox")
        browser.post("/mailbox", data=form_fields(page.text) | {"receipt": text})
        opened = browser.post("/mailbox", data=form_fields(page.text) | {"receipt": made["receipt"]})
        assert opened.status_code == 303, opened.text
        inside = browser.get("/mailbox")
        assert text in inside.text
        sent = browser.post("/mailbox/write", data=form_fields(inside.text) | {"text": text})
        assert sent.status_code == 303, sent.text
        browser.post("/receipt/verify", data=form_fields(browser.get("/receipt/verify").text) | {"text": text})
        browser.post("/report", data=form_fields(browser.get("/report").text) | {"safe_now": text, "seen_on": text})
    return str(made["id"])


def newest_report(suite: RunningSuite) -> dict[str, Any]:
    with suite.api("intake", "intake_officer") as intake:
        items: list[dict[str, Any]] = intake.get("/reports").raise_for_status().json()["items"]
    return items[0]


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def refer(suite: RunningSuite, report: str, target: str = "victim_support") -> str:
    """Acknowledge, triage and refer a report; returns the referral's id."""
    with suite.api("intake", "intake_officer") as intake:
        intake.post(f"/reports/{report}/acknowledge", json={}, headers=key()).raise_for_status()
        judgement = {"severity": "high", "harm_types": ["grooming"], "age_band": "14_16", "minor": "yes"}
        intake.post(f"/reports/{report}/triage", json=judgement, headers=key()).raise_for_status()
        hand_off: dict[str, Any] = {"target": target, "consent": "given", "legal_basis": "consent", "gender": "female"}
        if target == "victim_support":
            hand_off |= {"shares": ["narrative", "contact"]}
        if target == "counseling":
            hand_off |= {"source": "teacher_request", "school_level": "middle"}
        made = intake.post(f"/reports/{report}/referrals", json=hand_off, headers=key()).raise_for_status()
        return str(made.headers["location"].rsplit("/", 1)[-1])


def referral_state(suite: RunningSuite, referral: str) -> str:
    """The hand-off as its sender sees it."""
    with suite.api("intake", "intake_officer") as intake:
        return str(intake.get(f"/referrals/{referral}").raise_for_status().json()["state"])


def accept_and_serve(suite: RunningSuite, referral: str, told: Told) -> str:
    """Victim support accepts, checks safety, plans, schedules one item and delivers it; returns the case's id."""
    with suite.api("victim-support", "support_worker") as support:
        wait_for(lambda: support.get(f"/referrals/{referral}").status_code == 200, what="the referral's arrival")
        opening = {"name": told.name, "contact": told.contact, "note": told.narrative}
        done = support.post(f"/referrals/{referral}/accept", json=opening, headers=key()).raise_for_status().json()
        case = str(done["id"])
        support.post(f"/cases/{case}/safety-checks", json={"immediate_danger": False}, headers=key()).raise_for_status()
        support.post(f"/cases/{case}/plan", json={"item_types": ["counselling"]}, headers=key()).raise_for_status()
        item = {"item_type": "counselling", "due_on": str(datetime.now(UTC).date() + timedelta(days=30))}
        scheduled = support.post(f"/cases/{case}/items", json=item, headers=key()).raise_for_status().json()
        outcome = {"outcome": "completed"}
        support.post(f"/items/{scheduled['id']}/deliver", json=outcome, headers=key()).raise_for_status()
        return case
