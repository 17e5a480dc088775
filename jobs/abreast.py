"""Steps that wait for nothing of each other, side by side: a session on small tables is mostly waiting."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 3
"""Enough to keep two cores busy while plans and commits are waited for; few enough for a large night's memory."""


def abreast(*steps: Callable[[], object]) -> None:
    """Run the steps, up to AT_ONCE at a time; when all have ended, the first failure, in the order given, is raised."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = [pool.submit(step) for step in steps]
    for done in begun:
        done.result()
