"""The site told in a few lines, and drawn."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from expectations.errors import ConfigurationError
from feeds.site import Site
from jobs.report.site_picture import draw, lines
from jobs.site_graph import graph_of, summary

PROJECT = Path(__file__).resolve().parents[2]
SITE = Site.model_validate(
    {
        "site": {"name": "Harrow", "time_zone": "UTC"},
        "feeds": {"logon": {}},
        "zones": [
            {"name": "yard", "area": "protected", "consequence": 2},
            {"name": "vault", "area": "inner", "consequence": 8, "rules": ["two_person"], "material": "I"},
        ],
        "doors": [
            {"name": "G", "from": "outside", "to": "yard", "least_seconds": 5, "exit_reader": False},
            {"name": "V", "from": "yard", "to": "vault", "least_seconds": 20},
            {"name": "V2", "from": "yard", "to": "vault"},
            {"name": "E", "from": "vault", "to": "outside", "one_way": True},
        ],
    }
)


def test_the_summary_tells_what_a_declaration_came_to() -> None:
    assert summary(SITE) == [
        "Harrow: 3 zones and 4 doors. Every zone can be reached from outside, and left again.",
        "most reads between two zones: 2, from outside to vault",
        "longest quickest way: 5 s, from outside to yard",
        "doors one way: E",
        "doors left without a read: G",
        "doors without least_seconds, where no walk is too fast: E, V2",
        "vault: inner, consequence 8; two person; category I material",
    ]


def test_a_site_without_doors_is_told_what_it_goes_without() -> None:
    bare = SITE.model_copy(update={"doors": ()})
    assert any("left out" in line for line in summary(bare))
    with pytest.raises(ConfigurationError, match="declares no doors"):
        draw(bare, Path("site.svg"))


def test_the_picture_says_each_zone_with_its_consequence_and_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        draw(SITE, tmp_path / name)
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn == (tmp_path / "two.svg").read_bytes()
    texts = [text.text or "" for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    for wanted in ("yard · 2", "vault · 8", "two person", "V +1", "inner", "one way, as the arrow points"):
        assert any(wanted in text for text in texts), wanted


def test_turnstiles_in_and_out_are_an_arrow_each(tmp_path: Path) -> None:
    joined = ("T1", "outside", "hall", True), ("T2", "hall", "outside", True), ("T3", "hall", "outside", True)
    joined += ("D", "hall", "shop", False), ("E", "shop", "hall", True)
    doors = [{"name": name, "from": a, "to": b, "one_way": one_way} for name, a, b, one_way in joined]
    given = {"site": {"name": "Harrow", "time_zone": "UTC"}, "feeds": {"logon": {}}, "doors": doors}
    site = Site.model_validate(given)
    graph = graph_of(site)
    assert graph is not None
    told = [("".join(door.name for door in doors), doors[0].to_zone, both) for doors, both in lines(graph)]
    assert sorted(told) == [("DE", "shop", False), ("T1", "hall", True), ("T2T3", "outside", True)]
    draw(site, tmp_path / "site.svg")
    drawn = ElementTree.fromstring((tmp_path / "site.svg").read_bytes())
    texts = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"T1", "T2 +1", "D +1"} <= texts


def test_a_format_that_cannot_be_drawn_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"ends in one of \.svg, \.pdf, \.png\. Next: --draw site\.svg"):
        draw(SITE, tmp_path / "site.bmp")


def test_the_command_checks_and_draws_without_spark(tmp_path: Path) -> None:
    asked = ["site", "--site", str(PROJECT / "sites" / "example.yaml"), "--draw", str(tmp_path / "a" / "site.svg")]
    told = subprocess.run([sys.executable, "-m", "jobs", *asked], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Example Works: 3 zones and 2 doors.")
    assert (tmp_path / "a" / "site.svg").exists()
