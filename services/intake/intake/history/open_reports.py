"""Invented reports that lie open on the day the history is played, so that the queue looks as on a working day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ansim.access import Role, demo_staff
from ansim.contracts.codes import (
    AgeBand,
    District,
    EnrolmentSource,
    HarmType,
    Language,
    OutsideAnswer,
    ReferralTarget,
    ReporterRole,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.history import Step, World
from ansim.journal import Actor

from ..domain.referral import Consent
from .steps import BY_DUTY, WITH_CONSENT, WITH_GUARDIAN_CONSENT, Story

OFFICERS: Final = tuple(
    Actor(person.subject, Role.intake_officer, person.name)
    for person in demo_staff()
    if Role.intake_officer in person.roles
)

R, H, T, S = ReporterRole, HarmType, ReferralTarget, Severity


@dataclass(frozen=True, slots=True)
class Judged:
    """Triage, so many hours after the report."""

    after: float
    severity: Severity
    age_band: AgeBand


@dataclass(frozen=True, slots=True)
class Sent:
    """A hand-off, so many hours after the report."""

    after: float
    target: ReferralTarget
    consent: Consent = WITH_CONSENT
    source: EnrolmentSource | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, so many hours after the report: ours, or the reporter's."""

    after: float
    text: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """`age` and `read` are hours: how long ago it came in, and how long after that somebody acknowledged it."""

    age: float
    role: ReporterRole
    harm_types: tuple[HarmType, ...]
    minor: YesNoUnknown
    district: District
    text: str
    read: float | None = None
    judged: Judged | None = None
    sent: tuple[Sent, ...] = ()
    language: Language = Language.KO
    contact: str = ""
    claimed: int | None = None
    """Which intake officer took it on, when it was read."""
    letters: tuple[Letter, ...] = ()
    """What went through the mailbox."""
    heard: OutsideAnswer | None = None
    """What the outside receiver said, an hour after the sending."""


YES, NO, UNKNOWN = YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN
PHONE: Final = "문자만 받습니다, 평일 18시 뒤 (가상)"

OPEN: Final = (
    Open(1.5, R.VICTIM, (H.THREAT_TO_DISTRIBUTE,), YES, District.GURO,
         "(가상) 오늘 안에 돈을 보내지 않으면 친구들에게 보내겠다고 합니다. 대화는 지우지 않았습니다.", contact=PHONE),
    Open(0.7, R.GUARDIAN, (H.GROOMING,), YES, District.NOWON,
         "(가상) 아이가 게임에서 만난 사람과 매일 밤 이야기합니다. 사진을 달라는 글을 보았습니다."),
    Open(9, R.TEACHER, (H.FALSE_VIDEO, H.DISTRIBUTION), YES, District.SONGPA,
         "(가상) 우리 반 학생들 얼굴을 합성한 것이 단체 대화방에 올라왔다고 여러 학생이 말합니다."),
    Open(21, R.ANONYMOUS, (H.PERSONAL_DATA_EXPOSURE,), UNKNOWN, District.UNKNOWN,
         "(가상) 제 이름과 다니는 곳이 적힌 글이 있습니다. 누가 썼는지 모릅니다."),
    Open(14, R.VICTIM, (H.CYBER_HARASSMENT,), NO, District.MAPO,
         "(가상) 모르는 계정이 날마다 성적인 말을 보냅니다. 차단해도 새 계정으로 옵니다."),
    Open(3.2, R.VICTIM, (H.FEAR_OF_DISTRIBUTION,), NO, District.GANGSEO,
         "(invented) We broke up last month and I am afraid of what he may do with the pictures. Nothing has happened yet.",
         language=Language.EN),
    Open(26, R.WITNESS, (H.ILLEGAL_FILMING,), UNKNOWN, District.JONGNO,
         "(가상) 지하철역 계단에서 누가 몰래 찍는 것을 보았습니다. 역무원에게는 말했습니다.", read=5),
    Open(61, R.VICTIM, (H.REDISTRIBUTION,), NO, District.GWANAK,
         "(가상) 작년에 지운 것이 다른 곳에 다시 올라왔습니다. 주소를 적어 두었습니다.", read=9, contact=PHONE, claimed=0,
         letters=(Letter(10, "(가상) 읽었습니다. 주소를 여기에 써 주시면 삭제를 요청하겠습니다.", ours=True),
                  Letter(59, "(가상) 주소는 두 곳입니다. 오늘 안에 답을 받을 수 있을까요?"))),
    Open(40, R.GUARDIAN, (H.SEXTORTION,), YES, District.YANGCHEON,
         "(가상) 아들이 영상 통화 뒤에 돈을 요구받고 있습니다. 이미 한 번 보냈다고 합니다.", read=0.6),
    Open(70, R.AGENCY, (H.FALSE_VIDEO,), NO, District.SEOCHO,
         "(가상) 상담 기관입니다. 본인 동의를 받아 알려 드립니다. 합성물 게시 위치를 알고 있습니다.", read=20),
    Open(30, R.VICTIM, (H.THREAT_TO_DISTRIBUTE, H.GROOMING), YES, District.EUNPYEONG,
         "(가상) 처음에는 친절했는데 이제 협박을 합니다. 부모님은 아직 모르십니다.", read=0.5, claimed=0,
         letters=(Letter(1, "(가상) 지금 안전한지 먼저 알려 주세요. 답하지 않아도 되고, 돈은 보내지 마세요.", ours=True),
                  Letter(3, "(가상) 안전해요. 부모님께는 말하지 말아 주세요."),
                  Letter(4, "(가상) 동의 없이 알리지 않습니다. 함께 방법을 찾겠습니다.", ours=True)),
         judged=Judged(28, S.EMERGENCY, AgeBand.AGE_14_16)),
    Open(33, R.VICTIM, (H.DISTRIBUTION,), NO, District.DONGJAK,
         "(가상) 제가 나온 것이 세 곳에 있습니다. 하나씩 신고했지만 답이 없습니다.", read=2, claimed=1,
         judged=Judged(20, S.HIGH, AgeBand.AGE_19_24), contact=PHONE),
    Open(90, R.VICTIM, (H.ILLEGAL_FILMING, H.FEAR_OF_DISTRIBUTION), NO, District.SEODAEMUN,
         "(가상) 숙소에서 찍힌 것 같습니다. 경찰에 가기 전에 무엇을 준비해야 하나요.", read=10,
         judged=Judged(50, S.MEDIUM, AgeBand.AGE_25_PLUS)),
    Open(120, R.VICTIM, (H.CYBER_HARASSMENT,), UNKNOWN, District.GANGBUK,
         "(가상) 장난이라고 하지만 그만두지 않습니다.", read=18, judged=Judged(60, S.LOW, AgeBand.UNKNOWN)),
    Open(52, R.VICTIM, (H.DISTRIBUTION, H.PERSONAL_DATA_EXPOSURE), NO, District.GANGNAM,
         "(가상) 사진과 연락처가 함께 올라왔습니다. 모르는 전화가 계속 옵니다.", read=1,
         judged=Judged(6, S.HIGH, AgeBand.AGE_19_24), sent=(Sent(30, T.VICTIM_SUPPORT),), contact=PHONE),
    Open(46, R.GUARDIAN, (H.GROOMING,), YES, District.SEONGBUK,
         "(가상) 아이가 만나자는 말을 들었습니다. 대화 기록을 가지고 있습니다.", read=0.8,
         judged=Judged(2, S.EMERGENCY, AgeBand.UNDER_14),
         sent=(Sent(4, T.VICTIM_SUPPORT, WITH_GUARDIAN_CONSENT), Sent(4.2, T.POLICE, BY_DUTY))),
    Open(100, R.TEACHER, (H.ILLEGAL_FILMING,), YES, District.JUNGNANG,
         "(가상) 학교 심의가 끝났고 상담 조치가 나왔습니다. 절차를 부탁드립니다.", read=3, claimed=1,
         judged=Judged(24, S.MEDIUM, AgeBand.AGE_14_16),
         sent=(Sent(95, T.COUNSELING, BY_DUTY, EnrolmentSource.SCHOOL_COMMITTEE_ORDER),)),
    Open(76, R.WITNESS, (H.REDISTRIBUTION,), UNKNOWN, District.OUTSIDE_SEOUL,
         "(가상) 같은 것이 여러 사이트에 있습니다. 서울에 사는 사람인지는 모릅니다.", read=6, heard=OutsideAnswer.RECEIVED,
         judged=Judged(24, S.MEDIUM, AgeBand.UNKNOWN), sent=(Sent(28, T.NATIONAL_CENTRE),)),
    Open(29, R.VICTIM, (H.FALSE_VIDEO,), NO, District.YONGSAN,
         "(invented) Someone made a fake video with my face. I would like to know how to have it taken down.", read=3,
         judged=Judged(8, S.HIGH, AgeBand.AGE_25_PLUS), sent=(Sent(28.6, T.REGULATOR),), language=Language.EN),
)  # fmt: skip


def open_steps(world: World, now: datetime) -> Iterator[Step]:
    """The open reports in the order of time. All of their times lie before `now`."""
    steps = [step for number, report in enumerate(OPEN) for step in _steps(world, number, report, now)]
    yield from sorted(steps, key=lambda step: step.at)


def _steps(world: World, number: int, report: Open, now: datetime) -> Iterator[Step]:
    story = Story(f"open/{number}", world.uuid("report", "open", number))
    submitted = now - timedelta(hours=report.age)
    harm_types = frozenset(report.harm_types)
    yield story.submitted(
        submitted,
        numbered=True,
        reporter_role=report.role,
        harm_types=harm_types,
        about_minor=report.minor,
        district=report.district,
        language=report.language,
        narrative=report.text,
        contact=report.contact,
    )
    if report.read is not None:
        yield story.acknowledged(submitted + timedelta(hours=report.read))
    if report.claimed is not None and report.read is not None:
        yield story.claimed(submitted + timedelta(hours=report.read + 0.1), OFFICERS[report.claimed])
    for letter in report.letters:
        at = submitted + timedelta(hours=letter.after)
        if letter.ours:
            yield story.answered(at, OFFICERS[report.claimed or 0], letter.text)
        else:
            yield story.visited(at - timedelta(minutes=3))
            yield story.wrote(at, letter.text)
    if report.judged is not None:
        at = submitted + timedelta(hours=report.judged.after)
        yield story.triaged(at, report.judged.severity, harm_types, report.judged.age_band)
    for sent in report.sent:
        yield story.referred(
            submitted + timedelta(hours=sent.after),
            world.uuid("referral", "open", number, sent.target),
            sent.target,
            sent.consent,
            school_level=SchoolLevel.MIDDLE if sent.source is not None else SchoolLevel.UNKNOWN,
            source=sent.source,
        )
        if report.heard is not None:
            referral = world.uuid("referral", "open", number, sent.target)
            yield story.heard(submitted + timedelta(hours=sent.after + 1), referral, report.heard)
