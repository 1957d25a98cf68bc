"""What a peer's script is made of: named steps that look at what KSeF answered.

A step is a function that is given the place to talk to. It passes when it
returns and fails when it raises; the others still run.
"""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_steps: list[tuple[str, Callable[[Any], None]]] = []


def step(name: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register the decorated function under a name that says what it shows."""

    def register(function: Callable[[Any], None]) -> Callable[[Any], None]:
        _steps.append((name, function))
        return function

    return register


def run(place: Any) -> int:
    """Run all steps in order of appearance, a line each; return the exit code."""
    failed = 0
    for name, function in _steps:
        began = time.monotonic()
        try:
            function(place)
            verdict = "ok  "
        except Exception:
            failed += 1
            verdict = "FAIL"
            print(traceback.format_exc(), end="")
        print(f"{verdict} {time.monotonic() - began:5.2f}s  {name}", flush=True)
    print(f"{len(_steps) - failed} passed, {failed} failed")
    return 1 if failed or not _steps else 0


def equal(got: object, want: object, what: str) -> None:
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def between(low: Any, got: Any, high: Any, what: str) -> None:
    if not low <= got <= high:
        raise AssertionError(f"{what}: got {got!r}, want {low!r} to {high!r}")


@contextmanager
def refused(error: type[Exception], **attributes: object) -> Iterator[None]:
    """Expect exactly this class of error, with these attributes."""
    try:
        yield
    except error as exc:
        equal(type(exc).__name__, error.__name__, "class of the error")
        for name, want in attributes.items():
            equal(getattr(exc, name), want, f"{name} of {exc}")
        return
    raise AssertionError(f"not refused, want {error.__name__} with {attributes}")
