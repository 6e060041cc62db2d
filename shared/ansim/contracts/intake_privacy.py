"""Events of intake about disclosures, keeping and erasure, each as the shared contract says (see `privacy`)."""

from typing import ClassVar

from ansim.contracts import privacy

SERVICE = "intake"


class IntakeDisclosureAsked(privacy.DisclosureAsked):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "asked"


class IntakeDisclosureGranted(privacy.DisclosureGranted):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "granted"


class IntakeDisclosureRefused(privacy.DisclosureRefused):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "refused"


class IntakeIdentityViewed(privacy.IdentityViewed):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "viewed"


class IntakeLegalHoldPlaced(privacy.LegalHoldPlaced):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "hold_placed"


class IntakeLegalHoldLifted(privacy.LegalHoldLifted):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "hold_lifted"


class IntakeExpiryWarned(privacy.ExpiryWarned):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "expiry_warned"


class IntakeKeepingExpired(privacy.KeepingExpired):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "expired"


class IntakeErasureRequested(privacy.ErasureRequested):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "requested"


class IntakeErasureHoldChecked(privacy.ErasureHoldChecked):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "hold_checked"


class IntakeErasureApproved(privacy.ErasureApproved):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "approved"


class IntakeErasureDeclined(privacy.ErasureDeclined):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "declined"


class IntakeKeysDestroyed(privacy.KeysDestroyed):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "keys_destroyed"


class IntakeErasureConfirmed(privacy.ErasureConfirmed):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "confirmed"


class IntakeErasureCertified(privacy.ErasureCertified):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "certified"


class IntakeErasureOverdue(privacy.ErasureOverdue):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "overdue"
