"""The page of figures is set from what was measured, and nothing beside its tables is touched."""

from collections import Counter

import pytest

from benchmarks.plants import facilities
from benchmarks.quality import PAGE, SECTIONS, between
from benchmarks.tables import attacks, calm, cert, facility, rivals, told
from models.evaluate import KS
from simulation.scenarios import LIBRARY


def figures(at_five: float) -> dict[str, object]:
    shares = {name: {str(k): at_five for k in KS} for name in ("night_recall", "person_recall")}
    bounds = {name: {str(k): (0.1, 0.9) for k in KS} for name in ("night_interval", "person_interval")}
    rates = {name: at_five for name in ("recall_at_fpr", "recall_at_1_fpr", "auc")}
    rates |= {f"{name}_interval": (0.1, 0.9) for name in rates}  # type: ignore[misc]
    return {"insiders": 2, "person_days": 7, **shares, **bounds, **rates}


FOUND = {
    group: {"Postern": figures(0.5), "ours, but worse": figures(0.2), "ours, but worse + acc": figures(0.3)}
    for group in ("1", "2", "1+3")
}
LEADS = {"kind": "quiet", "nights": 20, "innocent": 90, "announced": 100.0, "named": 3}


def test_a_table_takes_the_place_between_its_marks() -> None:
    page = "before\n<!-- cert -->\nold\n<!-- end of cert -->\nafter\n"
    assert between(page, "cert", "new\n") == "before\n<!-- cert -->\nnew\n<!-- end of cert -->\nafter\n"


def test_the_page_has_every_mark() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(between(page, mark, "table") != page for mark in SECTIONS)


def test_a_page_without_the_marks_is_an_error() -> None:
    with pytest.raises(SystemExit, match="put them where the table goes"):
        between("no marks", "cert", "new")


def test_the_hard_scenario_comes_last() -> None:
    rows = cert(FOUND).splitlines()
    assert [row.split(" | ")[0].strip("| ") for row in rows[2:]] == ["1", "1 and 3", "2"]
    assert "0.50 [0.10, 0.90]" in rows[2]


def test_every_figure_has_its_interval() -> None:
    (_, *rest), *_ = ([cell.strip() for cell in row.strip("| ").split(" | ")] for row in cert(FOUND).splitlines()[2:])
    assert all("[" in cell for cell in rest[2:])
    assert rest[-1] == "0.500 [0.100, 0.900]"
    assert rivals(FOUND).splitlines()[2].endswith("| 0.500 [0.100, 0.900] | 0.50 [0.10, 0.90] |")


@pytest.mark.parametrize(
    ("figure", "bounds", "people", "cell"),
    [
        (1.0, (1.0, 1.0), 5, "1.00 [0.57, 1.00]"),  # Wilson's of 5 of 5
        (0.0, (0.0, 0.0), 19, "0.00 [0.00, 0.17]"),
        (1.0, (float("nan"), float("nan")), 1, "1.00 [0.21, 1.00]"),
        (0.5, (float("nan"), float("nan")), 1, "0.50"),  # half of one insider's days
        (1.0, (0.9, 1.0), 5, "1.00 [0.90, 1.00]"),
    ],
)
def test_where_every_draw_gives_all_or_none_the_interval_is_wilson_s(
    figure: float, bounds: tuple[float, float], people: int, cell: str
) -> None:
    assert told(figure, bounds, people) == cell


def test_of_a_rival_the_better_of_both_is_told() -> None:
    rows = rivals(FOUND).splitlines()[2:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == ["Postern", "ours, but worse + acc"]


def test_plants_are_told_by_kind_and_together() -> None:
    plant = {
        **{"kind": "tailgater", "group": "unauthorised access", "nights": 2, "named": None, "best": 1},
        **{"reasons": [], "chance": 0.25, "own": 2},
    }
    told = facility({"plants": [plant, {**plant, "nights": None}], "leads": [{**LEADS, "kind": "planted"}]})
    assert "| tailgater | 2 | 0.50 [0.09, 0.91] | 0.25 | 0.00 [0.00, 0.66] | 1.00 [0.34, 1.00] | 2 |" in told
    assert "| planted | 1 | 20 | 90 | 100.0 | 0.90 [0.90, 0.90] | 3 |" in told


def test_disturbed_days_stand_beside_calm_ones() -> None:
    disturbed = {"leads": {**LEADS, "kind": "readers"}, "warnings": 4, "spotted": True, "upheavals": 1, "resting": 2}
    outage = {**disturbed, "leads": {**LEADS, "kind": "outage"}, "spotted": None}
    told = calm({"leads": [LEADS], "disturbed": [disturbed, outage]})
    readers = "every failing reader doubted in 1 of 1 runs; 2 leads name a failing reader or a way through its door"
    assert f"readers: 4 warnings; 1 nights told as upheavals; {readers}." in told
    assert "outage: 4 warnings; 1 nights told as upheavals." in told
    assert "| quiet | 1 |" in told


def test_attacks_keep_their_own_columns() -> None:
    assert attacks([{"attack": "at once", "champion": "0.3"}]).splitlines()[0] == "| attack | champion |"


def test_every_kind_is_planted_as_often_as_any_other() -> None:
    dealt = list(facilities(["planted", "quiet"], 1, 6, 2, 4, [scenario.name for scenario in LIBRARY]))
    planted = [kinds for kind, _, kinds in dealt if kind == "planted"]
    assert Counter(name for kinds in planted for name in kinds) == {scenario.name: 2 for scenario in LIBRARY}
    assert max(map(len, planted)) <= 4
    assert [(kind, seed) for kind, seed, kinds in dealt if not kinds] == [("quiet", 1), ("quiet", 2)]


def test_only_the_kinds_that_are_asked_for_are_planted() -> None:
    dealt = facilities(["planted"], 1, 20, 0, 2, ["tailgater", "route_scout"])
    assert [kinds for _, _, kinds in dealt] == [("tailgater", "route_scout")] * 20
