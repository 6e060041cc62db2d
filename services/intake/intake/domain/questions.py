"""Which questions the public form asks whom, and which of them need an answer. A refusal names the question.

Nobody is asked what makes no sense for them, and what is needed depends on who tells (ROOST Coop #736). "I do not know" is
always an answer. A person to whom it happened is never made to answer anything here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ansim.contracts.codes import ActChannel, ReporterRole, YesNoUnknown
from ansim.errors import DomainError, Message


class Question(StrEnum):
    SAFE_NOW = "safe_now"
    SUSPECT_NEAR = "suspect_near"
    ADULT_KNOWS = "adult_knows"
    PERSON_KNOWS = "person_knows"
    SCHOOL_ACTS = "school_acts"
    SEEN_ON = "seen_on"


Answer = YesNoUnknown | ActChannel
Answers = Mapping[Question, Answer]

Q, R = Question, ReporterRole


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one role is asked it. `of_minors`: only where the person is said to be under 19."""

    question: Question
    needed: bool = False
    of_minors: bool = False


ASKED: Final[Mapping[ReporterRole, tuple[Asked, ...]]] = {
    R.VICTIM: (Asked(Q.SAFE_NOW), Asked(Q.SUSPECT_NEAR), Asked(Q.ADULT_KNOWS, of_minors=True)),
    R.GUARDIAN: (Asked(Q.SAFE_NOW), Asked(Q.PERSON_KNOWS), Asked(Q.SUSPECT_NEAR)),
    R.TEACHER: (Asked(Q.SAFE_NOW), Asked(Q.PERSON_KNOWS, needed=True), Asked(Q.SCHOOL_ACTS, needed=True)),
    R.WITNESS: (Asked(Q.SEEN_ON, needed=True), Asked(Q.PERSON_KNOWS)),
    R.AGENCY: (Asked(Q.SAFE_NOW), Asked(Q.PERSON_KNOWS, needed=True)),
    R.PLATFORM: (Asked(Q.SEEN_ON, needed=True),),
    R.ANONYMOUS: (Asked(Q.SAFE_NOW),),
}

MUST_BE_REACHED: Final = frozenset({R.AGENCY, R.PLATFORM})
"""Organisations leave a way to ask back; a private person never has to."""


def asked_of(role: ReporterRole, about_minor: YesNoUnknown) -> tuple[Asked, ...]:
    """The questions for this role, in their order. Never empty."""
    return tuple(asked for asked in ASKED[role] if not asked.of_minors or about_minor is YesNoUnknown.YES)


def only_asked(role: ReporterRole, about_minor: YesNoUnknown, answers: Answers) -> dict[Question, Answer]:
    """The answers that belong to the role, e.g. after somebody went back and chose another one."""
    belonging = {asked.question for asked in asked_of(role, about_minor)}
    return {question: answer for question, answer in answers.items() if question in belonging}


def check_asked(role: ReporterRole, about_minor: YesNoUnknown, answers: Answers) -> None:
    """Raises DomainError at an answer to a question that this role is not asked: no more is kept than is asked."""
    stray = [question for question in answers if question not in only_asked(role, about_minor, answers)]
    if stray:
        raise DomainError("not_asked", stray[0], Message("This is not asked of this kind of reporter."))


def needed_answers(role: ReporterRole, about_minor: YesNoUnknown, answers: Answers) -> list[Question]:
    """The questions that still need an answer."""
    return [a.question for a in asked_of(role, about_minor) if a.needed and a.question not in answers]


def says_danger(answers: Answers) -> bool:
    """Somebody is not safe right now: read as an emergency, whatever kind of harm was ticked."""
    return answers.get(Question.SAFE_NOW) is YesNoUnknown.NO
