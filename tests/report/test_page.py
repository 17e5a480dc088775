"""The page: escaped, alone, readable; in a real browser where there is one."""

import csv
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from features.pseudonym import code
from jobs.report import exports
from jobs.report.charts import short
from jobs.report.day_graph import picture
from jobs.report.fairness import Fairness, Treated
from jobs.report.night import Lead
from jobs.report.page import as_html, innocent
from models.groups import SMALL
from tests.report.example import HOSTILE, night

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Nesting(HTMLParser):
    """Every opened element is closed in order; ids are unique; every inner link leads somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        given = dict(attrs)
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        if str(given.get("href", "")).startswith("#"):
            self.links.add(str(given["href"])[1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(page: str) -> Nesting:
    nesting = Nesting()
    nesting.feed(page)
    assert nesting.open == []
    return nesting


def test_the_page_is_well_formed_and_its_links_lead_somewhere() -> None:
    found = parsed(as_html(night()))
    assert found.links <= set(found.ids)
    assert all(times == 1 for times in found.ids.values())
    assert found.tags["article"] == 3


def test_hostile_names_are_text() -> None:
    hostile = replace(night(), site=HOSTILE, warnings=(HOSTILE,), silent=(HOSTILE,), missed=(HOSTILE,))
    page = as_html(hostile)
    assert parsed(page).tags["script"] == 0
    assert "&lt;script&gt;" in page


def test_the_page_asks_nobody_for_anything() -> None:
    page = as_html(night())
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "@import" not in page
    assert "url(http" not in page


def test_every_bar_ends_where_the_next_begins() -> None:
    lead = night().leads[0]
    page = as_html(night())
    parts = re.findall(r'class="part" x="([\d.]+)" y="2" width="([\d.]+)" height="10"', page)[: len(lead.reasons)]
    for (begin, wide), (after, _) in pairwise(parts):
        assert float(begin) + float(wide) == pytest.approx(float(after), abs=0.11)
    assert sum(reason.part for reason in lead.reasons) == pytest.approx(lead.risk)


def test_what_is_new_is_said_in_words_and_shape() -> None:
    drawn = str(picture(night().leads[0]))
    assert drawn.count("NEW · ") == drawn.count('class="new"') == 6
    assert drawn.count("<polygon") == 5, "a medium known before; a sort of file and an address that are new"
    assert str(picture(night().leads[2])) == ""


def test_new_ways_are_not_called_the_first_ever() -> None:
    page = as_html(night())
    assert "NEW</strong>: not gone before the last fortnight" in page
    assert "never gone" not in page
    assert "NEW: not there in the half year before" in page
    assert "never there" not in page


def test_a_day_of_many_places_is_drawn_in_part_and_says_so() -> None:
    lead = night().leads[0]
    many = replace(lead, places=tuple(replace(lead.places[0], name=f"Door {n}") for n in range(40)), moves=())
    assert "and 24 more places" in str(picture(many))


@pytest.mark.parametrize("leads", [(), (Lead(1, 5, 0.0, 0.0, 1.0, "7", None),)])
def test_a_list_of_nobody_or_without_reasons_renders(leads: tuple[Lead, ...]) -> None:
    parsed(as_html(replace(night(), leads=leads, previous=None, gone=(), unscored={}, silent=(), warnings=())))


@pytest.mark.parametrize("hostile", ["=1+1", "+1", "-1", "@A1", "\t=1", "  =1"])
def test_no_cell_is_a_formula(hostile: str) -> None:
    lead = replace(night().leads[0], role=hostile)
    (_, line) = csv.reader(io.StringIO(exports.as_csv(replace(night(), leads=(lead,)))))
    assert line[2] == "'" + hostile


def test_json_says_what_the_page_says() -> None:
    told = json.loads(exports.as_json(night()))
    assert [lead["code"] for lead in told["leads"]] == [lead.code for lead in night().leads]
    assert told["expected_innocent_leads"] == 1.7
    assert told["unscored"]["too little history"] == [code(11), code(12), code(13)]


@pytest.mark.parametrize(
    ("expected", "said"), [(None, "–"), (0.3, "fewer than 1 of 3"), (1.7, "about 2 of 3"), (2.9, "all 3 may be")]
)
def test_expected_innocent_leads_are_said(expected: float | None, said: str) -> None:
    assert innocent(replace(night(), innocent=expected)) == said


@pytest.mark.parametrize(
    ("value", "said"), [(None, "–"), (0.0, "0"), (2.345, "2.35"), (48_200.0, "48,200"), (3.2e7, "32.0 M"), (0.5, "0.5")]
)
def test_figures_have_no_more_digits_than_they_deserve(value: float | None, said: str) -> None:
    assert short(value) == said


@pytest.mark.parametrize(("person", "said"), [(0, "P-0000-0000"), (-1, "P-ZZZZ-ZZZZ"), (1 << 24, "P-0000-0001")])
def test_codes(person: int, said: str) -> None:
    assert code(person) == said


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no Chromium with its driver on this machine: apt-get install chromium chromium-driver")
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1120,1600"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = Chrome(options=options, service=ChromeService(driver))
    yield running
    running.quit()


@pytest.mark.parametrize("width", [1120, 420])
def test_a_browser_shows_it_without_complaint(browser: Any, tmp_path: Path, width: int) -> None:
    page = tmp_path / "report.html"
    page.write_text(as_html(night()), encoding="utf-8")
    browser.set_window_size(width, 1600)
    browser.get(page.as_uri())
    assert browser.get_log("browser") == []
    assert browser.title == "Risk list 2026-03-30 · Example Works"
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    shown = browser.find_element("id", "lead-1").text
    assert "Entered 4 zones not entered before the last fortnight" in shown
    drawn = browser.find_element("css selector", "#lead-1 svg.day").rect
    assert drawn["width"] > 300
    # Nothing but the list's own table may be wider than the page.
    assert browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_how_groups_are_treated_is_a_section_of_its_own() -> None:
    rate, word = (0.042, 0.03, 0.0551), (1.0, 0.7, 1.4)
    told = (
        Treated("shift", HOSTILE, 12, True, rate, (2.25, 1.5, None), word),
        Treated("role", "guard", 7, True, rate, (None, 3.0, None), (None, None, None)),
        Treated("role", "clerk", 9, False, rate, (1.1, 0.8, 1.5), (1.8, 1.2, 2.6)),
        Treated("tenure", "over 5 years", 40, True, rate, (0.5, 0.2, 0.9), (0.4, 0.1, 0.8)),
        Treated("tenure", "under a year", 5, False, rate, (1.2, 0.9, 1.4), word),
    )
    example = replace(night(), fairness=Fairness(night().day, night().day, told, {"role": 0.0, HOSTILE: 0.444}))
    page = as_html(example)
    assert parsed(page).tags["script"] == 0
    assert "4.2 % (3.0 % – 5.5 %)" in page
    assert "2.25 × (1.50 × – –) <strong>▲ more</strong></td><td>1.00 (0.70 – 1.40)</td>" in page
    assert "nobody else is led to <strong>▲ more</strong></td><td>nobody scored</td>" in page
    assert "1.10 × (0.80 × – 1.50 ×)</td><td>1.80 (1.20 – 2.60) <strong>▲ too often</strong></td>" in page
    assert "<strong>▽ less</strong></td><td>0.40 (0.10 – 0.80) <strong>▽ too rarely</strong></td>" in page
    assert "role 0.00, " in page
    assert " 0.44.</p>" in page
    # The pool of groups too small to be told is a mixture of people and no group: nothing is marked in it.
    assert Treated("role", SMALL, 6, False, rate, (1.1, 0.8, 1.5), (1.8, 1.2, 2.6)).misjudged == ""
    # Whoever prints the page has what is marked; all others are folded away.
    folded = page.split("The other groups: 1</summary>")[1]
    assert "under a year" in folded
    assert not [group for group in ("guard <", "clerk <", "over 5 years") if group in folded]
    calm = as_html(replace(example, fairness=Fairness(night().day, night().day, told[-1:], {})))
    assert "None surely differs from everybody else" in calm
    assert "demographic parity" not in calm
    assert "How the lists treat groups" not in as_html(night())


def test_what_had_changed_for_everybody_is_told() -> None:
    assert "<strong>Crowds</strong>: left out in 2" in as_html(replace(night(), crowds="left out in 2 zones"))
    assert "<strong>Habits of everybody</strong>: 3 of 9" in as_html(replace(night(), drift="3 of 9 figures changed"))
    assert "Habits of everybody" not in as_html(night())
