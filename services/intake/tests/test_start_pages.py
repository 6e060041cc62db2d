"""The first pages: what can I do, what now, what next. Numbers to call on every page that the public can see."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.contracts.codes import DeadlineRule, RuleChangeReason
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor
from ansim.web.i18n import ENGLISH
from intake.contacts import CONTACTS
from intake.pages.start import promised
from intake.rulebook import RULES

from .conftest import context
from .test_public_pages import send

FIRST = ("/start", "/start/now", "/start/next")
PUBLIC = (*FIRST, "/report", "/report/received", "/report/traces", "/mailbox", "/receipt/verify")


@pytest.mark.parametrize(("lang", "question"), [("ko", "무엇을 할 수 있나요?"), ("en", "What can you do?")])
async def test_the_first_page_answers_what_somebody_can_do(
    kit: Kit, client_for: ClientFor, lang: str, question: str
) -> None:
    """Pupils' survey, Seoul 2021: 78.5 % of those who did nothing did not know what to do."""
    public = await client_for(kit, lang=lang)
    first = await public.get((await public.get("/")).headers["location"])
    assert f"<h1>{question}</h1>" in first.text
    for way in ("/report", "/start/now", "/start/next", "/mailbox", "tel:112"):
        assert f'href="{way}"' in first.text


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("path", PUBLIC)
async def test_every_public_page_has_the_way_out_first_and_numbers_to_call(
    kit: Kit, client_for: ClientFor, lang: str, path: str
) -> None:
    page = await (await client_for(kit, lang=lang)).get(path)
    assert page.status_code == 200
    assert page.text.index("data-quick-exit") < page.text.index("<main")
    assert {one.number for one in CONTACTS if one.always} <= set(re.findall(r'href="tel:(\d+)"', page.text))
    assert page.headers["cache-control"] == "no-store"
    title = re.search(r"<title>(.*?)</title>", page.text)
    assert title is not None
    assert not re.search("신고|피해|범죄|성폭|성적|안심|report|crime|victim|sex", title[1], re.IGNORECASE)


async def test_a_page_that_is_not_there_names_whom_to_call_as_well(public: httpx2.AsyncClient) -> None:
    page = await public.get("/report/nothing")
    assert page.status_code == 404
    assert 'href="tel:112"' in page.text
    assert (await send(public, 4, narrative="x" * 70_000)).text.count('href="tel:112"') == 1


async def test_staff_are_not_shown_the_numbers_of_the_public(kit: Kit, client_for: ClientFor) -> None:
    page = await (await client_for(kit, Role.intake_officer)).get(f"/reports/{uuid4()}")
    assert page.status_code == 404
    assert "tel:112" not in page.text


@pytest.mark.parametrize("path", ["/start", "/start/now"])
async def test_the_first_pages_name_all_numbers(public: httpx2.AsyncClient, path: str) -> None:
    page = await public.get(path)
    assert {one.number for one in CONTACTS} == set(re.findall(r'href="tel:(\d+)"', page.text))


def test_every_contact_has_its_number_and_words_in_both_languages() -> None:
    assert [one.number for one in CONTACTS][:2] == ["112", "1366"]
    for one in CONTACTS:
        assert one.number.isdigit()
        assert all((one.name.ko, one.name.en, one.when.ko, one.when.en))


async def test_the_promise_of_how_soon_follows_the_rule_that_staff_work_by(kit: Kit, client_for: ClientFor) -> None:
    """Hush Line #631: the reporter must know what happens. A promise that nobody keeps is worse than none."""
    public = await client_for(kit, lang="en")
    assert "within 24 hours" in (await public.get("/start/next")).text
    async with kit.store.unit(context()) as unit:
        await RULES.change(unit, DeadlineRule.ACKNOWLEDGE, timedelta(hours=5), RuleChangeReason.CAPACITY)
    assert "within 5 hours" in (await public.get("/start/next")).text


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (timedelta(seconds=70), "2 minutes"),
        (timedelta(minutes=59, seconds=1), "one hour"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=47, minutes=1), "2 days"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_promise_is_rounded_up(period: timedelta, said: str) -> None:
    assert promised(period).translate(ENGLISH) == said
