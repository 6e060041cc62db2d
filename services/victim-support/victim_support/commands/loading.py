"""The streams that commands write to, loaded; raises NotFound for what does not exist."""

from uuid import UUID

from ansim.journal import Stream, Unit
from victim_support.domain import case as cases
from victim_support.domain import item as items
from victim_support.domain import referral as referrals


async def hold(unit: Unit, case: UUID) -> None:
    """Let no item appear while the case closes: both commands wait for each other on the case's row."""
    await unit.conn.execute("select 1 from support_case where case_id = $1 for update", case)


async def open_items(unit: Unit, case: UUID) -> int:
    """How many of the case's items are neither delivered nor given up. Call `hold` first."""
    count: int = await unit.conn.fetchval(
        "select count(*) from support_item where case_id = $1 and state not in ('delivered', 'not_delivered')", case
    )
    return count


async def referral(unit: Unit, referral_id: UUID) -> tuple[Stream[referrals.Referral], referrals.Referral]:
    return await unit.existing("referral", referral_id, referrals.evolve)


async def case(unit: Unit, case_id: UUID) -> tuple[Stream[cases.Case], cases.Case]:
    return await unit.existing("case", case_id, cases.evolve)


async def item(unit: Unit, item_id: UUID) -> tuple[Stream[items.Item], items.Item]:
    return await unit.existing("item", item_id, items.evolve)
