"""Which reasons a lead is told by, and in which order."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from expectations.gold_day import PLACE_DAY
from expectations.gold_together import MEMBER
from features.pseudonym import code
from jobs import drivers, reasons
from jobs.consequence import Weights
from jobs.days import Days
from jobs.lake import Lake
from jobs.reasons import SPOKEN
from tests.report.conftest import rows

DAY = date(2026, 3, 30)
NAMES = ("after_hours", "web_events", "mail_outside", reasons.GROUPED)
CHANNELS = [(name, "") for name in NAMES]
FRIEND, LONER = 7, 8


class Members(list):
    def select(self, *names):
        assert names == ("person", "day")
        return self

    def collect(self):
        return self


@pytest.fixture
def told(monkeypatch):
    squares = {DAY: np.array([9.0, 8.0, 7.0, 2.0])}
    monkeypatch.setattr(reasons, "remembered", lambda *_: {FRIEND: squares, LONER: squares})
    monkeypatch.setattr(reasons, "families_of", lambda names: names)

    def read(table, days):
        assert table is MEMBER
        assert DAY in days
        return Members([{"person": FRIEND, "day": DAY}])

    both = reasons.Leads(DAY, np.array([FRIEND, LONER]), np.array([[9.0, 8.0, 7.0, 2.0]] * 2))
    found, _ = reasons.chosen(SimpleNamespace(read=read), [both], CHANNELS, None, 5.0, Days.one(DAY))
    return {person: [r.channel for r in found if r.person == person] for person in (FRIEND, LONER)}


def test_the_group_of_a_member_is_among_the_first_three_reasons(told):
    assert told[FRIEND] == ["after_hours", "web_events", reasons.GROUPED, "mail_outside"]


def test_company_without_a_group_keeps_its_place(told):
    assert told[LONER] == list(NAMES)


def test_a_day_strange_in_many_things_is_told_with_the_strangest_however_grave_the_place(monkeypatch):
    """At a zone of consequence 5 two bits at a door weigh a hundred squares; three bits of log-offs weigh nine."""
    names = ("badge_first", "logoffs", "minutes_on", "mail_bytes", "doors", "ecod")
    nights = {DAY: np.array([100.0, 9.0, 0.0, 1.0, 25.0, 400.0])}
    monkeypatch.setattr(reasons, "remembered", lambda *_: {LONER: nights})
    weight = Weights(np.array([DAY], dtype="datetime64[D]"), np.array([LONER]), np.array([5.0]))
    lake = SimpleNamespace(read=lambda *_: Members())
    lead = reasons.Leads(DAY, np.array([LONER]), np.array([[3.0, 3.0, 0.0, 3.0, 3.0, 9.0]]))
    found, _ = reasons.chosen(lake, [lead], [(name, "") for name in names], weight, 5.0, Days.one(DAY))
    told = {reason.channel: reason for reason in found}
    assert told["ecod"].foremost == ("logoffs", "badge_first", "mail_bytes")
    assert told["logoffs"].foremost == ()
    row = drivers.spoken(told["ecod"], {}, {})
    assert row["sentence"].startswith(
        "The day as a whole departs from this person's own habits, in many things at once."
    )
    assert (
        "Foremost: " + "; ".join(SPOKEN[name].headline.rstrip(".") for name in told["ecod"].foremost) in row["sentence"]
    )


@pytest.fixture
def of_an_old_night(monkeypatch):
    """What a list tells by channel, as (part, night), of what was seen 20 nights ago and tonight, under a half-life."""
    before = DAY - timedelta(days=20)
    seen = {before: np.array([99.0, 0.0, 3.0, 0.0]), DAY: np.array([0.0, 8.0, 1.0, 0.0])}
    monkeypatch.setattr(reasons, "families_of", lambda names: names)

    def told(half_life, nights=seen):
        monkeypatch.setattr(reasons, "remembered", lambda *_: {LONER: nights})
        lake = SimpleNamespace(read=lambda *_: Members())
        lead = reasons.Leads(DAY, np.array([LONER]), np.array([[9.0, 8.0, 0.5, 0.0]]))
        found, rest = reasons.chosen(lake, [lead], CHANNELS, None, half_life, Days.one(DAY))
        return {r.channel: (r.part, r.seen_on) for r in [*found, *rest]}

    return before, told


def test_what_is_too_long_ago_is_not_told_as_tonights(of_an_old_night):
    _, told = of_an_old_night
    assert told(half_life=5.0) == {"web_events": (8.0, DAY), "mail_outside": (0.5, DAY), "other": (9.0, DAY)}
    assert told(half_life=5.0, nights={}) == {"other": (17.5, DAY)}


def test_a_site_that_forgets_slowly_is_told_of_older_nights(of_an_old_night):
    before, told = of_an_old_night
    assert told(half_life=14.0) == {
        "after_hours": (9.0, before),
        "web_events": (8.0, DAY),
        "mail_outside": (0.5, DAY),  # 3 squared bits of then are 0.4 now
    }


@pytest.mark.parametrize(("half_life", "nights"), [(0.1, 1), (5.0, 15), (14.0, 42), (1e9, 60)])
def test_nights_looked_back_are_three_half_lives_and_bounded(half_life, nights):
    assert len(list(reasons.remembering(Days.one(DAY), half_life))) == nights


def test_the_place_that_a_sentence_names_is_among_its_evidence_however_late(spark, tmp_path):
    walked = {"person": LONER, "day": DAY, "source": "access", "kind": "move", "off_hours": 0, "night": 0}
    walked |= {"days_seen": 0, "is_new": True, "known_days": 90, "events": 1}

    def move(place, bits, hour, minute, *evidence):
        when = datetime(2026, 3, 30, hour, minute)  # noqa: DTZ001 - Spark takes naive UTC
        return {**walked, "place": place, "bits": bits, "first_at": when, "last_at": when, "evidence": list(evidence)}

    ordinary = [move(f"hall → room {n:02}", 1.0, 8, n, 2 * n, 2 * n + 1) for n in range(15)]
    day = [*ordinary, move("yard → vault", 9.0, 23, 40, 99), move("gate → yard", 5.0, 7, 0, 98)]
    lake = Lake(spark, tmp_path / "lake")
    lake.write(PLACE_DAY, rows(spark, PLACE_DAY, *day), Days.one(DAY))
    wanted = spark.createDataFrame([(LONER, DAY)], "person long, day date")
    events, named = drivers.evidence_of(lake, wanted, ["moves_new"])[LONER, DAY, "moves_new"]
    assert named[:2] == ["yard → vault", "gate → yard"]
    assert events == [98, *range(18), 99], "twenty, earliest first"


def test_the_zones_of_a_rule_and_the_other_person_are_told_to_who_reads_the_reason(spark, tmp_path):
    seen = {"person": LONER, "day": DAY, "source": "access", "off_hours": 0, "night": 0, "days_seen": 0}
    seen |= {"is_new": True, "known_days": 90, "events": 1, "evidence": []}
    partner, stranger = 2**62 + 5, -7
    grave = {"a": 9, "b": 60, "c": 6, "d": 3}
    alone = [{**seen, "kind": "two_person", "place": zone, "grave_alone": n} for zone, n in grave.items()]
    rounds = [{**seen, "kind": "due", "place": zone, "due": 1} for zone in ("yard", "hut")]
    others = [
        {**seen, "kind": "partner", "place": str(partner), "shared": 900, "changed": 0, "bits": 3.0},
        {**seen, "kind": "partner", "place": str(stranger), "shared": 60, "changed": 1, "bits": 0.0},
        {**seen, "kind": "passage", "place": str(stranger), "passages": 4},
        {**seen, "kind": "style", "place": str(partner), "bits": 2.0},
        {**seen, "kind": "zone", "place": "vault", "evidence": [7, 8]},
        {**seen, "kind": "circle", "place": str(partner), "tied": 0.1, "heavy": 3.0, "dominated": 0.9},
        {**seen, "kind": "group", "place": str(partner), "bits": 8.0},
    ]
    lake = Lake(spark, tmp_path / "lake")
    lake.write(PLACE_DAY, rows(spark, PLACE_DAY, *alone, *rounds, *others), Days.one(DAY))
    wanted = spark.createDataFrame([(LONER, DAY)], "person long, day date")
    channels = [b.name for b in SPOKEN.values() if b.family == "together" and b.source == "access"]
    behind = drivers.evidence_of(lake, wanted, channels)

    def told(channel):
        reason = reasons.Reason(DAY, LONER, 1, channel, 1.0, 1.0, DAY)
        return drivers.spoken(reason, {}, behind)["sentence"].partition("Foremost")[2]

    assert told("alone_of_two") == " of 4: b; a; c."
    assert told("zones_skipped") == ": hut; yard."
    assert told("partners") == told("partners_new") == f": {code(partner)}; {code(stranger)}."
    assert told("partners_changed") == told("lockstep") == f": {code(stranger)}."
    assert told("partner_same") == told("style_of_another") == told("company_unexplained") == f": {code(partner)}."
    assert told("circle_tied") == told("circle_dominated") == f": {code(partner)}."
    assert told("alone_forbidden") == told("unescorted") == told("alone_after_two_badges") == ""
    assert behind[LONER, DAY, "style_of_another"][0] == [7, 8], "the reads by which the style was told"
