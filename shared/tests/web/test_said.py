from datetime import UTC, date, datetime, timedelta

import pytest

from ansim.contracts.codes import HarmType, Severity
from ansim.web.charts import Charts
from ansim.web.deadlines import Deadline
from ansim.web.i18n import catalogue, speaking
from ansim.web.said import ago, begin, clock, day, defang, label, labels, minute, num, options, percent, when

NOW = datetime(2026, 11, 23, 5, 20, 7, tzinfo=UTC)


def test_numbers_are_grouped_and_shares_are_closed_up() -> None:
    assert (num(1323), num(62.637), num(None), num(3.14159, 2)) == ("1,323", "62.6", "–", "3.14")
    assert (percent(0.626), percent(None)) == ("62.6%", "–")


def test_times_are_seouls() -> None:
    late = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)

    assert (clock(NOW), minute(NOW)) == ("14:20:07", "14:20")
    with speaking(catalogue("ansim", "ko")):
        assert day(late) == "2026-11-23"
        assert when(late, NOW) == "오늘 00:30"
        assert when(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), NOW) == "11/22 18:00"
        assert when(datetime(2025, 1, 2, tzinfo=UTC), NOW) == "2025-01-02"
    with speaking(catalogue("ansim", "en")):
        assert day(date(2026, 11, 23)) == "23 Nov 2026"
        assert when(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), NOW) == "22 Nov 18:00"
        assert when(NOW, NOW) == "today 14:20"


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [
        (-5, "0초 전", "0 s ago"),
        (1, "1초 전", "1 s ago"),
        (240, "4분 전", "4 min ago"),
        (7200, "2시간 전", "2 h ago"),
        (200_000, "2일 전", "2 days ago"),
    ],
)
def test_ages_are_told(seconds: int, korean: str, english: str) -> None:
    at = NOW - timedelta(seconds=seconds)

    with speaking(catalogue("ansim", "ko")):
        assert ago(at, NOW) == korean
    with speaking(catalogue("ansim", "en")):
        assert ago(at, NOW) == english


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://post.invalid/board/view/9c41", "hxxps://post[.]invalid/…c41"),
        ("http://a.b.invalid", "hxxp://a[.]b[.]invalid"),
        ("https://post.invalid/x", "hxxps://post[.]invalid/x"),
        ("post.invalid/x", "post[.]invalid/x"),
        ("https://user:word@post.invalid/x", "hxxps://post[.]invalid/x"),
        ("", ""),
    ],
)
def test_addresses_are_defanged(address: str, shown: str) -> None:
    assert defang(address) == shown


def test_an_address_in_full_keeps_every_character_that_a_report_needs() -> None:
    address = "https://Board.invalid:8443/a/B.html?next=http://x.invalid#part.2"
    shown = "hxxps://Board[.]invalid:8443/a/B[.]html?next=hxxp://x[.]invalid#part[.]2"
    assert defang(address, shorten=False) == shown


def test_codes_are_words_in_the_order_of_their_list() -> None:
    with speaking(catalogue("ansim", "en")):
        assert label(None) == ""
        assert labels({HarmType.OTHER, HarmType.GROOMING}) == f"{label(HarmType.GROOMING)}, {label(HarmType.OTHER)}"
        code, words = options(Severity)[0]
        assert (code, words) == (next(iter(Severity)).value, label(next(iter(Severity))).capitalize())
    assert begin("under 14, VR") == "Under 14, VR"
    assert begin("") == ""


def test_deadlines_say_what_is_left_and_what_is_over() -> None:
    def deadline(used: float, allowed: float = 3, *, ours: bool = True, paused: bool = False) -> Deadline:
        since = NOW - timedelta(hours=used)
        return Deadline(since, since + timedelta(hours=allowed), ours=ours, paused=paused, now=NOW)

    late, near, far = deadline(3.5), deadline(2.5), deadline(10, 24)
    assert (str(late.words()), late.tone, late.row) == ("30 min over", "late", "urgent")
    assert (str(near.words()), near.tone, near.row) == ("30 min left", "soon", "near")
    assert (str(far.words()), far.tone, far.row) == ("14 h left", "", "")
    theirs, paused = deadline(2.5, ours=False), deadline(5, paused=True)
    assert (theirs.tone, theirs.row) == ("", "")
    assert (str(paused.words()), paused.tone, paused.row) == ("clock stopped", "mute", "")
    assert sorted([paused, far, near, late], key=lambda each: each.order) == [late, near, far, paused]
    assert str(deadline(0, 43).words()) == "1 d 19 h left"
    assert str(deadline(0, 3.5).words()) == "3 h 30 min left"


def test_drawings_stay_inside_of_their_scale_and_speak_when_they_stand_alone() -> None:
    assert 'x2="84"' in Charts.due(9.0)
    assert 'x2="0"' in Charts.due(-1.0)
    assert 'width="320"' in Charts.bar(500, 100)
    assert 'class="ll thick"' in Charts.lag(92, 60)
    assert 'aria-label="&lt;b&gt; rises"' in Charts.line([1, 2], 4, "<b> rises")
    assert Charts.dots(None, None, 25).count("<circle") == 0
    assert "NaN" not in Charts.line([], 0, "nothing")
    for drawing in (
        Charts.due(1.2),
        Charts.dots(1, 2, 3),
        Charts.bar(1, 2),
        Charts.steps([1, 2], 2, "s"),
        Charts.key("k1"),
    ):
        assert "style=" not in drawing
        assert 'aria-hidden="true"' in drawing or 'role="img"' in drawing
