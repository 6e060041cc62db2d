"""Watches that victim support asks for: heard once, taken up by a coordinator, ended by whoever asked."""

from uuid import UUID, uuid4

import pytest

from ansim.contracts import Event
from ansim.contracts.codes import Platform, WatchAnswer
from ansim.contracts.victim_support import WatchAnswered, WatchEnded, WatchRequested
from ansim.inbox import Outcome
from ansim.runtime import Kit, open_reaction
from ansim.testing.relayed import relayed

from .conftest import Person, PersonFor, journal_size, text_of

ASKER = uuid4()
"""The pseudonym under which victim support asks."""


def asked(platform: Platform = Platform.BOARD_DA) -> WatchRequested:
    return WatchRequested(person=ASKER, platform=platform, seen_gone=True)


async def heard(kit: Kit, watch: UUID, *events: Event) -> list[Outcome]:
    reaction = open_reaction(kit)
    return [await reaction.handle(relayed(event, watch, number)) for number, event in enumerate(events, 1)]


async def told(kit: Kit, watch: UUID) -> list[str]:
    async with kit.store.read() as conn:
        rows = await conn.fetch(
            "select type from journal where aggregatetype = 'watch' and aggregateid = $1 order by version", watch
        )
    return [row["type"].split(".")[-2] for row in rows]


async def test_a_watch_is_received_once_under_a_pseudonym_of_ours(kit: Kit) -> None:
    watch, reaction = uuid4(), open_reaction(kit)
    request = relayed(asked(), watch)
    assert [await reaction.handle(request), await reaction.handle(request)] == [Outcome.reacted, Outcome.duplicate]
    assert await told(kit, watch) == ["received"]
    async with kit.store.read() as conn:
        payload, sealed = await conn.fetchrow("select payload::text, sealed from journal")
    assert str(ASKER) not in payload
    assert sealed is None


async def test_it_ends_when_whoever_asked_needs_it_no_longer_and_only_then(kit: Kit) -> None:
    watch = uuid4()
    answered = WatchAnswered(person=ASKER, answer=WatchAnswer.RECEIVED, heard=uuid4())
    await heard(kit, watch, asked(), answered, WatchEnded(person=ASKER))
    assert await told(kit, watch) == ["received", "ended"]


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_the_list_opens_in_both_languages_empty_and_with_watches(
    person_for: PersonFor, kit: Kit, lang: str
) -> None:
    desk = await person_for("coordinator", lang)
    empty = text_of(await desk.page("/watches"))
    assert ("해당하는 요청이 없습니다" if lang == "ko" else "No watches here") in empty
    await heard(kit, uuid4(), asked())
    await heard(kit, uuid4(), asked(), WatchEnded(person=ASKER))
    page = await desk.page("/watches")
    assert f'<html lang="{lang}">' in page.text
    assert ("W-1" in page.text, "W-2" in page.text) == (True, False)
    ended = await desk.page("/watches?show=ended")
    assert ("W-1" in ended.text, "W-2" in ended.text) == (False, True)
    assert ("요청한 쪽이 끝냄" if lang == "ko" else "Ended by whoever asked") in ended.text


async def test_a_coordinator_takes_it_up_and_volunteers_are_told_where_to_look(
    coordinator: Person, monitor: Person, kit: Kit
) -> None:
    watch = uuid4()
    await heard(kit, watch, asked())
    assert "Look out on" not in text_of(await monitor.page("/log"))
    assert (await coordinator.post(f"/watches/{watch}/accept", {"seen": "1"})).status_code == 303
    assert "We look out for it" in text_of(await coordinator.page("/watches"))
    assert "Look out on: " in text_of(await monitor.page("/log"))
    assert await told(kit, watch) == ["received", "accepted"]
    twice = await coordinator.post(f"/watches/{watch}/accept")
    assert twice.status_code == 422
    assert "taken up already" in text_of(twice)


async def test_a_stale_page_changes_nothing_and_says_so(coordinator: Person, kit: Kit) -> None:
    watch = uuid4()
    await heard(kit, watch, asked(), WatchEnded(person=ASKER))
    answer = await coordinator.post(f"/watches/{watch}/accept", {"seen": "1"})
    assert answer.status_code == 409
    assert "Somebody else changed this first" in text_of(answer)
    assert await told(kit, watch) == ["received", "ended"]


async def test_the_api_takes_it_up_once_and_not_after_its_end(coordinator: Person, kit: Kit) -> None:
    watch, over, key = uuid4(), uuid4(), str(uuid4())
    await heard(kit, watch, asked(Platform.GAME_MA))
    await heard(kit, over, asked(), WatchEnded(person=ASKER))
    [listed] = (await coordinator.page("/api/v1/watches")).json()["items"]
    assert (listed["label"], listed["platform"], listed["state"]) == ("W-1", "game_ma", "received")
    answers = [await coordinator.call(f"/watches/{watch}/accept", {}, key=key, if_match='"1"') for _ in range(2)]
    assert [answer.json()["state"] for answer in answers] == ["accepted", "accepted"]
    late = await coordinator.call(f"/watches/{over}/accept", {})
    assert (late.status_code, late.json()["type"]) == (422, "/problems/rule/watch_ended")
    assert (await coordinator.call(f"/watches/{uuid4()}/accept", {})).status_code == 404
    assert await journal_size(kit) == 4


async def test_nobody_but_the_coordinator_sees_or_takes_up_watches(person_for: PersonFor, kit: Kit) -> None:
    watch = uuid4()
    await heard(kit, watch, asked())
    for role in ("monitor", "analyst"):
        person = await person_for(role)
        assert (await person.page("/watches")).status_code == 403
        assert (await person.post(f"/watches/{watch}/accept")).status_code == 403
    assert await told(kit, watch) == ["received"]
