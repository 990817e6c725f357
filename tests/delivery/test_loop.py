"""One thread for all connections: what each waits for, and what is written for them together."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from newsletter.delivery import loop as module
from newsletter.delivery.loop import Aside, Loop, Work
from newsletter.errors import StoreTrouble
from newsletter.transport import Until
from newsletter.transport.waiting import DURABLE


class Pages:
    """A ledger that only counts."""

    def __init__(self) -> None:
        self.handed = 0
        self.written: list[int] = []
        self.threads: set[str] = set()
        self.busy = False
        self.trouble: Exception | None = None

    def hand_over(self) -> None:
        self.handed += 1

    def queued(self) -> bool:
        return self.handed > 0

    def flush(self, *, patient: bool = True) -> bool:
        if not patient and self.busy:
            return False
        if self.trouble is not None:
            raise self.trouble
        self.threads.add(threading.current_thread().name)
        if self.handed:
            self.written.append(self.handed)
            self.handed = 0
        return True


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


def durable(pages: Pages, times: int = 1) -> Work[None]:
    for _ in range(times):
        pages.hand_over()
        yield DURABLE


def test_what_many_hand_over_is_written_once() -> None:
    pages = Pages()
    assert Loop(pages, [durable(pages) for _ in range(10)]).join(10)
    assert pages.written == [10]


def test_what_nobody_waits_for_is_written_too() -> None:
    pages = Pages()

    def result() -> Work[None]:
        pages.hand_over()
        yield from ()

    assert Loop(pages, [result()]).join(10)
    assert pages.written == [1]


def test_what_nobody_waits_for_is_written_while_the_others_wait(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    pages = Pages()
    flush = pages.flush

    def written(*, patient: bool = True) -> bool:
        there.sendall(b"x")
        return flush(patient=patient)

    pages.flush = written  # type: ignore[method-assign]

    def result() -> Work[None]:
        pages.hand_over()
        assert (yield Until(here.fileno(), 10))

    assert Loop(pages, [result()]).join(10)
    assert pages.written == [1]


def test_nobody_passes_before_the_write() -> None:
    pages = Pages()
    seen: list[list[int]] = []

    def one() -> Work[None]:
        pages.hand_over()
        yield DURABLE
        seen.append(list(pages.written))

    Loop(pages, [one(), one()]).join(10)
    assert seen == [[2], [2]]


def test_a_wait_without_end_is_over_when_its_time_is(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    came: list[bool] = []

    def one() -> Work[None]:
        came.append((yield Until(here.fileno(), 0.02)))
        there.sendall(b"x")
        came.append((yield Until(here.fileno(), 10)))
        came.append((yield Until(here.fileno(), 10, writing=True)))

    assert Loop(Pages(), [one()]).join(10)
    assert came == [False, True, True]


def test_what_takes_long_is_done_aside_while_the_others_go_on() -> None:
    gone_on = threading.Event()
    who: list[object] = []

    def slow() -> Work[None]:
        who.append((yield Aside(lambda: (gone_on.wait(10), threading.current_thread().name))))

    def other() -> Work[None]:
        gone_on.set()
        who.append(threading.current_thread().name)
        yield from ()

    assert Loop(Pages(), [slow(), other()]).join(10)
    assert who == ["connections", (True, "connection")]


def test_what_goes_wrong_aside_is_raised_where_it_was_asked_for() -> None:
    caught: list[str] = []

    def broken() -> None:
        raise StoreTrouble("no")

    def one() -> Work[None]:
        try:
            yield Aside(broken)
        except StoreTrouble as trouble:
            caught.append(trouble.what)

    assert Loop(Pages(), [one()]).join(10)
    assert caught == ["no"]


def test_one_more_connection_while_others_work() -> None:
    added: list[Loop] = []
    ready, done = threading.Event(), threading.Event()

    def first() -> Work[None]:
        assert (yield Aside(lambda: ready.wait(10) and done.wait(10)))

    def second() -> Work[None]:
        done.set()
        yield from ()

    added.append(Loop(Pages(), [first()]))
    added[0].add(second())
    ready.set()
    assert added[0].join(10)
    assert done.is_set()


@pytest.mark.parametrize("busy", [True, False])
def test_a_slow_ledger_does_not_hold_up_the_connections(monkeypatch: pytest.MonkeyPatch, busy: bool) -> None:
    monkeypatch.setattr(module, "SLOW_SECONDS", 10.0 if busy else -1.0)
    pages = Pages()
    pages.busy = busy
    flush, gone_on = pages.flush, threading.Event()

    def slow(*, patient: bool = True) -> bool:
        if not patient:
            return flush(patient=False)
        assert gone_on.wait(10)
        return flush()

    pages.flush = slow  # type: ignore[method-assign]

    def other() -> Work[None]:
        for _ in range(3):
            yield Aside(lambda: None)
        gone_on.set()

    assert Loop(pages, [durable(pages), other(), durable(pages, 3)]).join(10)
    assert sum(pages.written) == 4
    assert "connection" in pages.threads


@pytest.mark.parametrize("slow", [-1.0, 1.0])
def test_a_ledger_that_breaks_is_heard_of(monkeypatch: pytest.MonkeyPatch, slow: float) -> None:
    monkeypatch.setattr(module, "SLOW_SECONDS", slow)
    pages = Pages()
    pages.trouble = ZeroDivisionError()
    loop = Loop(pages, [durable(pages)])
    with pytest.raises(ZeroDivisionError):
        loop.join(10)


def test_without_poll_it_works_as_well(
    monkeypatch: pytest.MonkeyPatch, ends: tuple[socket.socket, socket.socket]
) -> None:
    """As on Windows."""
    monkeypatch.setattr(module, "_poll", module._SelectPoll)
    test_a_wait_without_end_is_over_when_its_time_is(ends)
