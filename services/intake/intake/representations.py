"""What the JSON API shows of reports and hand-offs. Codes, times and ids; texts only where they were opened."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from ansim.clock import Clock
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    CaseOutcome,
    ConsentState,
    District,
    EnrolmentSource,
    HandOverPart,
    HarmType,
    HeardBy,
    HoldFor,
    Language,
    LegalBasis,
    MessageAuthor,
    OverrideReason,
    ReferralTarget,
    RejectionReason,
    ReporterRole,
    ReportOutcome,
    RevokeReason,
    Severity,
    YesNoUnknown,
)

from .domain.deadlines import Start, Task
from .domain.referral import ReferralState
from .domain.report import ReportState
from .queries import HandOffRow, ReportRow


class ClockOut(BaseModel):
    """Whose turn it is and until when; `waiting_for` is null while it is intake's own turn."""

    task: Task
    started_by: Start
    started_at: datetime
    due_at: datetime
    waiting_for: ReferralTarget | None

    @classmethod
    def of(cls, clock: Clock | None) -> Self | None:
        if clock is None:
            return None
        return cls(
            task=clock.task,
            started_by=clock.started_by,
            started_at=clock.started_at,
            due_at=clock.due_at,
            waiting_for=clock.waiting_for,
        )


class HandOffOut(BaseModel):
    id: UUID
    report: UUID
    version: int
    target: ReferralTarget
    state: ReferralState
    consent: ConsentState
    legal_basis: LegalBasis
    override_reason: OverrideReason | None
    source: EnrolmentSource | None
    reason: RejectionReason | None
    answered_by: AnsweredBy | None
    sent_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    shares: list[HandOverPart]
    data_given_at: datetime | None
    data_confirmed_at: datetime | None

    heard_by: HeardBy | None
    revoke_reason: RevokeReason | None
    sent_again: int
    last_sent_at: datetime
    escalated_at: datetime | None
    progressed_at: datetime | None
    hold_for: HoldFor | None
    case_outcome: CaseOutcome | None
    published: bool
    clock: ClockOut | None

    @classmethod
    def of(cls, row: HandOffRow) -> Self:
        names = [name for name in cls.model_fields if name != "clock"]
        return cls(clock=ClockOut.of(row.clock), **{name: getattr(row, name) for name in names})


class ReportOut(BaseModel):
    id: UUID
    number: str
    version: int
    state: ReportState
    reporter_role: ReporterRole
    about_minor: YesNoUnknown
    district: District
    language: Language
    harm_types: list[HarmType]
    severity: Severity | None
    age_band: AgeBand | None
    minor: YesNoUnknown | None
    outcome: ReportOutcome | None
    submitted_at: datetime
    acknowledged_at: datetime | None
    triaged_at: datetime | None
    closed_at: datetime | None
    clock: ClockOut | None

    @classmethod
    def of(cls, row: ReportRow) -> Self:
        names = [name for name in cls.model_fields if name not in ("clock", "number")]
        return cls(number=row.name, clock=ClockOut.of(row.clock), **{name: getattr(row, name) for name in names})


class Submitted(BaseModel):
    """A report that has arrived. `receipt` is for the reporter only; it is not kept and cannot be asked for again."""

    id: UUID
    receipt: str


class NarrativeOut(BaseModel):
    narrative: str
    contact: str
    answers: dict[str, str] = {}
    """Answers to the questions of the public form, code by question."""


class MessageOut(BaseModel):
    """One message of a mailbox. The text is empty when its key has been destroyed."""

    author: MessageAuthor
    written_at: datetime
    text: str
