from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from ansim.contracts.codes import HarmType
from ansim.errors import DomainError, Message

GOOD = {"name": "Kim (invented)", "harms": [HarmType.GROOMING.value, HarmType.OTHER.value]}
Post = Callable[..., Any]


def test_a_right_form_gives_a_command_with_all_chosen_values(post: Post, seen: Any) -> None:
    answer = post({**GOOD, "agreed": "true", "count": "3", "on": "2026-11-23"})

    assert answer.status_code == 200
    assert seen.form.errors == {}
    command = seen.form.value
    assert command.harms == {HarmType.GROOMING, HarmType.OTHER}
    assert (command.agreed, command.count, command.on.isoformat()) == (True, 3, "2026-11-23")


def test_what_the_server_fixes_cannot_be_sent(post: Post, seen: Any) -> None:
    post({**GOOD, "report": str(UUID(int=99))})

    assert seen.form.value.report == UUID(int=5)


def test_empty_inputs_count_as_not_sent(post: Post, seen: Any) -> None:
    post({**GOOD, "severity": "", "count": "", "on": ""})

    assert seen.form.value.severity is None
    assert seen.form.value.count is None


def test_a_local_time_is_seouls(post: Post, seen: Any) -> None:
    post({**GOOD, "at": "2026-11-23T14:20"})

    assert seen.form.value.at == datetime(2026, 11, 23, 5, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "sent", "english", "korean"),
    [
        ("name", "", "Fill in this field.", "이 칸을 채워 주세요."),
        ("name", "   ", "Fill in this field.", "이 칸을 채워 주세요."),
        ("name", "x" * 201, "At most 200 characters.", "200자까지 쓸 수 있습니다."),
        ("name", "one\ntwo", "Write this on one line.", "한 줄로 써 주세요."),
        ("note", "a\x00b", "This contains a character that cannot be stored.", "저장할 수 없는 글자가 들어 있습니다."),
        ("note", "x" * 10_001, "At most 10,000 characters.", "10,000자까지 쓸 수 있습니다."),
        ("harms", "no_such_code", "Choose one of the options.", "보기에서 고르세요."),
        ("severity", "<script>", "Choose one of the options.", "보기에서 고르세요."),
        ("count", "many", "Write a whole number.", "소수점 없는 수를 쓰세요."),
        ("count", "11", "At most 10.", "가장 큰 수는 10입니다."),
        ("count", "0", "At least 1.", "가장 작은 수는 1입니다."),
        ("on", "23/11/2026", "Write a date such as 2026-11-23.", "2026-11-23처럼 날짜를 쓰세요."),
        ("at", "noon", "Write a date and time such as 2026-11-23 14:20.", "2026-11-23 14:20처럼 날짜와 시각을 쓰세요."),
        ("agreed", "perhaps", "Choose yes or no.", "예나 아니요를 고르세요."),
        ("extra", "1", "There is no such field.", "없는 항목입니다."),
    ],
)
def test_each_wrong_input_is_told_at_its_field_in_the_readers_language(
    client: TestClient, post: Post, seen: Any, field: str, sent: str, english: str, korean: str
) -> None:
    in_english = post({**GOOD, field: sent})
    assert seen.form.errors == {field: english}
    assert in_english.status_code == 422
    assert english in in_english.text

    in_korean = post({**GOOD, field: sent}, headers={"accept-language": "ko-KR,ko;q=0.9"})
    assert seen.form.errors == {field: korean}
    assert seen.form.value is None
    assert korean in in_korean.text


def test_nothing_chosen_is_told(post: Post, seen: Any) -> None:
    post({"name": "Kim (invented)"})

    assert seen.form.errors == {"harms": "Choose at least one."}


def test_several_wrong_fields_are_listed_and_linked_and_what_was_typed_stays(post: Post) -> None:
    page = post({"name": "", "note": "<b>typed & kept</b>", "harms": "nonsense"}).text

    assert "2 answers need a change" in page
    assert 'href="#f-name"' in page
    assert 'href="#f-harms"' in page
    assert 'id="f-name"' in page
    assert "&lt;b&gt;typed &amp; kept&lt;/b&gt;" in page
    assert "<b>typed" not in page
    assert 'aria-describedby="f-name-e"' in page
    assert 'aria-invalid="true"' in page


def test_chosen_boxes_stay_chosen(post: Post) -> None:
    page = post({"name": "", "harms": [HarmType.GROOMING.value]}).text

    assert f'value="{HarmType.GROOMING.value}" checked' in page
    assert page.count(" checked") == 1


def test_the_key_is_the_hidden_once_field_and_fresh_when_malformed(post: Post, seen: Any) -> None:
    post({**GOOD, "once": str(UUID(int=3))})
    assert seen.form.key == UUID(int=3)

    post({**GOOD, "once": "not a key"})
    assert isinstance(seen.form.key, UUID)


def test_a_rule_that_refuses_is_told_at_its_field(post: Post, seen: Any) -> None:
    post(GOOD, headers={"accept-language": "ko"})

    refused = seen.form.refused(DomainError("late", "on", Message("This date must lie in the past.")))
    assert refused.value is None
    assert refused.errors == {"on": "오늘보다 앞의 날짜여야 합니다."}
    elsewhere = seen.form.refused(DomainError("late", "no_field_of_this_form", Message("Write text.")))
    assert elsewhere.errors == {"": "글로 쓰세요."}


def test_a_form_over_64_kb_is_refused(post: Post) -> None:
    answer = post({**GOOD, "note": "x" * 70_000})

    assert answer.status_code == 413
    assert "That is more than this form takes" in answer.text


def test_a_form_of_another_kind_is_refused(post: Post, client: TestClient) -> None:
    assert client.post("/form", json=GOOD).status_code == 415
    assert client.post("/form", files={"picture": b"x"}).status_code == 415


def test_a_form_that_is_no_text_is_refused(client: TestClient) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert client.post("/form", content=b"name=%ff%fe&csrf=x", headers=headers).status_code == 400
    assert client.post("/form", content="이름".encode(), headers=headers).status_code == 400
    assert client.post("/form", content=b"&".join([b"a=1"] * 501), headers=headers).status_code == 400
