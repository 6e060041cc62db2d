"""When the time of keeping ends is a pure function of events and rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from ansim.clock import Moment, Rule, Rules
from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, HoldReason, MessageAuthor, ReopenReason, ReportOutcome
from ansim.contracts.intake import MailboxMessageWritten, MailboxVisited, ReportClosed, ReportReopened
from ansim.contracts.intake_privacy import IntakeLegalHoldLifted, IntakeLegalHoldPlaced
from ansim.privacy import Kinds
from ansim.privacy.retention.keep import Stage, keeping_of

PERSON, STREAM = UUID(int=1), UUID(int=2)
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
YEAR, MONTH = timedelta(days=365), timedelta(days=30)
PERIODS = {
    DeadlineRule.RETAIN_ANSWERED: 3 * YEAR,
    DeadlineRule.RETAIN_DUPLICATE: YEAR,
    DeadlineRule.RETENTION_WARNING: MONTH,
    DeadlineRule.RETENTION_GRACE: MONTH,
}
RULES = Rules(PERIODS)


def by_outcome(event: Event) -> DeadlineRule:
    assert isinstance(event, ReportClosed)
    short = event.outcome is ReportOutcome.DUPLICATE
    return DeadlineRule.RETAIN_DUPLICATE if short else DeadlineRule.RETAIN_ANSWERED


KINDS = Kinds(ends={ReportClosed: by_outcome}, reopens=(ReportReopened,), adds=(MailboxMessageWritten,))
CLOSED = ReportClosed(person=PERSON, outcome=ReportOutcome.ANSWERED)
DUPLICATE = ReportClosed(person=PERSON, outcome=ReportOutcome.DUPLICATE)
REOPENED = ReportReopened(person=PERSON, reason=ReopenReason.NEW_FACTS)
WRITTEN = MailboxMessageWritten(person=PERSON, author=MessageAuthor.REPORTER)
VISITED = MailboxVisited(person=PERSON)
HELD = IntakeLegalHoldPlaced(person=PERSON, reason=HoldReason.COURT)


def moment(event: Event, days: float) -> Moment:
    return Moment(STREAM, event, BEGIN + timedelta(days=days), uuid5(STREAM, f"{event!r}{days}"))


def lifted(hold: Moment, days: float) -> Moment:
    return moment(IntakeLegalHoldLifted(person=PERSON, hold=hold.id), days)


def test_the_outcome_says_how_long_a_record_is_kept() -> None:
    long, short = (keeping_of([moment(event, 0)], RULES, KINDS) for event in (CLOSED, DUPLICATE))

    assert long is not None
    assert short is not None
    assert (long.expires_at, short.expires_at) == (BEGIN + 3 * YEAR, BEGIN + YEAR)


def test_an_open_record_is_kept_and_a_reopened_one_again() -> None:
    assert keeping_of([moment(WRITTEN, 0)], RULES, KINDS) is None
    assert keeping_of([moment(CLOSED, 0), moment(REOPENED, 9)], RULES, KINDS) is None


def test_nothing_ends_the_day_after_new_content() -> None:
    """GlobaLeaks #3591: what gets new content the day before its end is kept for the whole period again."""
    story = [moment(DUPLICATE, 0), moment(WRITTEN, 364)]

    keeping = keeping_of(story, RULES, KINDS)

    assert keeping is not None
    assert keeping.expires_at == BEGIN + timedelta(days=364) + YEAR
    assert keeping.stage(BEGIN + timedelta(days=366)) is Stage.KEPT


def test_a_look_into_the_mailbox_is_no_new_content() -> None:
    keeping = keeping_of([moment(DUPLICATE, 0), moment(VISITED, 300)], RULES, KINDS)

    assert keeping is not None
    assert keeping.expires_at == BEGIN + YEAR


def test_a_legal_hold_suspends_the_end_and_leaves_a_grace_behind_it() -> None:
    """GlobaLeaks #3591: a legal hold suspends; lifted after the end, the record still has its grace."""
    hold = moment(HELD, 10)
    held = keeping_of([moment(DUPLICATE, 0), hold], RULES, KINDS)
    after = keeping_of([moment(DUPLICATE, 0), hold, lifted(hold, 900)], RULES, KINDS)

    assert held is not None
    assert held.stage(BEGIN + 20 * YEAR) is Stage.KEPT
    assert after is not None
    assert after.expires_at == BEGIN + timedelta(days=930)
    assert not after.held


def test_two_holds_are_lifted_one_by_one() -> None:
    one, other = moment(HELD, 1), moment(HELD, 2)
    keeping = keeping_of([moment(DUPLICATE, 0), one, other, lifted(one, 3)], RULES, KINDS)

    assert keeping is not None
    assert set(keeping.holds) == {other.id}


def test_an_end_has_a_warning_before_and_a_grace_behind_it() -> None:
    """GlobaLeaks #1039: an expiry goes unnoticed by nobody."""
    keeping = keeping_of([moment(DUPLICATE, 0)], RULES, KINDS)

    assert keeping is not None
    ends = [(keeping.warn_at, Stage.WARNED), (keeping.expires_at, Stage.GRACE), (keeping.erase_at, Stage.EXPIRED)]
    assert [keeping.stage(at) for at, _ in ends] == [stage for _, stage in ends]
    before = timedelta(seconds=1)
    assert [keeping.stage(at - before) for at, _ in ends] == [Stage.KEPT, Stage.WARNED, Stage.GRACE]


def test_a_changed_period_holds_for_records_that_end_after_it() -> None:
    changed = Rules(PERIODS, [Rule(DeadlineRule.RETAIN_DUPLICATE, MONTH, BEGIN + timedelta(days=5))])

    before, after = (keeping_of([moment(DUPLICATE, day)], changed, KINDS) for day in (4, 6))

    assert before is not None
    assert after is not None
    assert (before.expires_at - before.started_at, after.expires_at - after.started_at) == (YEAR, MONTH)


STEPS = st.lists(
    st.sampled_from(["closed", "duplicate", "reopened", "written", "visited", "held", "lifted"]), max_size=12
)


def story_of(steps: list[str]) -> list[Moment]:
    """A story with a step every ten days; a step that cannot be is left out, as commands would."""
    made: list[Moment] = []
    holds: list[Moment] = []
    events = {"closed": CLOSED, "duplicate": DUPLICATE, "reopened": REOPENED, "written": WRITTEN, "visited": VISITED}
    for number, step in enumerate(steps):
        if step == "held":
            holds.append(moment(HELD, number * 10))
            made.append(holds[-1])
        elif step == "lifted":
            made += [lifted(holds.pop(), number * 10)] if holds else []
        else:
            made.append(moment(events[step], number * 10))
    return made


@given(steps=STEPS, seed=st.randoms())
def test_the_order_in_which_events_are_read_changes_nothing(steps: list[str], seed: object) -> None:
    story = story_of(steps)
    mixed = list(story)
    seed.shuffle(mixed)  # type: ignore[attr-defined]

    assert keeping_of(mixed, RULES, KINDS) == keeping_of(story, RULES, KINDS)


@given(steps=STEPS)
def test_no_record_ends_sooner_than_its_period_after_the_last_content_or_a_grace_after_the_last_hold(
    steps: list[str],
) -> None:
    story = story_of(steps)
    keeping = keeping_of(story, RULES, KINDS)
    if keeping is None:
        return
    content = [m.at for m in story if isinstance(m.event, ReportClosed | MailboxMessageWritten)]
    released = [m.at for m in story if isinstance(m.event, IntakeLegalHoldLifted)]

    assert keeping.expires_at >= max(content) + PERIODS[keeping.rule]
    assert all(keeping.expires_at >= at + MONTH for at in released)
    assert keeping.erase_at - keeping.expires_at == MONTH


@given(steps=STEPS, later=st.sampled_from(["written", "held"]))
def test_new_content_or_a_hold_never_brings_the_end_nearer(steps: list[str], later: str) -> None:
    before, after = (keeping_of(story_of(each), RULES, KINDS) for each in (steps, [*steps, later]))

    if before is not None and after is not None:
        assert after.expires_at >= before.expires_at
        assert later != "held" or after.stage(BEGIN + 50 * YEAR) is Stage.KEPT
