"""The release, figure by figure, from the least events that give it; and what no events can give."""

import asyncio

from counting_stage import NUMBERS, PLACES, PLAN, figures_of, put_on_topics
from founding_stage import founding

from analytics.definitions import definitions
from analytics.domain.figure import Figure, rounded_percent
from analytics.statistics.loop import Loop
from analytics.statistics.memory import MemoryLedger, MemorySource, MemoryStore

PUBLISHED = {
    "persons_counselled": (91, 91, None),
    "share_age_14_16": (63, 57, 91),
    "share_lack_of_awareness": (96, 87, 91),
    "motive_not_serious": (21, 38, 180),
    "motive_fun": (19, 34, 180),
    "motive_curiosity": (19, 34, 180),
    "motive_impulsive": (15, 27, 180),
    "motive_imitation": (10, 18, 180),
    "motive_thought_consensual": (4, 7, 180),
    "act_media_distribution": (43, 57, 133),
    "act_camera_filming": (19, 25, 133),
    "act_possession": (11, 15, 133),
    "act_false_video": (6, 8, 133),
    "minors_supported": (31, 31, 163),
    "share_minors_supported": (19, 31, 163),
    "grooming_items": (423, 423, 1923),
    "share_grooming_items": (22, 423, 1923),
    "sessions_held": (1323, 1323, None),
    "volunteers_recruited": (1000, 1000, None),
}


async def test_every_published_figure_comes_out_of_the_events_as_it_was_published() -> None:
    topics, store = put_on_topics(founding()), MemoryStore()
    until = {place: len(topics.logs.get(place, ())) for place in PLACES}

    await Loop(MemorySource(topics), MemoryLedger(store, PLAN), PLAN).run(PLACES, asyncio.Event(), until=until)

    found = figures_of(store.cells)
    by_id = {d.id: d for d in definitions()}
    assert {d.id for d in definitions() if d.published is not None} == PUBLISHED.keys()
    for name, (published, numerator, denominator) in PUBLISHED.items():
        counted = Figure(*found[name], share=by_id[name].value == "share")
        assert by_id[name].published == published
        assert (counted.numerator, counted.denominator) == (numerator, denominator), name
        assert counted.agrees_with(published), name
    assert [found[name][0] for name in ("persons_referred", "persons_accepted", "persons_ten_sessions")] == [
        118,
        97,
        64,
    ]
    assert found["grooming_persons"][:2] == (35, 163)
    sessions = {codes[0]: n for (tally, codes), n in store.cells.items()
                if tally == NUMBERS[by_id["sessions_by_outcome"].tally.hash]}  # fmt: skip
    assert sessions == {"held": 1323, "no_show": 141, "cancelled": 88}


def test_no_number_of_91_persons_rounds_to_6_percent() -> None:
    assert 6 not in {rounded_percent(n, 91, 0) for n in range(92)}


def test_percentages_are_rounded_half_up_and_only_once() -> None:
    assert rounded_percent(1, 8, 0) == 13
    assert rounded_percent(145, 1000, 0) == 15
    assert rounded_percent(1449, 10000, 0) == 14
    assert rounded_percent(57, 91, 1) == 62.6
    assert rounded_percent(0, 0, 1) is None
