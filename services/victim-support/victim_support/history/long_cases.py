"""Invented cases of the last months: what was consented to, the addresses pursued, the complaints written, and two cases begun again.

As in the other open cases nothing is delivered: they change no figure.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ansim.contracts.codes import AgeBand, CaseOutcome, CaseReopenReason, District, HarmType
from ansim.history import Step, World
from victim_support import commands as c
from victim_support.history.addresses import addresses
from victim_support.history.complaints import complaint
from victim_support.history.open_cases import (
    PHONE,
    Act,
    C,
    K,
    Open,
    P,
    R,
    Running,
    approve,
    asked,
    item,
    plan,
    safety,
    steps_of,
)

H, D = HarmType, District
BEGUN: Final = 60 * 24.0
"""Hours ago. The longest way of an address fits behind it."""
FIRST: Final = 100
"""The number of the first of them, far from those of the other open cases: ids follow from it."""

AGREED: Final[tuple[tuple[float, Act], ...]] = (
    (BEGUN - 1, safety()),
    (BEGUN - 20, plan(K.DELETION, K.COMPLAINT_WRITING, K.LEGAL, K.COUNSELLING)),
    (BEGUN - 21, approve),
    (BEGUN - 22, asked(P.DELETION, R.PLATFORMS, "given", C.CASE_SUMMARY, C.POST_ADDRESSES)),
    (BEGUN - 23, asked(P.DELETION, R.REGULATOR, "given", C.CASE_SUMMARY, C.POST_ADDRESSES)),
    (BEGUN - 24, asked(P.WATCHING, R.MONITORING, "given", C.POST_ADDRESSES)),
    (BEGUN - 25, asked(P.INVESTIGATION, R.POLICE, "given", C.CASE_SUMMARY, C.IDENTITY, C.CONTACT, C.EVIDENCE_LIST)),
    (BEGUN - 26, asked(P.LEGAL_ADVICE, R.LEGAL_AID, "given", C.CASE_SUMMARY, C.IDENTITY, C.CONTACT, C.EVIDENCE_LIST)),
)
"""What comes before anything leaves the centre: safety, a plan, and the person's word for each receiver."""

PEOPLE: Final = (
    (0, "다온 (가상)", AgeBand.AGE_19_24, (H.DISTRIBUTION, H.REDISTRIBUTION), D.MAPO, 3, ("", "dcdavp")),
    (1, "별하 (가상)", AgeBand.AGE_25_PLUS, (H.DISTRIBUTION,), D.SONGPA, 1, ("d", "dc")),
    (2, "시내 (가상)", AgeBand.AGE_17_18, (H.FALSE_VIDEO, H.DISTRIBUTION), D.NOWON, 6, ("", "da")),
    (3, "윤슬 (가상)", AgeBand.AGE_19_24, (H.ILLEGAL_FILMING, H.DISTRIBUTION), D.GANGSEO, 0, ("dal", "dv")),
    (0, "라미 (가상)", AgeBand.AGE_25_PLUS, (H.REDISTRIBUTION,), D.GWANAK, 4, ("dcd", "d")),
    (2, "은솔 (가상)", AgeBand.AGE_14_16, (H.FALSE_VIDEO,), D.SEOCHO, 2, ("da", "dc")),
)
"""Whose case, and in how many days the next appointment is; at last the way of each of their complaints."""


def reopened(reason: CaseReopenReason) -> Act:
    async def act(run: Running) -> None:
        await c.reopen_case(run.unit, c.ReopenCase(case=run.case, reason=reason))

    return act


async def closed(run: Running) -> None:
    await c.close_case(run.unit, c.CloseCase(case=run.case, outcome=CaseOutcome.PERSON_ENDED))


BEGUN_AGAIN: Final = (
    Open(3, "새벽 (가상)", PHONE, AgeBand.AGE_19_24, (H.CYBER_HARASSMENT,), D.SEONGBUK, 2000,
         ((1999, safety()), (1980, plan(K.LEGAL, K.COUNSELLING)), (1979, approve), (900, closed),
          (30, reopened(CaseReopenReason.NEW_HARM)), (29, safety(danger=True, next_in=1)))),
    Open(1, "한결 (가상)", PHONE, AgeBand.AGE_25_PLUS, (H.DISTRIBUTION,), D.YONGSAN, 1700,
         ((1699, safety()), (1680, plan(K.DELETION)), (1679, approve), (800, closed),
          (52, reopened(CaseReopenReason.REDISTRIBUTION)), (50, safety(next_in=6)), (26, plan(K.DELETION, K.LEGAL)))),
)  # fmt: skip


def long_steps(world: World, now: datetime) -> Iterator[Step]:
    """These cases in the order of time. All of their times lie before `now`."""
    cases = enumerate((*_pursued(world), *BEGUN_AGAIN), start=FIRST)
    steps = [step for number, case in cases for step in steps_of(world, "long", number, case, now)]
    yield from sorted(steps, key=lambda step: step.at)


def _pursued(world: World) -> Iterator[Open]:
    dealt = addresses(world, len(PEOPLE))
    for (worker, name, age_band, harm_types, district, next_in, ways), deeds in zip(PEOPLE, dealt, strict=True):
        written = [
            deed
            for number, way in enumerate(ways)
            for deed in complaint(f"complaint {number}", name, 9 - 5 * number, way)
        ]
        appointment = (30 + next_in, item(K.COUNSELLING, next_in))
        in_order = sorted([*AGREED, *deeds, *written, appointment], key=lambda deed: -deed[0])
        yield Open(worker, name, PHONE, age_band, harm_types, district, BEGUN, tuple(in_order))
