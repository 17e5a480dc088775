"""Every behaviour can be said aloud, explained and computed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.gold_day import PLACE_DAY
from expectations.silver import PEOPLE
from features import catalog
from features.behaviour import Behaviour, daily
from features.catalog import (
    BEHAVIOURS,
    MODULES,
    PERSON_DAY,
    channels,
    defined,
    definition,
    fingerprint,
    found,
    page,
)  # fmt: skip
from features.figure import Figure
from features.person_day import on_days, person_day
from features.working_time import WorkingTime

HERE = Path(__file__).resolve().parents[2]


def test_there_are_at_least_forty_and_their_names_are_unique() -> None:
    assert len(BEHAVIOURS) >= 40
    assert len({behaviour.name for behaviour in BEHAVIOURS}) == len(BEHAVIOURS)


def test_every_module_that_declares_behaviours_is_listed() -> None:
    declaring = {path.stem for path in (HERE / "features").glob("*.py") if "\n@daily(" in path.read_text()}
    assert declaring == set(MODULES)


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
class TestEachBehaviour:
    def test_its_sentence_holds_the_figure_and_compares_it(self, behaviour: Behaviour) -> None:
        in_bits = bool(re.search(":(odds|times)}", behaviour.says))
        value, usual, peers = (9.0, 7.0, 5.0) if in_bits else (987.0, 321.0, 123.0)
        said = behaviour.says.format(value=Figure(value), usual=Figure(usual), peers=Figure(peers)).replace(",", "")
        assert said.endswith(".")
        assert "{" not in said
        assert ("bits" in behaviour.unit) == in_bits, "nobody reckons in bits"
        for figure in (usual, peers, *([] if behaviour.kind == "flag" else [value])):
            assert f"{2**figure if in_bits else figure:.0f}" in said or f"{100 * figure:.0f}%" in said

    def test_its_sentence_does_not_say_never_of_what_may_be_a_fortnight_old(self, behaviour: Behaviour) -> None:
        if "new(" in definition(behaviour.expression) or "new)" in definition(behaviour.expression):
            for said in (behaviour.says, behaviour.headline):
                assert not re.search("never|ever did|for the first time|not do before;", said)

    def test_its_documentation_is_a_sentence(self, behaviour: Behaviour) -> None:
        assert behaviour.doc[0].isupper() or behaviour.doc[0].isdigit()
        assert behaviour.doc.endswith(".")
        assert len(behaviour.innocent.split()) >= 2

    def test_quantities_without_events_are_not_applicable_and_counts_are_zero(self, behaviour: Behaviour) -> None:
        if behaviour.kind in ("count", "flag"):
            assert behaviour.absent == 0.0
        elif behaviour.source != "presence" and not behaviour.name.endswith("_rarest"):
            assert behaviour.absent is None

    def test_it_is_a_column_of_person_day_in_its_unit(self, behaviour: Behaviour) -> None:
        assert PERSON_DAY[behaviour.name].type == "double"
        assert PERSON_DAY[behaviour.name].unit == behaviour.unit


def test_all_are_computable_on_an_empty_frame(spark: SparkSession) -> None:
    nobody = on_days(spark.createDataFrame([], PEOPLE.schema()), WorkingTime())
    rows = spark.createDataFrame([], PLACE_DAY.schema())
    frame = person_day(rows, nobody, BEHAVIOURS, {"access", "logon", "mail", "media", "file", "web"})
    assert frame.columns == list(PERSON_DAY.names)
    assert frame.isEmpty()


def test_the_rows_behind_each_are_a_condition_on_place_day(spark: SparkSession) -> None:
    rows = spark.createDataFrame([], PLACE_DAY.schema())
    conditions = rows.select(*[behaviour.rows().alias(behaviour.name) for behaviour in BEHAVIOURS])
    assert {kind for _, kind in conditions.dtypes} == {"boolean"}


def test_a_behaviour_without_an_innocent_explanation_is_refused() -> None:
    declared = daily(
        source="access", family="places", unit="x", says="{value:.0f}.", innocent=" ", rows=BEHAVIOURS[0].rows
    )
    with pytest.raises(ValueError, match="'access_x' has no innocent"):

        @declared
        def access_x() -> None:  # type: ignore[arg-type]
            """Something."""


def test_the_fingerprint_follows_definitions_and_not_words(monkeypatch: pytest.MonkeyPatch) -> None:
    one, *_ = found("access")
    assert definition(one.expression) == "return total('events', DAY)"
    told = defined(one)
    assert dict(channels())[one.name] == told
    assert defined(replace(one, says="{value:.0f}.", doc="Other words.", innocent="chance")) == told
    assert defined(replace(one, tail="low")) != told
    assert defined(replace(one, once_known=True)) != told
    assert defined(replace(one, expression=BEHAVIOURS[0].expression)) != told
    before = fingerprint()
    monkeypatch.setattr(catalog, "VOCABULARY", (*catalog.VOCABULARY, 51))
    channels.cache_clear()
    assert (defined(one) != told, fingerprint() != before) == (True, True)
    monkeypatch.undo()
    channels.cache_clear()
    assert fingerprint() == before


def test_the_page_of_behaviours_is_fresh() -> None:
    assert (HERE / "docs" / "behaviours.md").read_text() == page(), (
        "run `python -m features.catalog > docs/behaviours.md`"
    )


def test_a_headline_is_one_sentence_in_one_line_and_names_no_file() -> None:
    for behaviour in BEHAVIOURS:
        assert behaviour.headline == " ".join(behaviour.headline.split())
        assert behaviour.headline.endswith(".")
        assert ". " not in behaviour.headline
        assert ".py" not in behaviour.headline, behaviour.name
