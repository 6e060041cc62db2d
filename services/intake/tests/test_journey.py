"""One report's whole way as people walk it: told on the public page, read, judged, handed on, accepted, closed."""

import re
from typing import Any
from uuid import uuid4

import httpx2

from ansim.contracts import victim_support
from ansim.contracts.codes import AgeBand, District, Gender, HarmType, Severity
from ansim.inbox import Outcome
from ansim.runtime import Kit, open_reaction
from ansim.testing.relayed import relayed

from .conftest import JUDGEMENT, TO_SUPPORT, Desk, Post

TOLD: dict[str, Any] = {
    "reporter_role": "guardian",
    "about_minor": "no",
    "harm_types": ["distribution"],
    "district": "mapo",
    "narrative": "(가상) 물푸레나무 이야기",
    "contact": "문자만 (가상)",
}


async def tell(public: httpx2.AsyncClient) -> None:
    """All five steps, each page sending on what it was given, as a browser without script does."""
    page = await public.get("/report")
    for step, names in (
        (1, TOLD.keys() & {"reporter_role", "about_minor"}),
        (2, set()),
        (3, {"harm_types"}),
        (4, {"district"}),
        (5, set()),
    ):
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        fields: dict[str, Any] = {name: value for name, value in hidden if name != "harm_types"}
        fields["harm_types"] = [value for name, value in hidden if name == "harm_types"]
        fields |= {name: TOLD[name] for name in names}
        fields |= {4: {"narrative": TOLD["narrative"]}, 5: {"contact": TOLD["contact"]}}.get(step, {})
        page = await public.post("/report", data={**fields, "go": "next"})
    assert page.headers["location"] == "/report/received"


async def test_a_report_is_told_read_handed_on_accepted_and_closed(
    kit: Kit, desk: Desk, public: httpx2.AsyncClient, officer: httpx2.AsyncClient, post: Post
) -> None:
    await tell(public)
    report = (await desk.rows("select id from report"))[0]["id"]
    opened = await officer.get(f"/reports/{report}/narrative")
    assert "물푸레나무" in opened.text
    await post(f"/reports/{report}/acknowledge", seen=1)
    await post(f"/reports/{report}/triage", seen=2, **JUDGEMENT)
    await post(f"/reports/{report}/refer", seen=3, **TO_SUPPORT)
    referral = (await desk.rows("select id from referral"))[0]["id"]
    assert "보냄, 도착 확인 없음" in (await officer.get("/hand-offs")).text

    person, reaction = uuid4(), open_reaction(kit)
    arrived = victim_support.ReferralReceived(
        person=person,
        referral=referral,
        severity=Severity.HIGH,
        harm_types=frozenset({HarmType.DISTRIBUTION}),
        age_band=AgeBand.AGE_19_24,
        gender=Gender.FEMALE,
        district=District.MAPO,
    )
    assert await reaction.handle(relayed(arrived, referral, 1)) is Outcome.reacted
    assert "받음, 답 기다림" in (await officer.get(f"/reports/{report}")).text
    accepted = relayed(victim_support.ReferralAccepted(person=person, referral=referral, case=uuid4()), referral, 2)
    assert await reaction.handle(accepted) is Outcome.reacted
    assert await reaction.handle(accepted) is Outcome.duplicate
    assert "받는 쪽이 받아들임" in (await officer.get(f"/reports/{report}")).text

    await post(f"/reports/{report}/close", seen=3, outcome="referred_on")
    assert await desk.rows("select state, outcome, due_at from report") == [
        {"state": "closed", "outcome": "referred_on", "due_at": None}
    ]
    assert "지금 열린 신고가 없습니다" in (await officer.get("/triage")).text
