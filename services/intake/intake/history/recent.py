"""Invented reports of the last three months that were answered through the mailbox and ended here.

They give the public page about answer times something to count: most were answered within a day, one waited for days, and
somewhat more than half came back to read.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ansim.contracts.codes import AgeBand, District, HarmType, ReporterRole, ReportOutcome, Severity, YesNoUnknown
from ansim.history import Step, World

from .open_reports import OFFICERS
from .steps import Story

REPORTS: Final = 27
NEVER_OPENED: Final = 3
"""Every so many reporters never come back."""

ASKED: Final = (
    "(가상) 이런 일도 도움을 받을 수 있는지 궁금합니다.",
    "(가상) 아직 이름은 말하고 싶지 않습니다. 무엇부터 해야 하나요.",
    "(가상) 주소를 적어 두었는데 어디에 보내면 되나요.",
    "(가상) 친구 일인데 어떻게 말을 꺼내야 할지 모르겠습니다.",
)
ANSWERED: Final = (
    "(가상) 도움을 받을 수 있는 일입니다. 대화와 주소를 남겨 두시고, 원하실 때 이 번호로 다시 써 주세요.",
    "(가상) 잘못하신 것이 없습니다. 오늘은 비밀번호를 바꾸는 것만 해도 됩니다. 이어서 함께 생각하겠습니다.",
    "(가상) 주소는 여기에 쓰시면 됩니다. 사진이나 영상은 보내지 마세요.",
)
THANKED: Final = "(가상) 읽었습니다. 조금 더 생각해 보고 다시 쓰겠습니다."


def recent_steps(world: World, now: datetime) -> Iterator[Step]:
    """In the order of time; all of it lies before `now`."""
    steps = [step for number in range(REPORTS) for step in _steps(world, number, now)]
    yield from sorted(steps, key=lambda step: step.at)


def _steps(world: World, number: int, now: datetime) -> Iterator[Step]:
    rng = world.rng("intake", "recent", number)
    story = Story(f"recent/{number}", world.uuid("report", "recent", number))
    harm_types = frozenset({rng.choice((HarmType.FEAR_OF_DISTRIBUTION, HarmType.CYBER_HARASSMENT, HarmType.OTHER))})
    submitted = now - timedelta(days=12 + 2.6 * number, hours=rng.uniform(0, 20))
    yield story.submitted(
        submitted,
        numbered=True,
        reporter_role=rng.choice(
            (ReporterRole.VICTIM, ReporterRole.VICTIM, ReporterRole.WITNESS, ReporterRole.GUARDIAN)
        ),
        harm_types=harm_types,
        about_minor=rng.choice(tuple(YesNoUnknown)),
        district=rng.choice(tuple(District)),
        narrative=rng.choice(ASKED),
    )
    read = submitted + timedelta(minutes=rng.uniform(10, 55) if number % 4 else rng.uniform(120, 1300))
    yield story.acknowledged(read)
    judged = read + timedelta(hours=rng.uniform(0.5, 12))
    yield story.triaged(judged, Severity.LOW, harm_types, AgeBand.UNKNOWN)
    answered = judged + timedelta(hours=rng.uniform(0.3, 9) if number % 9 else rng.uniform(50, 70))
    yield story.answered(answered, OFFICERS[number % len(OFFICERS)], rng.choice(ANSWERED))
    if number % NEVER_OPENED:
        came_back = answered + timedelta(hours=rng.uniform(1, 60))
        yield story.visited(came_back)
        if number % 5 == 0:
            yield story.wrote(came_back + timedelta(minutes=4), THANKED)
            yield story.answered(came_back + timedelta(hours=5), OFFICERS[0], ANSWERED[0])
    yield story.closed(answered + timedelta(days=8), ReportOutcome.ANSWERED)
