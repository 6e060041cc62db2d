"""Reports of the founding years that ended here: answered, out of scope, duplicates, withdrawn, bad faith."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ansim.contracts.codes import (
    AgeBand,
    District,
    HarmType,
    ReferralTarget,
    ReporterRole,
    ReportOutcome,
    Severity,
    YesNoUnknown,
)
from ansim.history import Step, World

from .steps import Story

REPORTS: Final = 36

_ENDINGS: Final = {
    ReportOutcome.ANSWERED: "(가상) 이런 일도 도움을 받을 수 있는지 묻습니다. 아직 이름은 밝히고 싶지 않습니다.",
    ReportOutcome.OUT_OF_SCOPE: "(가상) 중고 거래에서 돈을 돌려받지 못했습니다.",
    ReportOutcome.DUPLICATE: "(가상) 어제도 같은 일을 알렸는데 보냈는지 확실하지 않아 다시 씁니다.",
    ReportOutcome.WITHDRAWN_BY_REPORTER: "(가상) 가족과 먼저 이야기해 보고 다시 알리겠습니다.",
    ReportOutcome.BAD_FAITH: "(가상) 시험 삼아 쓴 글입니다.",
}
_WEIGHTS: Final = (14, 9, 6, 5, 2)


def other_steps(world: World) -> Iterator[Step]:
    for number in range(REPORTS):
        yield from _steps(world, number)


def _steps(world: World, number: int) -> Iterator[Step]:
    rng = world.rng("intake", "other", number)
    story = Story(f"other/{number}", world.uuid("report", "other", number))
    outcome = rng.choices(tuple(_ENDINGS), _WEIGHTS)[0]
    harm_types = frozenset({rng.choice(tuple(HarmType))})
    submitted = datetime(2019, 10, 1, tzinfo=UTC) + timedelta(days=rng.uniform(0, 590))
    acknowledged = submitted + timedelta(minutes=rng.uniform(8, 58))
    told: dict[str, Any] = {
        "reporter_role": rng.choice(tuple(ReporterRole)),
        "harm_types": harm_types,
        "about_minor": YesNoUnknown.UNKNOWN,
        "district": rng.choice(tuple(District)),
    }
    earlier = Story(f"other/{number}/first", world.uuid("report", "other", number, "first"))
    if outcome is ReportOutcome.DUPLICATE:
        yield earlier.submitted(submitted - timedelta(hours=20), **told, narrative=_ENDINGS[ReportOutcome.ANSWERED])
    yield story.submitted(submitted, **told, narrative=_ENDINGS[outcome])
    yield story.acknowledged(acknowledged)
    if outcome is ReportOutcome.ANSWERED:
        triaged = acknowledged + timedelta(hours=rng.uniform(1, 40))
        yield story.triaged(triaged, Severity.LOW, harm_types, AgeBand.UNKNOWN)
        yield story.closed(triaged + timedelta(days=rng.uniform(0.1, 6)), outcome)
        return
    ended = acknowledged + timedelta(hours=rng.uniform(1, 60))
    if outcome is ReportOutcome.DUPLICATE:
        yield story.linked(ended, earlier.report)
        yield earlier.acknowledged(acknowledged)
        yield earlier.closed(ended, ReportOutcome.ANSWERED)
    if outcome is ReportOutcome.OUT_OF_SCOPE:
        yield story.signposted(ended, ReferralTarget.POLICE, ReferralTarget.LEGAL_AID)
    yield story.closed(ended, outcome)
