"""The commands of intake as values. Forms, the JSON API and the founding history use the same models."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from ansim.contracts.codes import (
    ActChannel,
    AgeBand,
    ConsentState,
    District,
    EnrolmentSource,
    Gender,
    HandOverPart,
    HarmType,
    HeardBy,
    Language,
    LegalBasis,
    OutsideAnswer,
    OverrideReason,
    ReferralTarget,
    ReopenReason,
    ReporterRole,
    ReportOutcome,
    ReportRelation,
    RevokeReason,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.web.commands import Command, Line, Storable

from ..domain.questions import Answer, Question

LONGEST_CONTACT: Final = 200
LONGEST_NARRATIVE: Final = 6_000
"""A form takes 64 kB, and a Korean character takes nine bytes of it: a longer text would be lost whole on its way."""


def _same_line_ends(text: object) -> object:
    """Browsers send two characters for a line's end and count one."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


Narrative = Annotated[
    str,
    BeforeValidator(_same_line_ends),
    StringConstraints(max_length=LONGEST_NARRATIVE),
    Storable,
]
Contact = Annotated[str, StringConstraints(max_length=LONGEST_CONTACT), Storable]


class Answered(Command):
    """Answers to the questions that depend on who tells (`domain.questions`); none: not asked or not answered."""

    safe_now: YesNoUnknown | None = None
    suspect_near: YesNoUnknown | None = None
    adult_knows: YesNoUnknown | None = None
    person_knows: YesNoUnknown | None = None
    school_acts: YesNoUnknown | None = None
    seen_on: ActChannel | None = None

    def answers(self) -> dict[Question, Answer]:
        """What was answered, by question."""
        given = {question: getattr(self, question.value) for question in Question}
        return {question: answer for question, answer in given.items() if answer is not None}


class NewReport(Answered):
    """What a reporter tells us. Only who and what are asked; everything else may stay open."""

    reporter_role: ReporterRole
    harm_types: frozenset[HarmType] = Field(min_length=1)
    about_minor: YesNoUnknown = YesNoUnknown.UNKNOWN
    district: District = District.UNKNOWN
    language: Language = Language.KO
    narrative: Narrative = ""
    contact: Contact = ""


class SubmitReport(NewReport):
    id: UUID | None = None


class OnReport(Command):
    """Something done to a report by a person who saw it at version `seen`; None means: whatever it is now."""

    report: UUID
    seen: int | None = Field(default=None, ge=1)


class AcknowledgeReport(OnReport):
    """Say that somebody has read it."""


class Judgement(Command):
    severity: Severity
    harm_types: frozenset[HarmType] = Field(min_length=1)
    age_band: AgeBand
    minor: YesNoUnknown


class TriageReport(Judgement, OnReport):
    """Judge urgency and kind."""


class HandOff(Command):
    """`source` is asked by counselling only, `override_reason` only without consent. `shares`: what of the sealed data
    victim support may fetch once it has accepted; with nothing, the person is asked again."""

    target: ReferralTarget
    consent: ConsentState
    legal_basis: LegalBasis
    override_reason: OverrideReason | None = None
    gender: Gender = Gender.UNKNOWN
    school_level: SchoolLevel = SchoolLevel.UNKNOWN
    source: EnrolmentSource | None = None
    shares: frozenset[HandOverPart] = frozenset()


class ReferReport(HandOff, OnReport):
    """Hand a triaged report on."""

    id: UUID | None = None


class Ending(Command):
    outcome: ReportOutcome


class CloseReport(Ending, OnReport):
    """End the work on a report."""


class ClaimReport(OnReport):
    """Work on it from now on. `take_over`: also when somebody else does."""

    take_over: bool = False


class ReleaseReport(OnReport):
    """Give it back to the queue."""


class Linking(Command):
    """`other` is the number of the other report, as it is written: R-1001."""

    other: Line
    relation: ReportRelation


class LinkReport(Linking, OnReport):
    """Say that it belongs to another report."""


class Signpost(Command):
    places: frozenset[ReferralTarget] = Field(min_length=1)


class SignpostReport(Signpost, OnReport):
    """Note who can help instead."""


class Reopening(Command):
    reason: ReopenReason


class ReopenReport(Reopening, OnReport):
    """Open a closed report again."""


class OnReferral(Command):
    """Something done to a hand-off by a person who saw it at version `seen`; None means: whatever it is now."""

    referral: UUID
    seen: int | None = Field(default=None, ge=1)


class Revocation(Command):
    reason: RevokeReason


class RevokeReferral(Revocation, OnReferral):
    """Take a hand-off back."""


class SendAgain(OnReferral):
    """Send a hand-off once more whose arrival nobody confirmed."""


class HeardAnswer(Command):
    answer: OutsideAnswer
    heard_by: HeardBy


class NoteAnswer(HeardAnswer, OnReferral):
    """Note what a body outside the suite said."""


MailText = Annotated[
    str,
    BeforeValidator(_same_line_ends),
    StringConstraints(min_length=1, max_length=LONGEST_NARRATIVE),
    Storable,
]


class WrittenMessage(Command):
    """A message, from either side."""

    text: MailText


class WriteToReporter(WrittenMessage, OnReport):
    """Answer the reporter in the mailbox. `seen` is the version of the mailbox."""
