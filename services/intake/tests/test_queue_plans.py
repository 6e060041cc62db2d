"""What the desk looks at all day is found by an index, however many reports and hand-offs were settled long ago."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from intake import queries
from intake.queries.counts import COUNTS
from intake.queries.mailbox import WAITING_MAILBOXES
from intake.queries.referral import HAND_OFFS, WAITING
from intake.queries.report import NEAR_BY, queue_sql

from .conftest import Desk, context

FILL = """
insert into report (id, person, version, state, submitted_event, reporter_role, about_minor, district, language,
                    harm_types, may_be_emergency, submitted_at, due_at, clock_rule, task, claimed_by)
select gen_random_uuid(), gen_random_uuid(), 1, case when n % 50 = 0 then 'submitted' else 'closed' end,
       gen_random_uuid(), 'victim', 'no', 'mapo', 'ko', '{distribution}', n % 500 = 0, now(),
           case when n % 50 = 0 then now() + n * interval '1 second' end,
           case when n % 50 = 0 then 'acknowledge' end, case when n % 50 = 0 then 'acknowledge' end,
           case when n % 100 = 0 then 'intake-officer' end
      from generate_series(1, 20000) n;
insert into referral (id, report, version, target, state, consent, legal_basis, gender, school_level, sent_at, last_sent_at)
select gen_random_uuid(), id, 1, 'victim_support', 'accepted', 'given', 'consent', 'unknown', 'unknown', now(), now()
  from report;
insert into mailbox (report, person, version, state, proof, language, opened_at, active_at, waiting, due_at)
select id, person, 1, 'open', gen_random_uuid(), 'ko', now(), now(), 1, case when claimed_by is not null then due_at end
  from report
"""

WHOLE = re.compile(r"Seq Scan on (report|referral|came|mailbox)\b")
"""A query that reads a whole table, be it by what the recusal policy adds to it."""


async def plan_of(desk: Desk, sql: str, *args: object) -> str:
    async with desk.kit.store.unit(context()) as unit:
        await unit.conn.execute(FILL)
        await unit.conn.execute(
            "set local enable_seqscan = off"
        )  # statistics of this transaction's rows are not there yet
        return "\n".join(row[0] for row in await unit.conn.fetch(f"explain {sql}", *args))


@pytest.mark.parametrize("show", list(queries.Show))
async def test_no_part_of_the_queue_reads_the_closed_reports(desk: Desk, show: queries.Show) -> None:
    now = datetime.now(UTC)
    args = {
        queries.Show.MINE: ("intake-officer",),
        queries.Show.NEAR: (now, now + NEAR_BY),
        queries.Show.LATE: (now + timedelta(hours=1),),
    }
    plan = await plan_of(desk, queue_sql(show), queries.LONGEST_QUEUE, *args.get(show, ()))
    assert re.search(r"report_(queue|claimed|emergency|overdue)", plan)
    assert not WHOLE.search(plan)


async def test_hand_offs_that_need_something_are_found_without_the_answered_ones(desk: Desk) -> None:
    plan = await plan_of(desk, WAITING, queries.LONGEST_QUEUE)
    assert re.search(r"referral_(unfinished|of_state)", plan)
    assert "report_came_back" in plan
    assert not WHOLE.search(plan)


async def test_reporters_who_wait_are_found_without_the_other_mailboxes(desk: Desk) -> None:
    plan = await plan_of(desk, WAITING_MAILBOXES, queries.LONGEST_QUEUE)
    assert "mailbox_waiting" in plan
    assert not WHOLE.search(plan)


async def test_the_numbers_above_the_queue_are_counted_by_indexes(desk: Desk) -> None:
    plan = await plan_of(desk, COUNTS, datetime.now(UTC))
    assert "report_queue" in plan
    assert re.search(r"referral_(unfinished|of_state)", plan)
    assert "mailbox_waiting" in plan
    assert not WHOLE.search(plan)


async def test_a_page_of_hand_offs_is_found_without_those_in_other_states(desk: Desk) -> None:
    plan = await plan_of(desk, HAND_OFFS, ["sent", "received"], 15_000, 51)
    assert "Index Cond: ((state = asked.state) AND (number < '15000'::bigint))" in plan
    assert not WHOLE.search(plan)
