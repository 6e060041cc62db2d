"""One report's way as steps of the history. Keys name the report and the deed, so each is carried out once."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    EnrolmentSource,
    Gender,
    HandOverPart,
    HarmType,
    HeardBy,
    LegalBasis,
    OutsideAnswer,
    OverrideReason,
    ReferralTarget,
    ReopenReason,
    ReportOutcome,
    ReportRelation,
    RevokeReason,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.history import Step
from ansim.journal import Actor, Unit

from .. import commands as c
from ..domain.referral import TAKEN_ON, Consent, ReferralState
from ..domain.report import MINOR_BANDS

WITH_CONSENT = Consent(ConsentState.GIVEN, LegalBasis.CONSENT)
WITH_GUARDIAN_CONSENT = Consent(ConsentState.GIVEN, LegalBasis.GUARDIAN_CONSENT)
BY_DUTY = Consent(ConsentState.OVERRIDDEN, LegalBasis.STATUTORY_DUTY, OverrideReason.LEGAL_DUTY_TO_REPORT)
LIFE_IN_DANGER = Consent(ConsentState.OVERRIDDEN, LegalBasis.VITAL_INTEREST, OverrideReason.LIFE_IN_DANGER)


@dataclass(frozen=True, slots=True)
class Story:
    """One report by the name that its steps carry, e.g. `victim/12`."""

    name: str
    report: UUID

    def submitted(self, at: datetime, *, numbered: bool = False, **fields: Any) -> Step:
        """`numbered`: its reporter was given a number. Nobody knows it: what is kept is no digest of one."""

        async def run(unit: Unit) -> None:
            receipt = hashlib.sha256(self.report.bytes).digest() if numbered else None
            await c.submit_report(unit, c.SubmitReport(id=self.report, **fields), receipt)

        return Step(f"{self.name}/submit", at, run)

    def acknowledged(self, at: datetime) -> Step:
        async def run(unit: Unit) -> None:
            await c.acknowledge_report(unit, c.AcknowledgeReport(report=self.report))

        return Step(f"{self.name}/acknowledge", at, run)

    def triaged(self, at: datetime, severity: Severity, harm_types: frozenset[HarmType], age_band: AgeBand) -> Step:
        async def run(unit: Unit) -> None:
            await c.triage_report(
                unit,
                c.TriageReport(
                    report=self.report,
                    severity=severity,
                    harm_types=harm_types,
                    age_band=age_band,
                    minor=minor_of(age_band),
                ),
            )

        return Step(f"{self.name}/triage", at, run)

    def referred(
        self,
        at: datetime,
        referral: UUID,
        target: ReferralTarget,
        consent: Consent,
        *,
        gender: Gender = Gender.UNKNOWN,
        school_level: SchoolLevel = SchoolLevel.UNKNOWN,
        source: EnrolmentSource | None = None,
    ) -> Step:
        async def run(unit: Unit) -> None:
            await c.refer_report(
                unit,
                c.ReferReport(
                    id=referral,
                    report=self.report,
                    target=target,
                    consent=consent.state,
                    legal_basis=consent.legal_basis,
                    override_reason=consent.override_reason,
                    gender=gender,
                    school_level=school_level,
                    source=source,
                    shares=frozenset(HandOverPart) if target is ReferralTarget.VICTIM_SUPPORT else frozenset(),
                ),
            )

        return Step(f"{self.name}/refer/{target}", at, run)

    def linked(self, at: datetime, other: UUID) -> Step:
        """Said to repeat an earlier report, which staff name by its number."""

        async def run(unit: Unit) -> None:
            number = await unit.conn.fetchval("select number from report where id = $1", other)
            relation = ReportRelation.DUPLICATE_OF
            await c.link_report(unit, c.LinkReport(report=self.report, other=f"R-{number}", relation=relation))

        return Step(f"{self.name}/link", at, run)

    def signposted(self, at: datetime, *places: ReferralTarget) -> Step:
        async def run(unit: Unit) -> None:
            await c.signpost_report(unit, c.SignpostReport(report=self.report, places=frozenset(places)))

        return Step(f"{self.name}/signpost", at, run)

    def claimed(self, at: datetime, by: Actor) -> Step:
        """Taken on by a member of staff, and not by the historian."""

        async def run(unit: Unit) -> None:
            unit.context = replace(unit.context, actor=by)
            await c.claim_report(unit, c.ClaimReport(report=self.report))

        return Step(f"{self.name}/claim", at, run)

    def wrote(self, at: datetime, text: str) -> Step:
        """The reporter writes into the mailbox."""

        async def run(unit: Unit) -> None:
            await c.write_to_centre(unit, self.report, text)

        return Step(f"{self.name}/wrote/{at:%m%d%H%M}", at, run)

    def answered(self, at: datetime, by: Actor, text: str) -> Step:
        """A member of staff answers in the mailbox."""

        async def run(unit: Unit) -> None:
            unit.context = replace(unit.context, actor=by)
            await c.write_to_reporter(unit, c.WriteToReporter(report=self.report, text=text))

        return Step(f"{self.name}/answered/{at:%m%d%H%M}", at, run)

    def visited(self, at: datetime) -> Step:
        """The reporter comes back with the number."""

        async def run(unit: Unit) -> None:
            await c.visit_mailbox(unit, self.report)

        return Step(f"{self.name}/visited/{at:%m%d%H%M}", at, run)

    def heard(self, at: datetime, referral: UUID, answer: OutsideAnswer) -> Step:
        """What an outside body said on the telephone."""

        async def run(unit: Unit) -> None:
            told = c.NoteAnswer(referral=referral, answer=answer, heard_by=HeardBy.TELEPHONE)
            await c.note_answer(unit, told)

        return Step(f"{self.name}/heard/{answer}", at, run)

    def revoked(self, at: datetime, referral: UUID, reason: RevokeReason) -> Step:
        async def run(unit: Unit) -> None:
            await c.revoke_referral(unit, c.RevokeReferral(referral=referral, reason=reason))

        return Step(f"{self.name}/revoke", at, run)

    def reopened(self, at: datetime, reason: ReopenReason) -> Step:
        async def run(unit: Unit) -> None:
            await c.reopen_report(unit, c.ReopenReport(report=self.report, reason=reason))

        return Step(f"{self.name}/reopen", at, run)

    def closed(self, at: datetime, outcome: ReportOutcome, *, again: bool = False) -> Step:
        return Step(f"{self.name}/close-again" if again else f"{self.name}/close", at, self._close(outcome))

    def closed_when_accepted(self, at: datetime, referral: UUID) -> Step:
        """Closed as handed on, held until the receiver has said that it accepts."""

        async def accepted(conn: asyncpg.Connection) -> bool:
            state: str | None = await conn.fetchval("select state from referral where id = $1", referral)
            return state is not None and ReferralState(state) in TAKEN_ON

        return Step(f"{self.name}/close", at, self._close(ReportOutcome.REFERRED_ON), accepted)

    def _close(self, outcome: ReportOutcome) -> Any:
        async def run(unit: Unit) -> None:
            await c.close_report(unit, c.CloseReport(report=self.report, outcome=outcome))

        return run


def minor_of(age_band: AgeBand) -> YesNoUnknown:
    if age_band is AgeBand.UNKNOWN:
        return YesNoUnknown.UNKNOWN
    return YesNoUnknown.YES if age_band in MINOR_BANDS else YesNoUnknown.NO
