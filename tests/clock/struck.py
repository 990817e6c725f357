"""A process that is struck by signals while it waits. Ends with 0; hangs, or fails, when a strike does harm."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from newsletter.clock import StopSignal, SystemClock

Make = Callable[[], threading.Event]
MAKES: dict[str, Make] = {"StopSignal": StopSignal, "Event": threading.Event}
SHORT, SHORTEST = 0.005, 0.00002


def strike_each_step(make: Make, action: Callable[[threading.Event], object]) -> int:
    """Do `action` again and again, each time struck one step of the interpreter later; how many steps there are."""
    step = 0
    while True:
        step += 1
        stop, taken, struck = make(), 0, False

        def on_signal(_number: int, _frame: FrameType | None, stop: threading.Event = stop) -> None:
            stop.set()

        def trace(frame: FrameType, event: str, _: object, step: int = step) -> object:
            nonlocal taken, struck
            frame.f_trace_opcodes = True
            taken += event == "opcode"
            if taken == step and not struck:
                struck = True
                signal.raise_signal(signal.SIGTERM)
            return trace

        signal.signal(signal.SIGTERM, on_signal)
        sys.settrace(trace)  # type: ignore[arg-type]
        try:
            action(stop)
        finally:
            sys.settrace(None)
        if not struck:
            return step - 1
        assert stop.is_set()
        assert stop.wait(0)


def strike_often(make: Make, rounds: int) -> None:
    """Wait in short waits, as a run does, until a signal comes; and again."""
    clock, stops = SystemClock(), [make()]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stops[-1].set())
    print("ready", flush=True)
    for _ in range(rounds):
        while not clock.wait(SHORTEST, stops[-1]):
            pass
        stops.append(make())
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main(how: str, kind: str, rounds: str = "0") -> None:
    faulthandler.dump_traceback_later(50, exit=True)
    make = MAKES[kind]
    if how == "often":
        strike_often(make, int(rounds))
    else:
        waits = strike_each_step(make, lambda stop: stop.wait(SHORT))
        sets = strike_each_step(make, lambda stop: stop.set())
        print(waits, sets)


if __name__ == "__main__":
    main(*sys.argv[1:])
