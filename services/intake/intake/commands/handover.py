"""What another service does here: it fetches the sealed data of a referral that it has accepted."""

from uuid import UUID

from ansim.contracts.codes import HandOverPart
from ansim.contracts.handover import HandedOver
from ansim.errors import NotFound
from ansim.journal import Unit

from ..domain import handover
from ..domain.referral import ANSWERING_SERVICES
from .loading import load_referral


async def hand_over(unit: Unit, dataref: UUID, caller: str) -> tuple[UUID, HandedOver]:
    """The data, and the pseudonym of whose it is. Opening it is on the access record in the same transaction.

    Raises NotFound for everybody but the service that the referral was sent to, and DomainError with a rule of
    `ansim.contracts.handover`.
    """
    stream, referral = await load_referral(unit, dataref)
    if ANSWERING_SERVICES.get(referral.target) != caller:
        raise NotFound("handover", dataref)
    handover.may_fetch(referral)
    written = await unit.conn.fetchrow(
        "select event_id, sealed is not null as sealed from report join journal on event_id = submitted_event"
        " where report.id = $1",
        referral.report,
    )
    if written is None:
        raise NotFound("report", referral.report)
    texts = await unit.open_sealed_of(written["event_id"])
    erased = written["sealed"] and not texts
    parts = frozenset(part for part in referral.shares if texts.get(part.value))
    await stream.append(*handover.hand_over(referral, parts=parts, erased=erased))
    kept = {part.value: texts[part.value] for part in HandOverPart if part in parts}
    return referral.person, HandedOver(parts=parts, erased=erased, **kept)
