"""Invented reports of the last weeks that took a turn: opened again after their closing, or handed on and taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ansim.contracts.codes import (
    AgeBand,
    District,
    EnrolmentSource,
    HarmType,
    ReferralTarget,
    ReopenReason,
    ReporterRole,
    ReportOutcome,
    RevokeReason,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.history import Step, World

from .steps import BY_DUTY, WITH_CONSENT, Story

R, H, T, S = ReporterRole, HarmType, ReferralTarget, Severity
E, A, D = ReportOutcome, ReopenReason, District


@dataclass(frozen=True, slots=True)
class Reopened:
    """`rested`: days from the closing to the reopening. `since`: hours from the reopening to now."""

    harm_type: HarmType
    district: District
    text: str
    outcome: ReportOutcome
    reason: ReopenReason
    rested: float
    since: float
    ended: ReportOutcome | None = None
    """How it ended again, a day after the reopening."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`after`: minutes from the sending to the taking back. `since`: hours from the taking back to now."""

    target: ReferralTarget
    reason: RevokeReason
    after: float
    since: float
    text: str
    instead: ReferralTarget | None = None
    """Where it went an hour later."""


REOPENED: Final = (
    Reopened(H.REDISTRIBUTION, D.GWANGJIN, "(가상) 지워졌다고 들었는데 어제 같은 것을 다시 보았습니다.",
             E.ANSWERED, A.REDISTRIBUTION, 21, 5),
    Reopened(H.CYBER_HARASSMENT, D.DOBONG, "(가상) 그 뒤로 조용했는데 이번에는 학교 게시판입니다.",
             E.ANSWERED, A.NEW_HARM, 12, 20),
    Reopened(H.FEAR_OF_DISTRIBUTION, D.MAPO, "(가상) 그때는 기다려 보겠다고 했지만 이제 도움을 받고 싶습니다.",
             E.WITHDRAWN_BY_REPORTER, A.REPORTER_ASKED, 9, 2),
    Reopened(H.PERSONAL_DATA_EXPOSURE, D.GANGDONG, "(가상) 누가 썼는지 알게 되었습니다. 대화를 가지고 있습니다.",
             E.ANSWERED, A.NEW_FACTS, 6, 30),
    Reopened(H.OTHER, D.JUNG, "(가상) 시험 삼아 쓴 글이 아니었습니다. 다시 읽어 주세요.",
             E.BAD_FAITH, A.CLOSED_BY_MISTAKE, 0.2, 60),
    Reopened(H.DISTRIBUTION, D.YEONGDEUNGPO, "(가상) 주소를 두 개 더 찾았습니다.",
             E.ANSWERED, A.NEW_FACTS, 3, 90, E.ANSWERED),
    Reopened(H.CYBER_HARASSMENT, D.SEONGDONG, "(가상) 상대가 사과했다고 했는데 다시 시작했습니다.",
             E.WITHDRAWN_BY_REPORTER, A.NEW_HARM, 15, 140, E.ANSWERED),
    Reopened(H.FALSE_VIDEO, D.GEUMCHEON, "(가상) 가족과 이야기했고 이어서 묻고 싶습니다.",
             E.ANSWERED, A.REPORTER_ASKED, 8, 200, E.WITHDRAWN_BY_REPORTER),
)  # fmt: skip

TAKEN_BACK: Final = (
    TakenBack(T.VICTIM_SUPPORT, RevokeReason.CONSENT_WITHDRAWN, 95, 7,
              "(가상) 이어 주신다고 했는데 아직은 마음의 준비가 되지 않았습니다."),
    TakenBack(T.VICTIM_SUPPORT, RevokeReason.SENT_BY_MISTAKE, 12, 3,
              "(가상) 어디에 물어야 할지 몰라 여기에 씁니다. 이름은 아직 말하고 싶지 않습니다."),
    TakenBack(T.COUNSELING, RevokeReason.OTHER_RECEIVER, 180, 50,
              "(가상) 학생이 한 일로 알았는데, 알고 보니 그 학생도 당한 일이 있습니다.", T.VICTIM_SUPPORT),
    TakenBack(T.POLICE, RevokeReason.CONSENT_WITHDRAWN, 240, 75,
              "(가상) 신고까지는 하지 않기로 했습니다. 삭제만 부탁드립니다."),
    TakenBack(T.NATIONAL_CENTRE, RevokeReason.OTHER_RECEIVER, 1500, 26,
              "(가상) 해외 사이트라고 들었습니다. 차단이라도 할 수 있나요.", T.REGULATOR),
    TakenBack(T.LEGAL_AID, RevokeReason.SENT_BY_MISTAKE, 30, 130,
              "(가상) 변호사는 이미 있습니다. 진술 때 같이 가 주실 분이 필요합니다."),
)  # fmt: skip


def turned_steps(world: World, now: datetime) -> Iterator[Step]:
    """In the order of time; all of it lies before `now`."""
    steps = [step for number, report in enumerate(REOPENED) for step in _reopened(world, number, report, now)]
    steps += [step for number, report in enumerate(TAKEN_BACK) for step in _taken_back(world, number, report, now)]
    yield from sorted(steps, key=lambda step: step.at)


def _reopened(world: World, number: int, report: Reopened, now: datetime) -> Iterator[Step]:
    story = Story(f"reopened/{number}", world.uuid("report", "reopened", number))
    reopened = now - timedelta(hours=report.since)
    closed = reopened - timedelta(days=report.rested)
    yield story.submitted(
        closed - timedelta(days=4),
        numbered=True,
        reporter_role=R.VICTIM,
        harm_types=frozenset({report.harm_type}),
        about_minor=YesNoUnknown.NO,
        district=report.district,
        narrative=report.text,
    )
    yield story.acknowledged(closed - timedelta(days=3, hours=21))
    yield story.triaged(closed - timedelta(days=2), S.MEDIUM, frozenset({report.harm_type}), AgeBand.AGE_19_24)
    yield story.closed(closed, report.outcome)
    yield story.reopened(reopened, report.reason)
    if report.ended is not None:
        yield story.closed(reopened + timedelta(days=1), report.ended, again=True)


def _taken_back(world: World, number: int, report: TakenBack, now: datetime) -> Iterator[Step]:
    story = Story(f"taken-back/{number}", world.uuid("report", "taken back", number))
    by_school = report.target is T.COUNSELING
    age_band = AgeBand.AGE_14_16 if by_school else AgeBand.AGE_25_PLUS
    back = now - timedelta(hours=report.since)
    sent = back - timedelta(minutes=report.after)
    harm_types = frozenset({H.DISTRIBUTION})
    yield story.submitted(
        sent - timedelta(hours=20),
        reporter_role=R.TEACHER if by_school else R.VICTIM,
        harm_types=harm_types,
        about_minor=YesNoUnknown.YES if by_school else YesNoUnknown.NO,
        district=D.UNKNOWN,
        narrative=report.text,
    )
    yield story.acknowledged(sent - timedelta(hours=18))
    yield story.triaged(sent - timedelta(hours=3), S.MEDIUM, harm_types, age_band)
    referral = world.uuid("referral", "taken back", number)
    yield story.referred(
        sent,
        referral,
        report.target,
        BY_DUTY if by_school else WITH_CONSENT,
        school_level=SchoolLevel.MIDDLE if by_school else SchoolLevel.UNKNOWN,
        source=EnrolmentSource.TEACHER_REQUEST if by_school else None,
    )
    yield story.revoked(back, referral, report.reason)
    if report.instead is not None:
        instead = world.uuid("referral", "taken back", number, "instead")
        yield story.referred(back + timedelta(hours=1), instead, report.instead, WITH_CONSENT)
