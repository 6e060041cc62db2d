"""Disclosures, holds and erasures in every state, and the screens that show them, for each service that has them."""

from dataclasses import dataclass
from typing import Any

from tests.journey.walk import key

from tests.conftest import RunningSuite, wait_for

__all__ = ["Private", "make_private"]

CUSTODIAN, OFFICER, SUPERVISOR = "custodian", "privacy-officer", "supervisor"
WHY = "(가상) 본인 확인 전화를 대신 걸어야 합니다."


@dataclass(frozen=True)
class Private:
    """The ids of what was made at one service: `record` is untouched, `held` under a legal hold, `erased` gone."""

    kind: str
    record: str
    held: str
    erased: str
    disclosure: dict[str, str]
    erasure: dict[str, str]


def make_private(suite: RunningSuite, service: str, kind: str, record: str, held: str, erased: str) -> Private:
    """One of each, through the service's API; waits until the approved erasure is certified."""

    def post(role: str, path: str, **body: Any) -> str:
        with suite.api(service, role) as client:
            answer = client.post(path, json=body, headers=key())
        assert answer.is_success, f"{path}: {answer.text}"
        return str((answer.json() or {}).get("id", ""))

    disclosure = {}
    for name in ("refuse", "grant", "waits"):
        disclosure[name] = post("supervisor", f"/{kind}/{record}/disclosures", reason=WHY)
        if name != "waits":
            post("custodian", f"/disclosures/{disclosure[name]}/decide", decision=name, reason=WHY)
    post("supervisor", f"/{kind}/{held}/holds", reason="court", note=WHY)
    asked = {"ground": "person_asked", "reason": WHY}
    erasure = {"held": post("supervisor", f"/{kind}/{held}/erasures", **asked)}
    erasure["declined"] = post("supervisor", f"/{kind}/{erased}/erasures", **asked)
    post("privacy_officer", f"/erasures/{erasure['declined']}/decline", reason="still_needed")
    erasure["certified"] = post("supervisor", f"/{kind}/{erased}/erasures", **asked)
    post("privacy_officer", f"/erasures/{erasure['certified']}/approve")
    erasure["free"] = post("supervisor", f"/{kind}/{record}/erasures", **asked)

    def certified() -> bool:
        with suite.api(service, "privacy_officer") as client:
            return bool(client.get(f"/erasures/{erasure['certified']}/certificate").status_code == 200)

    wait_for(certified, 40, what="the certificate of an approved erasure")
    return Private(kind, record, held, erased, disclosure, erasure)
