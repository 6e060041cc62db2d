"""Invented names, contacts and notes. The first two say of themselves that they are invented."""

from typing import Final

_FAMILY: Final = "김이박최정강조윤장임한오서신권황안송류홍"
_GIVEN: Final = (
    "가온",
    "나래",
    "다솜",
    "라온",
    "마루",
    "보람",
    "새봄",
    "아람",
    "여울",
    "이든",
    "찬솔",
    "하늘",
    "한별",
    "해린",
)
_NOTES: Final = (
    "문자로만 연락. 평일 18시 뒤.",
    "전화 가능. 낮에는 받지 못함.",
    "집으로 우편물을 보내지 않기로 함.",
    "첫 만남은 센터에서. 동행인 있음.",
    "연락 전에 문자로 먼저 물어보기로 함.",
)


def name_of(index: int) -> str:
    return f"{_FAMILY[index % len(_FAMILY)]}{_GIVEN[index * 5 % len(_GIVEN)]} (가상)"


def contact_of(index: int) -> str:
    return f"문자 010-0000-{index:04} (가상)"


def note_of(index: int) -> str:
    return _NOTES[index % len(_NOTES)]
