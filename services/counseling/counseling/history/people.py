"""Invented people. Every name says that it is invented."""

from random import Random
from typing import Final

from ansim.contracts.codes import SchoolLevel

_FAMILIES: Final = "김이박최정강조윤장임한오서신권황안송류홍"
_GIVEN: Final = (
    "가람",
    "나래",
    "다온",
    "라온",
    "마루",
    "바다",
    "새벽",
    "아라",
    "잔디",
    "찬솔",
    "하늘",
    "해솔",
    "여울",
    "도담",
)
_SCHOOLS: Final = {
    SchoolLevel.ELEMENTARY: "초등학교",
    SchoolLevel.MIDDLE: "중학교",
    SchoolLevel.HIGH: "고등학교",
}
INVENTED: Final = " (가상)"


def texts(rng: Random, level: SchoolLevel) -> dict[str, str]:
    """Name, guardian and, for those at school, a school."""
    family = rng.choice(_FAMILIES)
    mine, theirs = rng.sample(_GIVEN, 2)
    told = {"name": f"{family}{mine}{INVENTED}", "guardian": f"{family}{theirs}{INVENTED}"}
    if level in _SCHOOLS:
        told["school"] = f"견본{_SCHOOLS[level]}{INVENTED}"
    return told
