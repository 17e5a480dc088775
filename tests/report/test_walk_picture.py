"""The walk of a lead on the site's graph: readable without colour, hostile names harmless, large days cut."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from jobs.report.walk import LeftOut, Unread
from jobs.report.walk_picture import LEFT_OUT, MOST, picture
from tests.report.example import HOSTILE, at, night

TAILGATED = (("Pump hall", "Cable cellar", 2), ("Inner store", "B2", 1))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**changes: object) -> ElementTree.Element:
    told = night("Archive")
    lead = replace(told.leads[0], **changes)
    return ElementTree.fromstring(str(picture(lead, told.graph)).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def test_new_ways_are_thick_and_dashed_and_say_so() -> None:
    root, lead = drawn(), night("Archive").leads[0]
    looks = [path.get("class") for path in root.iter(f"{SVG}path") if path.get("class")]
    assert looks.count("way new-way") == sum(way.is_new for way in lead.ways) == 6
    assert looks.count("way") == 6
    assert sum("NEW" in text for text in texts(root)) == 6


def test_ways_are_numbered_in_the_order_of_the_day_and_detours_named() -> None:
    told = texts(drawn())
    assert [text.split()[0] for text in told if text[0].isdigit()] == [str(n) for n in range(1, 13)]
    assert "4 2× NEW DETOUR" in told


def test_zones_show_their_area_by_shape_their_consequence_and_their_rules() -> None:
    lead = night("Archive").leads[0]
    into = replace(lead.ways[-1], origin="B2", target="Inner store")
    root = drawn(ways=(*lead.ways, into))
    shapes = {polygon.get("class"): (polygon.get("points") or "").count(",") for polygon in root.iter(f"{SVG}polygon")}
    assert shapes == {"zone protected": 4, "zone vital": 4, "zone inner": 5}
    assert {"Inner store · 8", "two person", "outside · 1"} <= set(texts(root))


def test_doors_between_these_zones_that_were_not_used_are_thin_lines() -> None:
    lead = night("Archive").leads[0]
    assert len(list(drawn().iter(f"{SVG}line"))) == 0
    assert (
        len(list(drawn(ways=tuple(way for way in lead.ways if way.origin != "Cable cellar")).iter(f"{SVG}line"))) == 1
    )


def test_a_long_day_keeps_what_is_new_and_says_what_it_left_out() -> None:
    lead = night("Archive").leads[0]
    known = tuple(replace(lead.ways[0], target=f"Z{n}") for n in range(40))
    root = drawn(ways=(*known, *(way for way in lead.ways if way.is_new)))
    looks = [path.get("class") for path in root.iter(f"{SVG}path") if path.get("class")]
    assert (len(looks), looks.count("way new-way")) == (MOST, 6)
    assert "and 22 more ways, none of them new: see the table" in texts(root)


def test_a_missing_read_is_dotted_and_says_so_also_where_the_way_was_read_another_time() -> None:
    lead = night("Archive").leads[0]
    through, beside = (Unread(a, b, n, at(19, 30), at(19, 40), ("B2",)) for a, b, n in TAILGATED)
    root = drawn(unread=(through, beside))
    dotted = [path for path in root.iter(f"{SVG}path") if path.get("class") == "way no-read"]
    assert len(dotted) == 2
    assert [text for text in texts(root) if "no read" in text] == ["no read 2×", "no read"]
    drawn_at = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("d")]
    assert len(drawn_at) == len(set(drawn_at)), "lines upon each other"
    assert str(picture(replace(lead, ways=(), unread=(through,)), None)).count("no-read") == 1
    assert "no read, seen at B2 19:30, 2×" in "".join(root.itertext())


def test_a_reader_in_doubt_is_named_instead_of_the_person_s_missing_read() -> None:
    way = Unread("B2", "outside", 1, at(19, 30), at(19, 30), ("B2",), in_doubt=True)
    root = drawn(unread=(way,))
    assert [text for text in texts(root) if "read" in text] == ["reader in doubt"]


def test_a_day_that_leaves_out_every_way_is_drawn_all_the_same() -> None:
    root = drawn(ways=(), unread=(), left_out=(LeftOut("outside", "Pump hall", 40, 60),))
    assert "left out" in texts(root)


def test_usual_ways_left_out_are_thin_and_dashed_and_only_the_most_usual() -> None:
    left = tuple(LeftOut("B2", f"Z{n}", 50 - n, 60) for n in range(LEFT_OUT + 1))
    root = drawn(left_out=left)
    assert [path.get("class") for path in root.iter(f"{SVG}path")].count("left-out") == LEFT_OUT
    assert texts(root).count("left out") == LEFT_OUT
    assert "Z0 · 1" in texts(root)
    assert f"Z{LEFT_OUT} · 1" not in texts(root)


def test_without_a_graph_the_walk_is_drawn_all_the_same() -> None:
    assert "<path class=" in str(picture(night("Archive").leads[0], None))
    assert str(picture(night().leads[2], night().graph)) == ""


@pytest.mark.parametrize("zone", [HOSTILE, 'a"b', "x" * 60])
def test_a_hostile_zone_is_text(zone: str) -> None:
    root = drawn(ways=(replace(night().leads[0].ways[0], target=zone),))
    assert not list(root.iter(f"{SVG}script"))
