"""A person's name is planted at every door and then looked for everywhere it must not be."""

import asyncio
import base64
import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import asyncpg
import httpx2
import pytest

from tests.conftest import RunningSuite, wait_for
from tests.journey.walk import Told, accept_and_serve, correspond, key, newest_report, refer, report_publicly
from tests.topics import read_topics

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]

PHONE = f"010-{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
"""A telephone number that is nobody's: drawn for one run, planted beside the name."""
DATABASES = ("intake", "victim_support", "counseling", "monitoring", "analytics", "keys")


def spellings(marker: str) -> list[bytes]:
    """How the marker could look on a wire, in a log or in a table."""
    raw = marker.encode()
    return [
        raw,
        json.dumps(marker)[1:-1].encode(),
        quote(marker).encode(),
        raw.hex().encode(),
        base64.b64encode(raw)[: len(raw) // 3 * 4],
        base64.urlsafe_b64encode(raw)[: len(raw) // 3 * 4],
    ]


@pytest.fixture(scope="module")
def marker(suite: RunningSuite) -> str:
    """Plants a name wherever a person's texts can be entered, through pages and API, also in places that refuse it."""
    marker = f"마커{secrets.token_hex(6)}표식"
    words = Told(narrative=f"{marker} (가상)", contact=f"{marker} {PHONE}", name=marker)
    report_publicly(suite, words)
    referral = refer(suite, newest_report(suite)["id"])
    accept_and_serve(suite, referral, words)
    correspond(suite, marker)
    with suite.api("counseling", "counsellor") as counseling:
        enrolment = {"source": "self", "age_band": "17_18", "school_level": "high", "gender": "male"}
        enrolment |= {"district": "mapo", "name": marker, "guardian": marker, "school": marker}
        counseling.post("/enrolments", json=enrolment, headers=key()).raise_for_status()
        counseling.post("/enrolments", json={"source": marker, marker: marker}, headers=key())
        counseling.get(f"/enrolments/{marker}")
    with suite.api("monitoring", "coordinator") as monitoring:
        volunteer = {"district": "mapo", "name": marker, "contact": marker}
        monitoring.post("/volunteers", json=volunteer, headers=key()).raise_for_status()
    with suite.api("intake", "intake_officer") as intake:
        intake.post("/reports", json={"narrative": marker, "reporter_role": marker}, headers=key())
        intake.get("/reports", params={"after": marker})
        intake.get("/reports", headers={"X-Correlation-Id": quote(marker)})
        intake.post("/find", json={"by": "phone", "text": PHONE}, headers=key()).raise_for_status()
        intake.post("/find", json={"by": marker, "text": marker}, headers=key())
    with suite.api("victim-support", "support_worker") as support:
        for by, text in (("name", marker), ("phone", PHONE)):
            found = support.post("/find", json={"by": by, "text": text}, headers=key()).raise_for_status().json()
            kinds = {hit["kind"] for hit in found["items"]}
            assert {"case"} <= kinds <= {"case", "referral"}, by  # the referral once what was told to intake is here
        _plant_around_a_case(support, marker)
    wait_for(suite.settled, what="an empty outbox everywhere")
    return marker


def _plant_around_a_case(support: httpx2.Client, marker: str) -> None:
    """A guardian, and what was agreed for going along to the police: in a child's case of its own, found by other names."""

    def made(path: str, **body: object) -> str:
        return str(support.post(path, json=body, headers=key()).raise_for_status().json()["id"])

    opening = {"age_band": "under_14", "gender": "unknown", "district": "mapo", "harm_types": ["grooming"]}
    case = made("/cases", **opening, name="표식 (가상)", note=marker)
    made(f"/cases/{case}/safety-checks", immediate_danger=False)
    named = {"guardian": f"{marker} 보호자", "guardian_contact": f"{marker} {PHONE}"}
    made(f"/cases/{case}/guardian", suspect=False, basis="guardian_consent", **named)
    made(f"/cases/{case}/plan", item_types=["police_accompaniment"])
    item = made(f"/cases/{case}/items", item_type="police_accompaniment")
    texts = {"station": marker, "agreed": f"{marker} {PHONE}", "next_step": marker}
    starts_at = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    made(f"/items/{item}/accompaniment", starts_at=starts_at, **texts)
    assert support.get(f"/items/{item}/details").raise_for_status().json() == texts


def found_in(data: bytes, marker: str) -> list[bytes]:
    """Spellings of the name or of the telephone number that stand in the data."""
    planted = [*spellings(marker), *spellings(PHONE), *spellings(PHONE.replace("-", ""))]
    return [spelling for spelling in planted if spelling in data]


def test_not_on_kafka(suite: RunningSuite, marker: str) -> None:
    async def read_all() -> list[bytes]:
        return [
            (r.key or b"") + (r.value or b"") + b"".join(k.encode() + v for k, v in r.headers)
            async for _, r in read_topics(suite)
        ]

    messages = asyncio.run(read_all())
    assert len(messages) >= 10
    assert [hit for message in messages for hit in found_in(message, marker)] == []


def test_not_in_any_plain_column(suite: RunningSuite, marker: str) -> None:
    async def dump(database: str) -> bytes:
        conn = await asyncpg.connect(suite.owner_url().rsplit("/", 1)[0] + f"/ansim_{database}")
        try:
            tables = await conn.fetch(
                "select format('%I.%I', table_schema, table_name) as name from information_schema.tables"
                " where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'"
            )
            rows = [await conn.fetch(f"select t::text as line from {table['name']} t") for table in tables]
            return "\n".join(row["line"] for found in rows for row in found).encode()
        finally:
            await conn.close()

    dumps = {database: asyncio.run(dump(database)) for database in DATABASES}
    assert all(dumps.values())
    assert {name: found_in(text, marker) for name, text in dumps.items() if found_in(text, marker)} == {}


def test_the_search_finds_by_digests_that_nobody_makes_without_the_key(suite: RunningSuite, marker: str) -> None:
    """Not by a plain hash of the name and number, in whatever spelling, and not by the same digest in two services."""
    texts = {marker, PHONE, PHONE.replace("-", ""), f"{marker} {PHONE}"}
    hashes = ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256")
    cut = {hashlib.new(name, text.encode()).digest()[:2] for name in hashes for text in texts}

    async def index(database: str, record: str) -> dict[str, bytes]:
        conn = await asyncpg.connect(suite.owner_url().rsplit("/", 1)[0] + f"/ansim_{database}")
        try:
            rows = await conn.fetch("select field, digest from blind_index where record = $1", UUID(record))
            return {row["field"]: row["digest"] for row in rows}
        finally:
            await conn.close()

    with suite.api("victim-support", "support_worker") as support:
        case = support.post("/find", json={"by": "name", "text": marker}, headers=key()).json()["items"][0]["id"]
    of_case = asyncio.run(index("victim_support", case))
    with suite.api("intake", "intake_officer") as intake:
        report = intake.post("/find", json={"by": "phone", "text": PHONE}, headers=key()).json()["items"][0]["id"]
    of_report = asyncio.run(index("intake", report))
    assert (of_case.keys(), of_report.keys()) == ({"name", "phone"}, {"phone"})
    assert {len(digest) for digest in (*of_case.values(), *of_report.values())} == {2}
    assert not set(of_case.values()) <= cut
    assert of_case["phone"] != of_report["phone"]


def test_not_in_logs_metrics_status_or_process_arguments(suite: RunningSuite, marker: str) -> None:
    files = [f for f in [*(suite.state / "log").glob("*"), *suite.state.parent.glob("*.log")] if f.is_file()]
    assert files
    hits: dict[str, list[bytes]] = {f.name: found_in(Path(f).read_bytes(), marker) for f in files}
    for process in suite.processes():
        if not str(process["url"]).startswith("http") or process["name"] == "provider":
            continue
        for path in ("/metrics", "/status", "/health/ready", "/health/live"):
            answer = httpx2.get(f"{process['url']}{path}", trust_env=False)
            hits[f"{process['name']}{path}"] = found_in(answer.content, marker)
    hits["ansim figures"] = found_in(suite.cli("figures", "--json")[1].encode(), marker)
    hits["ansim parked list"] = found_in(suite.cli("parked", "list", "--json")[1].encode(), marker)
    assert {place: found for place, found in hits.items() if found} == {}


def test_but_the_person_who_may_see_it_does_and_is_on_record(suite: RunningSuite, marker: str) -> None:
    with suite.api("victim-support", "support_worker") as support:
        case = support.post("/find", json={"by": "name", "text": marker}, headers=key()).json()["items"][0]["id"]
        person = support.get(f"/cases/{case}/person").raise_for_status().json()
    assert person["name"] == marker

    async def looks() -> int:
        conn = await asyncpg.connect(suite.owner_url().rsplit("/", 1)[0] + "/ansim_victim_support")
        try:
            count: int = await conn.fetchval(
                "select count(*) from access_record where actor = 'support-worker' and action = 'read'"
                " and what = 'case.opened' and place like '%person%'"
            )
            return count
        finally:
            await conn.close()

    assert asyncio.run(looks()) >= 1
