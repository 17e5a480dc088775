"""Whichever gate stops a night, the last good list says so, and so does the status."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from expectations.errors import GateFailed
from expectations.silver import LEDGER
from jobs import status
from jobs.catalog import job
from jobs.context import Context
from jobs.days import Days
from jobs.night import steps
from jobs.report import publish
from tests.report.conftest import FIRST, SECOND

CONFORM = replace(job("conform"), entry=f"{__name__}:written", gate=(LEDGER,))


def written(context: Context, days: Days) -> None:
    """A job whose tables are there: its gate is what is tested."""


def lost(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "silver": row["rows"] - 1}


def test_a_gate_long_before_the_list_marks_it_stale(context: Context, change: Callable[..., None]) -> None:
    change(context, LEDGER, lost)
    with pytest.raises(GateFailed, match="every landed row") as failed:
        steps(context, [(CONFORM, Days.one(SECOND)), (job("risk_list"), Days.one(SECOND))])
    assert failed.value.day == SECOND
    root = context.settings.published
    mark = publish.stale(root)
    assert mark is not None
    assert (mark["day"], mark["last_good"]) == (str(SECOND), str(FIRST))
    assert mark["reasons"] == list(failed.value.reasons)
    assert "silver.ledger: “every landed row" in mark["reasons"][0]
    assert f"Stale: the night of {SECOND} was stopped" in (root / publish.DOOR).read_text()
    state = status.look(context.lake, root)
    assert any(f"the night of {SECOND} was stopped: silver.ledger" in line for line in status.stale(state))
    assert status.step(state).startswith(f"postern night --day {SECOND}")


def test_an_old_night_that_a_gate_stops_leaves_a_newer_list_unmarked(
    context: Context, change: Callable[..., None]
) -> None:
    root = context.settings.published
    publish.publish(root, SECOND, publish.stage(root, SECOND, {"report.html": "the second night"}))
    broken = context.lake.read(LEDGER, Days.one(FIRST)).selectExpr(
        *("rows - 1 AS silver" if name == "silver" else name for name in LEDGER.names)
    )
    context.lake.write(LEDGER, broken.localCheckpoint(), Days.one(FIRST))
    with pytest.raises(GateFailed):
        steps(context, [(CONFORM, Days.one(FIRST))])
    assert publish.stale(root) is None
    assert "Stale" not in (root / publish.DOOR).read_text()
    change(context, LEDGER, lost)
    with pytest.raises(GateFailed) as failed:
        steps(context, [(CONFORM, Days.through(FIRST, SECOND))])
    assert failed.value.day == FIRST, "of a range the first night that broke"
    assert publish.stale(root) is None
