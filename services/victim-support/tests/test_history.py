"""The founding history gives the published numbers of 2020, whoever plays it and however often."""

from collections import Counter
from datetime import UTC, datetime

import asyncpg

from ansim.contracts.codes import AgeBand, HarmType, ReferralTarget, Severity
from ansim.history import HistoryPlayer, Step, World, victims
from ansim.journal import Store
from ansim.testing.stores import some_context
from ansim.web.said import SEOUL
from victim_support.commands import receive_referral
from victim_support.domain.complaint import ComplaintState
from victim_support.domain.deletion import DeletionState
from victim_support.history import case_histories, founding_steps, history

from .conftest import asked

WORLD = World()
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


async def arrive(store: Store, first: int, last: int) -> None:
    """What intake's history brings about: the referrals of these people have been received."""
    for victim in victims(WORLD)[first:last]:
        async with store.unit(some_context(victim.reported_at)) as unit:
            request = asked(
                ReferralTarget.VICTIM_SUPPORT,
                severity=Severity.MEDIUM,
                harm_types=victim.harm_types,
                age_band=victim.age_band,
                gender=victim.gender,
                district=victim.district,
            )
            await receive_referral(unit, victim.referral, request)


def steps_of(indexes: range) -> list[Step]:
    return [step for step in founding_steps(WORLD) if int(step.key.split("/")[1]) in indexes]


def test_the_history_is_the_same_each_time_and_in_order_of_time() -> None:
    first, second = list(history(WORLD, NOW)), list(history(WORLD, NOW))

    assert [(step.key, step.at) for step in first] == [(step.key, step.at) for step in second]
    assert [step.at for step in first] == sorted(step.at for step in first)
    assert len({step.key for step in first}) == len(first)


def test_every_date_lies_between_the_first_report_and_the_press_release() -> None:
    assert all(
        datetime(2020, 1, 2, tzinfo=UTC) < step.at < datetime(2021, 5, 27, tzinfo=UTC) for step in founding_steps(WORLD)
    )


def test_the_whole_plan_gives_the_published_figures() -> None:
    plans = case_histories(WORLD)
    delivered = {plan.victim: sum(service.reason is None for service in plan.services) for plan in plans}
    groomed = [victim for victim in delivered if HarmType.GROOMING in victim.harm_types]
    minors = [
        victim for victim in delivered if victim.age_band in (AgeBand.UNDER_14, AgeBand.AGE_14_16, AgeBand.AGE_17_18)
    ]

    assert sum(delivered.values()) == 1923
    assert sum(delivered[victim] for victim in groomed) == 423
    assert (len(delivered), len(minors), min(delivered.values()) >= 1) == (163, 31, True)


def test_every_service_follows_the_plan_and_its_own_date() -> None:
    for plan in case_histories(WORLD):
        for service in plan.services:
            assert service.fixed < service.settled
            assert service.fixed.astimezone(SEOUL).date() <= service.due_on
            assert service.settled.astimezone(SEOUL).year == 2020


async def test_a_case_waits_until_its_referral_has_arrived(store: Store) -> None:
    [accept] = [step for step in steps_of(range(1)) if step.key.endswith("/accept")]

    assert accept.ready is not None
    async with store.read(some_context()) as conn:
        assert not await accept.ready(conn)
    await arrive(store, 0, 1)
    async with store.read(some_context()) as conn:
        assert await accept.ready(conn)


async def test_played_cases_deliver_what_the_plan_says_and_nothing_twice(store: Store) -> None:
    indexes = range(8)
    await arrive(store, indexes.start, indexes.stop)
    player = HistoryPlayer("victim-support", store, WORLD, lambda _: None)

    played = await player.play(steps_of(indexes))
    again = await player.play(steps_of(indexes))

    assert (played, again) == (len(steps_of(indexes)), 0)
    people = victims(WORLD)[indexes.start : indexes.stop]
    async with store.read(some_context()) as conn:
        delivered = await delivered_by_case(conn)
        years = await conn.fetch("select settled_at from support_item where state = 'delivered'")
        assert await conn.fetchval("select count(*) from support_case where state = 'closed' and items_open > 0") == 0
    assert delivered == {victim.case: victim.items for victim in people}
    assert {row["settled_at"].astimezone(SEOUL).year for row in years} == {2020}


async def delivered_by_case(conn: asyncpg.Connection) -> dict[object, int]:
    rows = await conn.fetch(
        """
        select (payload ->> 'case')::uuid as case_id, count(*) as delivered
        from journal where type = 'kr.ansim.victim-support.item.delivered.v1' group by 1
        """
    )
    return {row["case_id"]: row["delivered"] for row in rows}


async def test_invented_people_are_marked_as_invented(store: Store) -> None:
    await arrive(store, 0, 1)
    await HistoryPlayer("victim-support", store, WORLD, lambda _: None).play(steps_of(range(1)))

    async with store.unit(some_context()) as unit:
        texts = await unit.open_sealed_of(await unit.conn.fetchval("select opened_event from support_case"))
    assert texts["name"].endswith(" (가상)")
    assert texts["contact"].endswith(" (가상)")


async def test_every_case_of_the_founding_world_has_a_worker_and_both_teams_have_their_share(store: Store) -> None:
    await arrive(store, 0, 8)
    await HistoryPlayer("victim-support", store, WORLD, lambda _: None).play(
        [step for step in steps_of(range(8)) if step.key.endswith(("staff", "accept"))]
    )

    async with store.read(some_context()) as conn:
        rows = await conn.fetch(
            "select team, count(*) as cases, count(member) as owned from support_case group by team"
        )
    assert {row["team"]: (row["cases"], row["owned"]) for row in rows} == {"support-1": (4, 4), "support-2": (4, 4)}


async def test_the_cases_open_today_show_every_state_and_deliver_nothing(store: Store) -> None:
    steps = [step for step in history(WORLD, NOW) if "/open-" in step.key or step.key.endswith("/0/staff")]

    await HistoryPlayer("victim-support", store, WORLD, lambda _: None).play(steps)

    async with store.read(some_context()) as conn:
        states = await conn.fetch("select state, team from support_case")
        consents = await conn.fetch("select distinct state from consent")
        items = await conn.fetch("select distinct state from support_item")
        reopened = await conn.fetchval("select count(*) from support_case where reopened > 0")
        delivered = await conn.fetchval("select count(*) from journal where type like '%item.delivered%'")
        addresses = await conn.fetch("select state, notified from deletion order by generation, located_at desc")
        watches = await conn.fetch("select ended from deletion_watch order by ended")
        sealed = await conn.fetchval("select count(*) from support_item where details_event is not null")
    found = {row["state"] for row in states}
    assert found == {"opened", "safety_checked", "plan_agreed", "active", "watching"}
    assert {row["team"] for row in states} == {"support-1", "support-2"}
    kinds = {row["state"] for row in consents}
    assert kinds == {"asked", "given", "narrowed", "withdrawn", "declined", "overridden"}
    assert {row["state"] for row in items} == {"requested", "scheduled"}
    assert [tuple(row.values()) for row in addresses] == [("verified_gone", 1), ("reappeared", 1), ("located", 0)]
    assert [row["ended"] for row in watches] == [False, True]
    assert (reopened, delivered, sealed) == (1, 0, 1)
    assert all(step.at < NOW for step in steps)


async def test_addresses_are_pursued_in_every_state_and_up_to_the_third_time(store: Store) -> None:
    await play_long_cases(store)

    async with store.read(some_context()) as conn:
        requests = await conn.fetch("select state, generation from deletion")
        acting = await conn.fetch(
            "select distinct actor ->> 'subject' as who from journal where aggregatetype = 'deletion'"
        )
    assert len(requests) == 40
    assert Counter(row["generation"] for row in requests) == {1: 32, 2: 6, 3: 2}
    assert {row["state"] for row in requests} == set(DeletionState)
    assert {"deletion-officer", "deletion-officer-2"} <= {row["who"] for row in acting}


async def test_nothing_goes_to_a_platform_or_the_police_before_the_person_agreed_to_that(store: Store) -> None:
    await play_long_cases(store)

    async with store.read(some_context()) as conn:
        early = await conn.fetchval(
            """
            with said as (select payload ->> 'case' as of, payload ->> 'recipient' as recipient, occurred_at from journal
                           where type like '%consent.given%'),
                 sent as (select payload ->> 'case' as of, 'platforms' as recipient, occurred_at from journal
                           where type like '%deletion.requested%'
                          union all
                          select payload ->> 'case', 'regulator', occurred_at from journal where type like '%deletion.escalated%'
                          union all
                          select payload ->> 'case', case payload ->> 'receiver' when 'lawyer' then 'legal_aid' else 'police' end,
                                 occurred_at
                            from journal where type like '%complaint.handed_over%' and payload ->> 'receiver' <> 'victim')
            select count(*) from sent
             where not exists (select from said where said.of = sent.of and said.recipient = sent.recipient
                                                  and said.occurred_at < sent.occurred_at)
            """
        )
        sent = await conn.fetchval("select count(*) from journal where type like '%deletion.requested%'")
    assert (early, sent > 30) == (0, True)


async def test_complaints_lie_at_every_point_of_their_way_two_cases_are_begun_again_and_nothing_is_delivered(
    store: Store,
) -> None:
    await play_long_cases(store)

    async with store.read(some_context()) as conn:
        states = await conn.fetch("select state from complaint")
        reopened = await conn.fetchval("select count(*) from support_case where reopened > 0")
        delivered = await conn.fetchval("select count(*) from journal where type like '%item.delivered%'")
    assert (len(states), reopened, delivered) == (12, 2, 0)
    assert {row["state"] for row in states} == set(ComplaintState)


async def play_long_cases(store: Store) -> None:
    steps = [step for step in history(WORLD, NOW) if "/long-" in step.key or step.key.endswith("/0/staff")]
    await HistoryPlayer("victim-support", store, WORLD, lambda _: None).play(steps)
    assert all(step.at < NOW for step in steps)
