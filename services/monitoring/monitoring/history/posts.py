"""What the volunteers found, and what became of it: checks at growing intervals, answers as platforms give them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.history import Step, World
from monitoring import commands
from monitoring.commands import (
    CheckSighting,
    ConfirmSighting,
    LogSighting,
    RecordAction,
    RejectSighting,
    ReportSighting,
)
from monitoring.history.people import Person
from monitoring.history.playing import step

POSTS: Final = 300
RECENT: Final = 12
REJECTED: Final = 30
BY_THE_MONITOR: Final = 14
_FIRST_FOUND: Final = datetime(2021, 3, 26, tzinfo=UTC)
_LAST_FOUND: Final = datetime(2021, 5, 10, tzinfo=UTC)
_CHECK_DAYS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 14.0)

_T = TypeVar("_T")
_PLATFORMS: Final = {
    Platform.VIDEO_GA: (26, "video-ga", ActChannel.WEBSITE, 1.2),
    Platform.COMMUNITY_NA: (18, "community-na", ActChannel.COMMUNITY, 2.5),
    Platform.BOARD_DA: (24, "board-da", ActChannel.COMMUNITY, 4.0),
    Platform.CHAT_RA: (16, "chat-ra", ActChannel.MESSENGER, 14.0),
    Platform.GAME_MA: (7, "game-ma", ActChannel.GAME, 3.0),
    Platform.OTHER: (9, "post", ActChannel.SOCIAL_NETWORK, 9.0),
}
"""Share of sightings, host, kind of place, and days until the median post goes away."""
_CATEGORIES: Final = {
    SightingCategory.DISTRIBUTION: 22,
    SightingCategory.NONCONSENSUAL_REDISTRIBUTION: 24,
    SightingCategory.FALSE_VIDEO: 18,
    SightingCategory.ILLEGAL_FILMING: 20,
    SightingCategory.HARASSMENT: 14,
    SightingCategory.GROOMING: 7,
    SightingCategory.EXPLOITATION_OF_MINORS: 9,
}
_FATES: Final = {"removed": 62, "blocked": 9, "walled": 6, "moved": 3, "stays": 20}
_WHAT_REMOVES: Final = {
    PlatformAction.DELETED: 74,
    PlatformAction.ACCOUNT_CLOSED: 10,
    PlatformAction.SUSPENDED: 9,
    PlatformAction.TEMPORARILY_RESTRICTED: 7,
}
_WHAT_STAYS: Final = {PlatformAction.NO_RESPONSE: 60, PlatformAction.REFUSED: 30, PlatformAction.DELISTED: 10}


@dataclass(frozen=True, slots=True)
class Post:
    """One sighting's way. What follows the confirmation is empty for a rejected or a waiting one."""

    key: str
    command: LogSighting
    id: UUID
    logged: datetime
    decided: datetime | None = None
    reader: UUID | None = None
    rejection: SightingRejection | None = None
    reported: datetime | None = None
    report_channel: ReportChannel = ReportChannel.PLATFORM_FORM
    checks: tuple[tuple[datetime, CheckResult], ...] = ()
    actions: tuple[tuple[datetime, PlatformAction], ...] = ()


def posts(world: World, people: Sequence[Person]) -> Iterator[Post]:
    """The sightings of spring 2021. All of them were decided on; the confirmed ones were reported and checked."""
    for index in range(POSTS):
        rng = world.rng("sighting", index)
        logged = _FIRST_FOUND + (_LAST_FOUND - _FIRST_FOUND) * rng.random() ** 0.7
        logged = logged.replace(hour=rng.randrange(1, 14), minute=rng.randrange(60), second=0, microsecond=0)
        finder = people[0] if index < BY_THE_MONITOR else _somebody(rng, people, logged)
        decided = logged + timedelta(hours=rng.uniform(1, 30))
        known = Post(f"sighting/{index}", _found(world, rng, index, finder), world.uuid("sighting", index), logged)
        reader = _somebody(rng, [each for each in people if each is not finder], decided)
        if index >= POSTS - REJECTED:
            yield replace(known, decided=decided, rejection=rng.choices(list(SightingRejection), (5, 3, 2))[0])
        else:
            yield _reported(rng, replace(known, decided=decided, reader=reader.id if rng.random() < 0.7 else None), 6)


def recent_posts(world: World, people: Sequence[Person], now: datetime) -> Iterator[Post]:
    """Sightings of the last days before `now`: some wait for a second reader, some for their report, some are checked."""
    for index in range(RECENT):
        rng = world.rng("recent sighting", index)
        logged = (now - timedelta(hours=(RECENT - index) * 9 + rng.uniform(0, 6))).replace(microsecond=0)
        finder = people[0] if index % 3 == 0 else _somebody(rng, people, now)
        key = f"recent sighting/{index}"
        post = Post(key, _found(world, rng, POSTS + index, finder), world.uuid("sighting", "recent", index), logged)
        if index < RECENT - 4:
            post = replace(post, decided=logged + timedelta(hours=rng.uniform(0.5, 4)))
        if index < RECENT - 7:
            post = _reported(rng, post, 3, until=now)
        yield post


def _found(world: World, rng: Random, index: int, finder: Person) -> LogSighting:
    platform = _pick(rng, {platform: known[0] for platform, known in _PLATFORMS.items()})
    _, host, channel, _ = _PLATFORMS[platform]
    first = _pick(rng, _CATEGORIES)
    categories = {first, _pick(rng, _CATEGORIES)} if rng.random() < 0.3 else {first}
    if rng.random() < 0.03:
        categories = {SightingCategory.UNSURE}
    minor = SightingCategory.EXPLOITATION_OF_MINORS in categories or SightingCategory.GROOMING in categories
    ages = (1, 8, 3) if minor else (5, 0, 5)
    return LogSighting(
        id=world.uuid("sighting", index) if index < POSTS else world.uuid("sighting", "recent", index - POSTS),
        volunteer=finder.id,
        platform=platform,
        channel=channel,
        categories=frozenset(categories),
        depicted_age=rng.choices(list(DepictedAge), ages)[0],
        depicted_gender=rng.choices(list(DepictedGender), (70, 8, 22))[0],
        url=f"https://{host}.invalid/p/{rng.getrandbits(48):012x}",
    )


def _reported(rng: Random, post: Post, most_checks: int, until: datetime | None = None) -> Post:
    """Report, checks and answers, as far as they come before `until`."""
    decided = post.decided or post.logged
    reported = decided + timedelta(hours=rng.uniform(0.5, 20 if until is None else 3))
    median = _PLATFORMS[post.command.platform][3]
    fate, fated = _pick(rng, _FATES), reported + timedelta(days=rng.expovariate(0.693 / median))
    times = [reported + timedelta(days=days * rng.uniform(0.9, 1.1)) for days in _CHECK_DAYS]
    times = times[: rng.randint(min(3, most_checks), most_checks)]
    checks = [(at, _seen(rng, fate, at >= fated)) for at in times]
    actions = list(_answers(rng, fate, reported, fated, times[-1]))
    return replace(
        post,
        reported=reported,
        report_channel=rng.choices(list(ReportChannel), (55, 10, 20, 15))[0],
        checks=tuple(each for each in checks if until is None or each[0] < until),
        actions=tuple(each for each in actions if until is None or each[0] < until),
    )


def _seen(rng: Random, fate: str, over: bool) -> CheckResult:
    if rng.random() < 0.03:
        return CheckResult.ERROR
    if not over or fate == "stays":
        return CheckResult.STILL_UP
    after = {
        "removed": CheckResult.GONE,
        "blocked": CheckResult.ACCESS_BLOCKED_HERE,
        "walled": CheckResult.LOGIN_WALL,
        "moved": CheckResult.MOVED,
    }
    return after[fate]


def _answers(
    rng: Random, fate: str, reported: datetime, fated: datetime, last: datetime
) -> Iterator[tuple[datetime, PlatformAction]]:
    """What was noted of the platform by the last look. An answer may come later than the deed it tells of."""
    told = fated + timedelta(hours=rng.uniform(1, 30))
    if fate == "stays" or fated > last:
        if rng.random() < 0.8:
            yield last + timedelta(hours=1), _pick(rng, _WHAT_STAYS)
    elif fate == "blocked":
        yield told, PlatformAction.ACCESS_BLOCKED
    elif fate == "removed" and rng.random() < 0.9:
        if rng.random() < 0.12:
            yield reported + (fated - reported) * 0.6, PlatformAction.TEMPORARILY_RESTRICTED
        yield told, _pick(rng, _WHAT_REMOVES)


def _somebody(rng: Random, people: Sequence[Person], at: datetime) -> Person:
    return rng.choice([person for person in people if person.active(at)])


def _pick(rng: Random, weights: dict[_T, int]) -> _T:
    return rng.choices(list(weights), list(weights.values()))[0]


def steps_of_post(post: Post) -> Iterator[Step]:
    yield step(f"{post.key}/logged", post.logged, commands.log_sighting, post.command)
    if post.decided and post.rejection:
        reject = RejectSighting(sighting=post.id, reason=post.rejection)
        yield step(f"{post.key}/rejected", post.decided, commands.reject_sighting, reject)
    elif post.decided:
        confirm = ConfirmSighting(sighting=post.id, reader=post.reader)
        yield step(f"{post.key}/confirmed", post.decided, commands.confirm_sighting, confirm)
    if post.reported:
        report = ReportSighting(sighting=post.id, report_channel=post.report_channel)
        yield step(f"{post.key}/reported", post.reported, commands.report_sighting, report)
    for number, (at, result) in enumerate(post.checks, start=1):
        check = CheckSighting(sighting=post.id, result=result)
        yield step(f"{post.key}/check/{number}", at, commands.check_sighting, check)
    for number, (at, answer) in enumerate(post.actions, start=1):
        action = RecordAction(sighting=post.id, action=answer)
        yield step(f"{post.key}/action/{number}", at, commands.record_action, action)
