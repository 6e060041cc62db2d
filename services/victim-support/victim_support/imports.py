"""What victim support takes in from a centre's spreadsheet: one row, one case (docs/imports.md)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from ansim.access import Role
from ansim.contracts.codes import AgeBand, CaseOutcome, District, Gender, HarmType
from ansim.errors import DomainError, Message
from ansim.imports import Column, Deed, Import, Kind, RowErrors
from ansim.journal import Unit
from victim_support.commands import CloseCase, OpenCase, close_case, open_case

COLUMNS: Final = (
    Column("external_number", "관리번호", "Your own number of the case. It tells whether the case is here already; it is not kept.",
           "기관의 사례 번호. 이미 있는 사례인지 가리는 데만 쓰고 저장하지 않습니다.", required=True),
    Column("opened_on", "개시일", "The day on which support began.", "지원을 시작한 날.", Kind.DAY, required=True),
    Column("name", "이름", "What the person is called.", "당사자 이름.", required=True, personal=True),
    Column("contact", "연락처", "How to reach them safely.", "안전하게 연락할 방법.", personal=True),
    Column("note", "메모", "What whoever carries on must know.", "이어받는 사람이 알아야 할 것.", personal=True),
    Column("age_band", "연령대", "Age at the beginning.", "시작할 때의 나이.", Kind.CODE, AgeBand, required=True),
    Column("gender", "성별", "Empty means not known.", "비우면 모름.", Kind.CODE, Gender),
    Column("district", "자치구", "Where the person lives. Empty means not known.", "사는 곳. 비우면 모름.", Kind.CODE, District),
    Column("harm_types", "피해 유형", "One or more, with ; between.", "하나 이상, ; 로 나눔.", Kind.CODES, HarmType, required=True),
    Column("worker", "담당자", "Sign-in name of the support worker who carries on. Empty: a supervisor assigns it.",
           "이어서 맡을 지원가의 로그인 이름. 비우면 관리자가 정합니다."),
    Column("closed_on", "종결일", "The day on which support ended. Empty: the case is open.", "지원을 마친 날. 비우면 진행 중.", Kind.DAY),
    Column("outcome", "종결 결과", "How it ended; with closed_on only.", "어떻게 끝났는지. 종결일과 함께.", Kind.CODE, CaseOutcome),
)  # fmt: skip


def deeds(values: Mapping[str, Any], case: UUID) -> Sequence[Deed]:
    """The case is opened, and closed when it has ended. Safety and plan are not taken over: they are looked at anew."""
    opened, closed, outcome = values["opened_on"], values.get("closed_on"), values.get("outcome")
    if (closed is None) != (outcome is None):
        missing = "outcome" if outcome is None else "closed_on"
        raise RowErrors([(missing, Message("A case that has ended needs both its last day and how it ended."))])
    if closed is not None and closed < opened:
        raise RowErrors([("closed_on", Message("This day lies before the first one. Check both."))])
    opening = OpenCase(
        id=case,
        age_band=values["age_band"],
        gender=values.get("gender", Gender.UNKNOWN),
        district=values.get("district", District.UNKNOWN),
        harm_types=values["harm_types"],
        **{text: values[text] for text in ("name", "contact", "note") if text in values},
    )
    steps = [Deed(opened, partial(_open, opening, values.get("worker")))]
    if closed is not None:
        steps.append(Deed(closed, partial(_close, CloseCase(case=case, outcome=outcome))))
    return steps


async def _open(command: OpenCase, worker: str | None, unit: Unit) -> None:
    if worker is not None:
        member = await unit.conn.fetchval("select member from staff where subject = $1 and active", worker)
        if member is None:
            raise DomainError("no_such_worker", "worker", Message("Nobody with this sign-in name works here."))
        command = command.model_copy(update={"to": member})
    try:
        await open_case(unit, command)
    except DomainError as error:
        raise DomainError(error.rule, "worker" if error.field == "to" else error.field, error.message) from error


async def _close(command: CloseCase, unit: Unit) -> None:
    await close_case(unit, command)


IMPORTS: Final = Import("cases", COLUMNS, deeds, (Role.support_worker, Role.supervisor))
