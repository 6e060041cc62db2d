import pytest
from starlette.testclient import TestClient

EXPECTED = [
    ("forbidden", 403, "forbidden"),
    ("missing", 404, "not-found"),
    ("conflict", 409, "conflict"),
    ("rule", 422, "rule/too-early"),
    ("unstorable", 400, "unreadable"),
    ("retry", 503, "away"),
    ("refused", 503, "away"),
    ("broken", 500, "internal"),
]


@pytest.mark.parametrize(("kind", "status", "type_"), EXPECTED)
def test_programs_get_problem_json(client: TestClient, kind: str, status: int, type_: str) -> None:
    answer = client.get(f"/api/v1/fail/{kind}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"/problems/{type_}"
    assert body["title"]
    assert "secret" not in answer.text
    assert "Hong" not in answer.text


@pytest.mark.parametrize(("kind", "status", "type_"), EXPECTED)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_people_get_a_page_in_their_language(client: TestClient, kind: str, status: int, type_: str, lang: str) -> None:
    answer = client.get(f"/fail/{kind}", headers={"accept": "text/html", "accept-language": lang})

    assert answer.status_code == status
    assert f'<html lang="{lang}">' in answer.text
    assert "<h1>" in answer.text
    assert "secret" not in answer.text
    assert "Hong" not in answer.text
    assert "Traceback" not in answer.text


def test_a_problem_speaks_the_callers_language(client: TestClient) -> None:
    body = client.get("/api/v1/fail/rule", headers={"accept-language": "ko"}).json()

    assert body["errors"] == [{"field": "on", "message": "글로 쓰세요."}]
    assert body["title"] == "고칠 곳이 있습니다"


def test_when_the_database_is_away_the_caller_is_told_when_to_try_again(client: TestClient) -> None:
    assert client.get("/fail/refused").headers["retry-after"] == "5"
    assert client.get("/api/v1/fail/retry").headers["retry-after"] == "5"


def test_a_failure_is_told_by_reference_only_and_the_log_has_the_same(
    client: TestClient, logged: list[dict[str, object]]
) -> None:
    body = client.get("/api/v1/fail/broken").json()

    assert set(body) == {"type", "title", "status", "detail", "correlationid"}
    line = next(line for line in logged if line["event"] == "request_failed")
    assert line["correlationid"] == body["correlationid"]


def test_a_wrong_body_says_which_field_and_why(client: TestClient) -> None:
    sent = {"name": "", "harms": ["nonsense"], "count": "x", "surplus": 1}
    body = client.post("/api/v1/sample", json=sent).json()

    assert body["status"] == 422
    assert {error["field"]: error["message"] for error in body["errors"]} == {
        "name": "Fill in this field.",
        "harms": "Choose one of the options.",
        "count": "Write a whole number.",
        "surplus": "There is no such field.",
    }
    korean = client.post("/api/v1/sample", json=sent, headers={"accept-language": "ko"}).json()
    assert korean["errors"][0]["message"] == "이 칸을 채워 주세요."


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"[]", b"null", b'"text"', b'{"name": "\\ud800", "harms": ["grooming"]}', b'{"\\ud800\\u0000": 1}'],
)
def test_a_hostile_body_is_refused_and_never_repeated(client: TestClient, content: bytes) -> None:
    answer = client.post("/api/v1/sample", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "input" not in answer.json()


def test_an_unknown_address_and_a_wrong_method_are_told(client: TestClient) -> None:
    assert client.get("/api/v1/nothing").json()["type"] == "/problems/not-found"
    wrong = client.delete("/api/v1/sample")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "POST"
    assert "There is nothing here for you" in client.get("/nothing").text


def test_a_caller_of_pages_that_wants_json_gets_json(client: TestClient) -> None:
    answer = client.get("/fail/missing", headers={"accept": "application/json"})

    assert answer.headers["content-type"] == "application/problem+json"


def test_an_oversized_body_of_a_program_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/sample", json={"name": "x" * 70_000, "harms": ["grooming"]})

    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/too-large"
