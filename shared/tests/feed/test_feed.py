"""What a partner gets, what it never gets, and who gets nothing."""

from datetime import date
from uuid import UUID, uuid4

import asyncpg
import httpx2
import orjson
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.formats.json import JSONFormat

from ansim.contracts import codes
from ansim.contracts.intake import ReportAcknowledged, ReportClosed, ReportTriaged

from .conftest import OTHER_AGENCY, ClientOf, Journal, SmallKit, agreements

SECRET = "가나다 010-0000-0000 (가상)"
FEED = "/feed/police-2021"


def triaged(person: UUID | None = None) -> ReportTriaged:
    return ReportTriaged(
        person=person or uuid4(),
        severity=next(iter(codes.Severity)),
        harm_types=frozenset({next(iter(codes.HarmType))}),
        age_band=codes.AgeBand.UNDER_14,
        minor=codes.YesNoUnknown.YES,
    )


async def walk(client: httpx2.AsyncClient, limit: int) -> list[str]:
    """Ids of the whole feed, page by page."""
    ids: list[str] = []
    url = f"{FEED}?limit={limit}"
    while True:
        page = await client.get(url)
        assert page.status_code == 200
        if not page.json():
            return ids
        ids += [event["id"] for event in page.json()]
        link = page.headers["link"]
        assert link.endswith('; rel="next"')
        url = link.split(">")[0].removeprefix("<")


async def test_an_event_holds_what_the_agreement_names_and_nothing_else(client_of: ClientOf, journal: Journal) -> None:
    event = triaged()
    event_id = await journal.append(event)
    await journal.publish()

    answer = await client_of().get(FEED)

    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    assert answer.headers["cache-control"] == "no-store"
    (given,) = answer.json()
    assert given.pop("time").endswith("+00:00")
    UUID(given.pop("subject"))
    assert given == {
        "specversion": "1.0",
        "id": str(event_id),
        "source": "/ansim/intake",
        "type": "kr.ansim.intake.report.triaged.v1",
        "datacontenttype": "application/json",
        "sequence": 1,
        "data": {
            "severity": event.severity.value,
            "harm_types": [value.value for value in event.harm_types],
            "age_band": "under_14",
        },
    }


async def test_actor_pseudonym_correlation_and_sealed_text_are_nowhere_in_the_answer(
    client_of: ClientOf, journal: Journal, pool: asyncpg.Pool
) -> None:
    person = uuid4()
    await journal.append(triaged(person))
    await journal.publish()
    row = await pool.fetchrow("select * from journal")
    assert row is not None

    answer = await client_of().get(FEED)

    whole = answer.text + str(answer.headers)
    for hidden in (person, row["correlationid"], "test-staff", "minor", "actor", "sealed", "person"):
        assert str(hidden) not in whole


async def test_what_an_agreement_may_name_is_given_when_it_names_it(client_of: ClientOf, journal: Journal) -> None:
    person = uuid4()
    await journal.append(triaged(person))
    await journal.publish()
    known = agreements(
        attributes={"position", "correlationid", "recordedtime", "partitionkey"},
        events={"kr.ansim.intake.report.triaged.v1": {"person"}},
    )

    (given,) = (await client_of(known).get(FEED)).json()

    assert given["data"] == {"person": str(person)}
    assert given["partitionkey"] == str(person)
    assert given["position"] == 1
    assert {"correlationid", "recordedtime"} <= given.keys()
    assert not {"subject", "sequence", "causationid"} & given.keys()


async def test_each_event_is_a_valid_cloudevent(client_of: ClientOf, journal: Journal) -> None:
    await journal.append(triaged())
    await journal.publish()

    (given,) = (await client_of().get(FEED)).json()

    message = HTTPMessage(headers={"content-type": "application/cloudevents+json"}, body=orjson.dumps(given))
    event = from_http_event(message, JSONFormat())
    assert event.get_type() == "kr.ansim.intake.report.triaged.v1"


async def test_event_types_that_the_agreement_does_not_name_are_left_out(client_of: ClientOf, journal: Journal) -> None:
    await journal.append(ReportAcknowledged(person=uuid4()))
    wanted = await journal.append(triaged())
    await journal.append(ReportAcknowledged(person=uuid4()))
    await journal.publish()

    assert [event["id"] for event in (await client_of().get(FEED)).json()] == [str(wanted)]


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
async def test_walking_gives_every_published_event_once_and_in_order(
    client_of: ClientOf, journal: Journal, limit: int
) -> None:
    expected = []
    for number in range(6):
        if number % 3 == 1:
            await journal.append(ReportAcknowledged(person=uuid4()))
        expected.append(str(await journal.append(triaged())))
    await journal.publish()
    await journal.append(triaged())  # not published, so not in the feed

    assert await walk(client_of(), limit) == expected


async def test_the_end_is_an_empty_array_whose_cursor_finds_what_comes_later(
    client_of: ClientOf, journal: Journal
) -> None:
    client = client_of()
    await journal.append(triaged())
    await journal.publish()
    first = await client.get(FEED)

    end = await client.get(FEED, params={"after": first.headers["ansim-next-cursor"]})
    later = await journal.append(ReportClosed(person=uuid4(), outcome=next(iter(codes.ReportOutcome))))
    await journal.publish()
    after_end = await client.get(FEED, params={"after": end.headers["ansim-next-cursor"]})

    assert end.json() == []
    assert [event["id"] for event in after_end.json()] == [str(later)]


async def test_an_empty_journal_is_an_empty_array(client_of: ClientOf) -> None:
    answer = await client_of().get(FEED)

    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_cursor_says_nothing_about_positions(client_of: ClientOf, journal: Journal) -> None:
    await journal.append(triaged())
    await journal.publish()
    client = client_of()

    cursors = {(await client.get(FEED)).headers["ansim-next-cursor"] for _ in range(3)}

    assert len(cursors) == 3


@pytest.mark.parametrize("cursor", ["", "1", "x" * 48, "A" * 50, "가", "%00", "=" * 48, "-" * 48])
async def test_a_forged_cursor_is_refused(client_of: ClientOf, cursor: str) -> None:
    answer = await client_of().get(FEED, params={"after": cursor})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_any_changed_letter_of_a_cursor_is_noticed(client_of: ClientOf) -> None:
    client = client_of()
    cursor = (await client.get(FEED)).headers["ansim-next-cursor"]

    for at in range(len(cursor)):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        assert (await client.get(FEED, params={"after": changed})).status_code == 400


async def test_a_cursor_of_another_agreement_is_refused(client_of: ClientOf) -> None:
    cursor = (await client_of(agreements(id="other-2021")).get("/feed/other-2021")).headers["ansim-next-cursor"]

    assert (await client_of().get(FEED, params={"after": cursor})).status_code == 400


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many", ""])
async def test_a_limit_out_of_bounds_is_named(client_of: ClientOf, limit: str) -> None:
    answer = await client_of().get(FEED, params={"limit": limit})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


async def test_without_a_token_there_is_nothing(client_of: ClientOf) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer unknown"}, {"Authorization": "Basic x"}):
        answer = await client_of().get(FEED, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_session_cookie_is_no_token(client_of: ClientOf, kit: SmallKit) -> None:
    client = client_of()
    client.cookies.update(await kit.access.sign_in_as("police-agency"))

    assert (await client.get(FEED, headers={"Authorization": ""})).status_code == 401


async def test_another_partner_cannot_tell_an_agreement_from_none(client_of: ClientOf) -> None:
    client = client_of()

    others = await client.get(FEED, headers=OTHER_AGENCY)
    none = await client.get("/feed/no-such-agreement", headers=OTHER_AGENCY)

    assert others.status_code == none.status_code == 404
    assert others.json() == none.json()


async def test_an_agreement_without_events_of_this_service_has_no_feed_here(client_of: ClientOf) -> None:
    elsewhere = agreements(events={"kr.ansim.monitoring.sighting.reported.v1": {"platform"}})

    assert (await client_of(elsewhere).get(FEED)).status_code == 404


async def test_an_agreement_that_has_ended_gives_nothing(client_of: ClientOf) -> None:
    answer = await client_of(agreements(valid_until=date(2021, 12, 31))).get(FEED)

    assert answer.status_code == 403


async def test_what_was_handed_over_is_on_record_for_each_person(
    client_of: ClientOf, journal: Journal, pool: asyncpg.Pool
) -> None:
    persons = [uuid4(), uuid4()]
    for person in (*persons, persons[0]):
        await journal.append(triaged(person))
    await journal.publish()

    await client_of().get(FEED)

    rows = await pool.fetch("select * from access_record order by id")
    assert [row["person"] for row in rows] == persons
    assert {(row["actor"], row["role"], row["action"], row["what"], row["place"]) for row in rows} == {
        ("police-agency", "partner", "handed_over", "feed police-2021", "/feed/{agreement}")
    }


async def test_the_metrics_count_what_partners_got(client_of: ClientOf, journal: Journal, kit: SmallKit) -> None:
    await journal.append(triaged())
    await journal.publish()

    await client_of().get(FEED)

    text = kit.metrics.render().decode()
    assert 'ansim_feed_events_total{agreement="police-2021",service="intake"} 1.0' in text
