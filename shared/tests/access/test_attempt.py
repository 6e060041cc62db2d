"""The cookie that remembers a sign-in while the person is away at the provider."""

from hypothesis import given
from hypothesis import strategies as st

from ansim.access.attempt import LIFE_SECONDS, Attempts, safe_path


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_cookie_gives_back_what_was_remembered() -> None:
    attempts = Attempts(bytes(32))
    attempt = attempts.begin("/triage?page=2")

    assert attempts.from_cookie(attempts.to_cookie(attempt)) == attempt
    assert attempt.back == "/triage?page=2"


def test_a_cookie_says_nothing_to_who_reads_it() -> None:
    attempts = Attempts(bytes(32))
    attempt = attempts.begin("/triage")

    assert attempt.verifier not in bytes.fromhex(attempts.to_cookie(attempt)).decode("latin-1")


def test_a_cookie_is_good_for_ten_minutes() -> None:
    clock = Clock()
    attempts = Attempts(bytes(32), clock)
    cookie = attempts.to_cookie(attempts.begin("/"))

    clock.seconds += LIFE_SECONDS - 1
    assert attempts.from_cookie(cookie) is not None
    clock.seconds += 1
    assert attempts.from_cookie(cookie) is None


def test_a_cookie_of_another_service_is_none_of_ours() -> None:
    assert Attempts(bytes(32)).from_cookie(Attempts(bytes(31) + b"x").to_cookie(Attempts(bytes(32)).begin("/"))) is None


@given(st.text(max_size=200))
def test_whatever_is_sent_as_a_cookie_is_no_attempt_and_no_crash(sent: str) -> None:
    assert Attempts(bytes(32)).from_cookie(sent) is None


@given(st.text(max_size=600))
def test_the_way_back_never_leaves_this_service(back: str) -> None:
    path = safe_path(back)

    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert not set("\r\n\t \\") & set(path)
