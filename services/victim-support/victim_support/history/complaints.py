"""Invented complaints at every point of their way: begun, written, read by the person, written again, handed over."""

from typing import Final

from ansim.contracts.codes import ComplaintReceiver, ReviewResult
from victim_support.commands import complaint as c
from victim_support.history.open_cases import Act, Running

Deeds = tuple[tuple[float, Act], ...]

TEXT: Final = {
    "accused": "계정 이름만 앎, 성명 불상 (가상)",
    "facts": "(가상) 모르는 계정이 동의 없이 사진을 올렸고, 지워 달라는 말에 돈을 요구했습니다.",
    "evidence": "대화 갈무리와 주소 목록, 본인 보관 (가상)",
    "request": "수사하여 처벌해 주시기를 바랍니다. (가상)",
}
WANTED: Final = "만난 날짜를 빼 주세요. (가상)"

R = ComplaintReceiver


def complaint(key: str, complainant: str, days: float, way: str) -> Deeds:
    """One complaint, begun so many days ago, and a deed every second hour. A letter of `way` is a deed: `d` a version is
    written, `c` the person wants it changed, `a` approves it, `v` gets a copy, as does `p` the police or `l` a lawyer."""
    deeds = [_started(key)]
    for at, letter in enumerate(way):
        versions = way[:at].count("d")
        match letter:
            case "d":
                deeds.append(_drafted(key, complainant, versions))
            case "c":
                deeds.append(_reviewed(key, ReviewResult.CHANGES_WANTED, versions))
            case "a":
                deeds.append(_reviewed(key, ReviewResult.APPROVED, versions))
            case _:
                deeds.append(_handed_over(key, {"v": R.VICTIM, "p": R.POLICE, "l": R.LAWYER}[letter]))
    return tuple((days * 24 - 2 * number, deed) for number, deed in enumerate(deeds))


def _started(key: str) -> Act:
    async def act(run: Running) -> None:
        await c.start_complaint(run.unit, c.StartComplaint(case=run.case, id=run.id(key)))

    return act


def _drafted(key: str, complainant: str, before: int) -> Act:
    texts = TEXT if before == 0 else TEXT | {"evidence": "대화 갈무리, 주소 목록, 입금 요구 문자 (가상)"}

    async def act(run: Running) -> None:
        await c.draft_complaint(run.unit, c.DraftComplaint(complaint=run.id(key), complainant=complainant, **texts))

    return act


def _reviewed(key: str, result: ReviewResult, number: int) -> Act:
    remarks = WANTED if result is ReviewResult.CHANGES_WANTED else ""

    async def act(run: Running) -> None:
        said = c.ReviewComplaint(complaint=run.id(key), result=result, number=number, remarks=remarks)
        await c.review_complaint(run.unit, said)

    return act


def _handed_over(key: str, receiver: ComplaintReceiver) -> Act:
    async def act(run: Running) -> None:
        await c.hand_over_complaint(run.unit, c.HandOverComplaint(complaint=run.id(key), receiver=receiver))

    return act
