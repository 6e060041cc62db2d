"""Whoever tries again and again waits; nobody is shut out; nothing is remembered of anybody."""

from starlette.requests import Request

from ansim.web.patience import MOST_SENDERS, Patience


def request(host: str = "192.0.2.1") -> Request:
    return Request({"type": "http", "client": (host, 1), "headers": []})


class Time:
    def __init__(self) -> None:
        self.now, self.waits = 0.0, list[float]()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_the_first_tries_are_free_and_the_next_ones_wait() -> None:
    time = Time()
    patience = Patience(3, 10.0, 2.0, clock=time.clock, sleep=time.sleep)
    assert [await patience.wait(request()) for _ in range(5)] == [False, False, False, True, True]
    assert time.waits == [2.0, 2.0]


async def test_another_sender_does_not_wait_for_the_first_and_time_heals() -> None:
    time = Time()
    patience = Patience(1, 10.0, clock=time.clock, sleep=time.sleep)
    await patience.wait(request())
    assert await patience.wait(request())
    assert not await patience.wait(request("192.0.2.2"))
    time.now = 20.0
    assert not await patience.wait(request())


async def test_it_keeps_digests_of_addresses_only_and_a_bounded_number() -> None:
    time = Time()
    patience = Patience(1, 10.0, clock=time.clock, sleep=time.sleep)
    for number in range(MOST_SENDERS + 5):
        await patience.wait(request(f"host-{number}"))
    assert len(patience._spent) == MOST_SENDERS
    assert all(len(key) == 16 and b"host" not in key for key in patience._spent)
