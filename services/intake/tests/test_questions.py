"""Which questions are asked of whom, and which of them need an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.codes import ActChannel, ReporterRole, YesNoUnknown
from ansim.contracts.labels import label
from ansim.errors import DomainError
from intake.domain.questions import (
    ASKED,
    MUST_BE_REACHED,
    Answer,
    Question,
    asked_of,
    check_asked,
    needed_answers,
    only_asked,
    says_danger,
)
from intake.pages.asking import ASKING, asking, told_answers

YES, NO, UNKNOWN = YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN
roles = st.sampled_from(ReporterRole)
minors = st.sampled_from(YesNoUnknown)


def answer_to(question: Question) -> st.SearchStrategy[Answer]:
    return st.sampled_from(ActChannel) if question is Question.SEEN_ON else st.sampled_from(YesNoUnknown)


answers = st.fixed_dictionaries({}, optional={question: answer_to(question) for question in Question})


@given(roles, minors)
def test_everybody_is_asked_something_and_never_the_same_twice(role: ReporterRole, minor: YesNoUnknown) -> None:
    questions = [asked.question for asked in asked_of(role, minor)]
    assert questions
    assert len(questions) == len(set(questions))


@given(roles, minors, answers)
def test_what_is_kept_of_any_answers_is_what_the_role_is_asked(
    role: ReporterRole, minor: YesNoUnknown, given_answers: dict[Question, Answer]
) -> None:
    kept = only_asked(role, minor, given_answers)
    check_asked(role, minor, kept)
    assert kept.items() <= given_answers.items()
    if kept != given_answers:
        with pytest.raises(DomainError) as refused:
            check_asked(role, minor, given_answers)
        assert refused.value.field in given_answers.keys() - kept.keys()


@given(minors)
def test_required_answers_depend_on_who_tells_and_a_victim_never_has_to_answer(minor: YesNoUnknown) -> None:
    """Coop #736: a reason that everybody must give blocks a valid action."""
    for role in (ReporterRole.VICTIM, ReporterRole.GUARDIAN, ReporterRole.ANONYMOUS):
        assert needed_answers(role, minor, {}) == []
        assert role not in MUST_BE_REACHED
    assert needed_answers(ReporterRole.WITNESS, minor, {}) == [Question.SEEN_ON]
    assert needed_answers(ReporterRole.TEACHER, minor, {}) == [Question.PERSON_KNOWS, Question.SCHOOL_ACTS]
    assert needed_answers(ReporterRole.TEACHER, minor, {Question.PERSON_KNOWS: NO}) == [Question.SCHOOL_ACTS]
    unsure: dict[Question, Answer] = dict.fromkeys(Question, UNKNOWN)
    assert all(needed_answers(role, minor, unsure) == [] for role in ReporterRole)


def test_whether_an_adult_knows_is_asked_of_the_young_only() -> None:
    def asked_whether(minor: YesNoUnknown) -> bool:
        return any(asked.question is Question.ADULT_KNOWS for asked in asked_of(ReporterRole.VICTIM, minor))

    assert [asked_whether(minor) for minor in (YES, NO, UNKNOWN)] == [True, False, False]


@pytest.mark.parametrize(("answer", "danger"), [(YES, False), (UNKNOWN, False), (NO, True)])
def test_only_a_plain_no_says_that_somebody_is_not_safe(answer: YesNoUnknown, danger: bool) -> None:
    assert says_danger({Question.SAFE_NOW: answer}) is danger
    assert not says_danger({})


def test_every_question_has_words_for_every_role_that_is_asked() -> None:
    for role, every in ASKED.items():
        assert len(asking(role, every)) == len(every)
    assert set(ASKING) == {(asked.question, role) for role, every in ASKED.items() for asked in every}


@given(answers)
def test_staff_read_every_stored_answer(given_answers: dict[Question, Answer]) -> None:
    said = told_answers({question.value: answer.value for question, answer in given_answers.items()})
    assert [str(answer).lower() for _, answer in said] == [
        label(given_answers[question], "en").lower() for question in Question if question in given_answers
    ]
