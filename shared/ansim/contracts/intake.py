"""Events of intake: a report's way from the public page to a desk, and the referrals it sends."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes, exporting
from ansim.contracts.base import Event
from ansim.contracts.deadlines import MissedDeadline, RuleChange
from ansim.contracts.recusal import Readmitted, Recused


class ReportEvent(Event):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "report"


class ReportSubmitted(ReportEvent):
    name: ClassVar[str] = "submitted"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"narrative", "contact", "answers"})

    reporter_role: codes.ReporterRole
    harm_types: frozenset[codes.HarmType] = Field(min_length=1)
    about_minor: codes.YesNoUnknown
    district: codes.District
    language: codes.Language
    imported: bool = False
    """Taken over from a centre's earlier records: no deadline is judged by it, and nobody has a receipt."""


class ReportDangerTold(ReportEvent):
    """The reporter said that somebody is not safe right now. It is read as an emergency."""

    name: ClassVar[str] = "danger_told"


class ReportAcknowledged(ReportEvent):
    name: ClassVar[str] = "acknowledged"


class ReportTriaged(ReportEvent):
    name: ClassVar[str] = "triaged"

    severity: codes.Severity
    harm_types: frozenset[codes.HarmType] = Field(min_length=1)
    age_band: codes.AgeBand
    minor: codes.YesNoUnknown


class ReportClosed(ReportEvent):
    name: ClassVar[str] = "closed"

    outcome: codes.ReportOutcome


class ReportClaimed(ReportEvent):
    """A member of staff works on it. Who, the journal's actor says; it does not travel."""

    name: ClassVar[str] = "claimed"


class ReportReleased(ReportEvent):
    """Nobody works on it any more; it waits in the queue for whoever is free."""

    name: ClassVar[str] = "released"


class ReportReopened(ReportEvent):
    name: ClassVar[str] = "reopened"

    reason: codes.ReopenReason


class ReportLinked(ReportEvent):
    """It belongs to another report. A second report is never refused; it is linked."""

    name: ClassVar[str] = "linked"

    other: UUID
    relation: codes.ReportRelation


class ReportSignposted(ReportEvent):
    """The reporter was told who can help instead."""

    name: ClassVar[str] = "signposted"

    places: frozenset[codes.ReferralTarget] = Field(min_length=1)


class ReportDeadlineMissed(ReportEvent, MissedDeadline):
    name: ClassVar[str] = "deadline_missed"


class MailboxEvent(Event):
    """A reporter's mailbox behind the receipt number. Its id is that of its report."""

    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "mailbox"


class MailboxOpened(MailboxEvent):
    """`proof` is the random id on the signed receipt: it says that something arrived, and nothing else."""

    name: ClassVar[str] = "opened"

    proof: UUID
    language: codes.Language


class MailboxReceiptConfirmed(MailboxEvent):
    """The reporter typed the end of the number back: it is written down."""

    name: ClassVar[str] = "receipt_confirmed"


class MailboxVisited(MailboxEvent):
    """The reporter came back with the number. Told once a day."""

    name: ClassVar[str] = "visited"


class MailboxMessageWritten(MailboxEvent):
    name: ClassVar[str] = "message_written"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    author: codes.MessageAuthor


class MailboxClosed(MailboxEvent):
    """The reporter closed it. Nobody can write into it or read it with the number any more."""

    name: ClassVar[str] = "closed"


class MailboxExpired(MailboxEvent):
    """Nothing was written and nobody came for as long as a mailbox stays open."""

    name: ClassVar[str] = "expired"


class MailboxDeadlineMissed(MailboxEvent, MissedDeadline):
    name: ClassVar[str] = "deadline_missed"


class DeadlineRuleChanged(RuleChange):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "deadline_rule"
    name: ClassVar[str] = "changed"


class PersonRecused(Recused):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "recusal"
    name: ClassVar[str] = "recused"


class PersonReadmitted(Readmitted):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "recusal"
    name: ClassVar[str] = "readmitted"


class ReferralEvent(Event):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "referral"


class ReferralRequested(ReferralEvent):
    """A hand-off was sent. It is done only when the receiver says so with an event of its own."""

    name: ClassVar[str] = "requested"

    report: UUID
    target: codes.ReferralTarget
    severity: codes.Severity
    harm_types: frozenset[codes.HarmType]
    age_band: codes.AgeBand
    school_level: codes.SchoolLevel
    gender: codes.Gender
    district: codes.District
    source: codes.EnrolmentSource | None = None
    legal_basis: codes.LegalBasis
    consent: codes.ConsentState
    override_reason: codes.OverrideReason | None = None
    shares: frozenset[codes.HandOverPart] | None = None
    """What the consent or override lets the receiver have of the sealed data; None before that was asked."""
    dataref: UUID | None = None
    """Where the receiver may fetch it once it has accepted: `/api/v1/handovers/<dataref>` at the sender."""


class ReferralAnswered(ReferralEvent):
    """What the receiver said, noted by the sender; `heard` is the receiver's event."""

    name: ClassVar[str] = "answered"

    target: codes.ReferralTarget
    answer: codes.ReferralAnswer
    reason: codes.RejectionReason | None = None
    answered_by: codes.AnsweredBy | None = None
    heard: UUID


class ReferralRevoked(ReferralEvent):
    """The sender took it back before the receiver decided. The receiver stops offering it."""

    name: ClassVar[str] = "revoked"

    target: codes.ReferralTarget
    reason: codes.RevokeReason


class ReferralSentAgain(ReferralEvent):
    """The same hand-off once more, because no arrival was confirmed. A receiver that has it already does nothing."""

    name: ClassVar[str] = "sent_again"

    target: codes.ReferralTarget
    request: ReferralRequested | None = None
    """What was asked, for a receiver that has no record of it; None in those sent before it was said again."""

    @property
    def restates(self) -> bool:
        return self.request is not None


class ReferralLapsed(ReferralEvent):
    """No answer came by its last date: it holds no longer, and the report is ours again."""

    name: ClassVar[str] = "lapsed"

    target: codes.ReferralTarget


class ReferralEscalated(ReferralEvent):
    """A supervisor takes up a hand-off that lapsed."""

    name: ClassVar[str] = "escalated"

    target: codes.ReferralTarget


class ReferralDataHandedOver(ReferralEvent):
    """The receiver fetched the sealed data; the event holds none of it. `parts` is what there was to give; `erased`: the
    person's key is destroyed, so there was nothing."""

    name: ClassVar[str] = "data_handed_over"

    target: codes.ReferralTarget
    parts: frozenset[codes.HandOverPart]
    erased: bool = False


class ReferralDataConfirmed(ReferralEvent):
    """The receiver said that it has the data. From now on a fetch is refused. `heard` is the receiver's event."""

    name: ClassVar[str] = "data_confirmed"

    target: codes.ReferralTarget
    heard: UUID


class ReferralAnswerNoted(ReferralEvent):
    """What staff heard from a body outside the suite: another kind of fact than a receiver's own event."""

    name: ClassVar[str] = "answer_noted"

    target: codes.ReferralTarget
    answer: codes.OutsideAnswer
    heard_by: codes.HeardBy


class ReferralProgressNoted(ReferralEvent):
    """What a receiver said after it had accepted, noted by the sender; `heard` is the receiver's event.

    `waiting_for` stands with on_hold only, `outcome` with completed only, the last two with declined_after_acceptance.
    """

    name: ClassVar[str] = "progress_noted"

    target: codes.ReferralTarget
    progress: codes.ReferralProgress
    heard: UUID
    waiting_for: codes.HoldFor | None = None
    outcome: codes.CaseOutcome | None = None
    reason: codes.RejectionReason | None = None
    answered_by: codes.AnsweredBy | None = None


class ReferralDeadlineMissed(ReferralEvent, MissedDeadline):
    name: ClassVar[str] = "deadline_missed"


class ExportMade(exporting.ExportMade):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "export"
    name: ClassVar[str] = "made"
