"""Events of victim support about disclosures, keeping and erasure, each as the shared contract says (see `privacy`)."""

from typing import ClassVar

from ansim.contracts import privacy

SERVICE = "victim-support"


class SupportDisclosureAsked(privacy.DisclosureAsked):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "asked"


class SupportDisclosureGranted(privacy.DisclosureGranted):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "granted"


class SupportDisclosureRefused(privacy.DisclosureRefused):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "refused"


class SupportIdentityViewed(privacy.IdentityViewed):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "disclosure"
    name: ClassVar[str] = "viewed"


class SupportLegalHoldPlaced(privacy.LegalHoldPlaced):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "hold_placed"


class SupportLegalHoldLifted(privacy.LegalHoldLifted):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "hold_lifted"


class SupportExpiryWarned(privacy.ExpiryWarned):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "expiry_warned"


class SupportKeepingExpired(privacy.KeepingExpired):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "retention"
    name: ClassVar[str] = "expired"


class SupportErasureRequested(privacy.ErasureRequested):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "requested"


class SupportErasureHoldChecked(privacy.ErasureHoldChecked):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "hold_checked"


class SupportErasureApproved(privacy.ErasureApproved):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "approved"


class SupportErasureDeclined(privacy.ErasureDeclined):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "declined"


class SupportKeysDestroyed(privacy.KeysDestroyed):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "keys_destroyed"


class SupportErasureConfirmed(privacy.ErasureConfirmed):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "confirmed"


class SupportErasureCertified(privacy.ErasureCertified):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "certified"


class SupportErasureOverdue(privacy.ErasureOverdue):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "erasure"
    name: ClassVar[str] = "overdue"
