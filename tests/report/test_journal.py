"""A publication killed at any step: whoever publishes next finishes what was committed and drops what was not."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from expectations.gold import RISK_LIST
from jobs import risk_list, status
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.report import journal, publish
from tests.report.conftest import FIRST, SECOND

NIGHT = Days.one(SECOND)


class Killed(BaseException):
    """As by a signal: nothing of ours may catch it."""


def files(risk: float) -> dict[str, str]:
    leads = [{"rank": 1, "person": "40", "risk_bits": risk}]
    return {publish.LIST: json.dumps({"leads": leads}), "report.html": f"risk {risk}"}


def told(root: Path, day: date) -> tuple[str, str]:
    """The list and the page in place, which must be of one run."""
    place = root / str(day)
    return json.loads((place / publish.LIST).read_text())["leads"][0]["risk_bits"], (place / "report.html").read_text()


def steps(root: Path, table: list[float]) -> Iterator[str]:
    """Publish SECOND with risk 2.0, step by step; `table` stands for the committed rows."""
    staged = publish.stage(root, SECOND, files(2.0))
    yield "staged"
    journal.begin(root, {SECOND: staged})
    yield "begun"
    table[:] = [2.0]
    yield "committed"
    place = root / str(SECOND)
    place.rename(root / f".{SECOND}.1.before")
    yield "the old one out of the way"
    staged.rename(place)
    yield "in place"
    publish.point(root, SECOND)
    yield "pointed at"


@pytest.mark.parametrize("killed_after", range(1, 7))
def test_files_and_table_agree_after_the_next_run(tmp_path: Path, killed_after: int) -> None:
    table = [1.0]
    publish.publish(tmp_path, SECOND, publish.stage(tmp_path, SECOND, files(1.0)))
    publish.replace(tmp_path / publish.LATEST, json.dumps({"day": str(FIRST)}))
    going = steps(tmp_path, table)
    for _ in range(killed_after):
        next(going)
    with journal.alone(tmp_path):
        journal.finish(tmp_path, lambda _: [(1, 40, table[0])])
    assert told(tmp_path, SECOND) == (table[0], f"risk {table[0]}")
    assert table == [1.0 if killed_after < 3 else 2.0]
    if table == [2.0]:
        assert publish.latest(tmp_path) == SECOND
    assert not journal.begun(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {str(SECOND), publish.LATEST, publish.DOOR, journal.LOCK}


@pytest.mark.parametrize("died_before", ["publish", "commit"])
def test_the_list_s_table_and_its_files_are_of_one_run(
    context: Context, monkeypatch: pytest.MonkeyPatch, died_before: str
) -> None:
    write, root = Lake.write, context.settings.published

    def dying(lake: Lake, table: object, *rest: object) -> None:
        if table is RISK_LIST:
            raise Killed
        write(lake, table, *rest)  # type: ignore[arg-type]

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if died_before == "publish":
            patched.setattr(publish, "publish", killed)
        else:
            patched.setattr(Lake, "write", dying)
        with pytest.raises(Killed):
            risk_list.run(context, NIGHT)
    assert not (root / str(SECOND)).exists()
    state = status.look(context.lake, root)
    assert list(state.begun) == [SECOND]
    assert any("has not ended" in sentence for sentence in status.stale(state))
    assert f"risk_list --day {SECOND}" in status.step(state)

    with journal.alone(root):
        risk_list.finish(context.lake, root)
    published = died_before == "publish"
    assert (root / str(SECOND)).exists() == published
    assert (context.lake.read(RISK_LIST, NIGHT).count() > 0) == published
    assert publish.latest(root) == (SECOND if published else FIRST)
    assert not status.look(context.lake, root).begun


def test_what_a_killed_run_committed_is_finished_by_the_run_of_another_night(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = context.settings.published
    shutil.rmtree(root / str(FIRST))

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(publish, "publish", killed)
        with pytest.raises(Killed):
            risk_list.run(context, NIGHT)
    risk_list.run(context, Days.one(FIRST))
    assert {day.name for day in root.iterdir() if day.is_dir()} == {str(FIRST), str(SECOND)}
    assert publish.latest(root) == SECOND
