"""A model's life on a small lake: trained, compared on frozen nights, shadowed; and nobody in what MLflow holds."""

import hashlib
import logging
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import mlflow
import numpy as np
import pytest
from mlflow.tracking import MlflowClient

from expectations.errors import GateFailed, MissingState, RegistryError
from expectations.gold import CHANNEL, PLACE_VECTOR, RISK, SHADOW, SHADOW_STATE, SURPRISE
from expectations.gold_day import HABIT
from expectations.quality import PROMOTION
from features.catalog import PERSON_DAY, channels
from features.pseudonym import code
from jobs import attack, compare, experiment, fitting, promote, replay, risk, score, shadow, train, watched
from jobs.audit import SUPPLIED
from jobs.days import Days
from jobs.evidence import Evidence, evidence, keep
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.learned import Learned
from jobs.replay import replayed
from jobs.train import FROZEN_NIGHTS
from models import logbook, registry, succession
from models.champion import Champion
from models.check import Check, Ranked
from tests.nights.calm_nights import DAYS, EVERYBODY, FIRST, LEARNT, NAMES, SITE, THIEF, lived


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory):
    """Sixty nights and their champion."""
    return lived(spark, tmp_path_factory.mktemp("life"))


@pytest.fixture(scope="module")
def compared(context):
    """A challenger, trained as the weekly run would, and what the gate found."""
    due = train.due(context)
    train.run(context, due)
    compare.run(context, Days.one(DAYS.last))
    return due.last


def standing(context):
    return [succession.named(context.settings.mlflow, alias) for alias in ("champion", "challenger", "previous")]


def test_a_replay_is_what_the_night_published(context, monkeypatch):
    lake, day = context.lake, DAYS.last
    champion = registry.champion(context.settings.mlflow)
    remembered, _ = risk.before(lake, Days.one(day), champion.champion.channels, None)
    (night,) = replayed(context, champion, Days.one(day), remembered)
    rows = lake.read(RISK, Days.one(day)).where("active").orderBy("person").collect()
    assert [row["person"] for row in rows] == night.people.tolist()
    assert [row["rank"] for row in rows] == night.rank.tolist()
    assert [row["risk"] for row in rows] == night.risk.tolist()
    # Without what was remembered, earlier nights are replayed, until next to nothing of before them would weigh.
    (begun,) = replayed(context, champion, Days.one(day))
    monkeypatch.setattr(replay, "RUN_IN", replay.RUN_IN + 2)
    (longer,) = replayed(context, champion, Days.one(day))
    assert begun.risk == pytest.approx(longer.risk, rel=0.01)


def test_of_surprise_only_what_is_used_comes_to_the_driver_and_no_size_stops_it(context, monkeypatch):
    """Usual values of everybody for half a year are twice as much as their bits, and no model reads them."""
    travelled, frames = [], type(context.lake.read(SURPRISE))
    collect = frames.toArrow
    monkeypatch.setattr(frames, "toArrow", lambda frame: travelled.append(frame.columns) or collect(frame))
    used, champion = ["person", "day", "fingerprint", "history", "bits"], registry.champion(context.settings.mlflow)

    def surprises(job):
        travelled.clear()
        told = job()
        return told, [columns for columns in travelled if "bits" in columns]

    fitted, columns = surprises(lambda: fitting.fit(context, LEARNT))
    assert fitted.champion.names == champion.champion.names
    assert columns == [[name for name in used if name != "history"]]
    _, columns = surprises(lambda: score.run(context, Days.one(DAYS.last)))
    assert columns == [used]
    nights, columns = surprises(lambda: replay.lists(context, champion, Days.one(DAYS.last)))
    assert columns
    assert all(some == used for some in columns)
    assert [(night.people.size, night.state.people.size) for night in nights] == [(EVERYBODY, 0)]
    assert context.lake.spark.sparkContext.getConf().get("spark.driver.maxResultSize") == "0"


def test_the_weekly_training_leaves_frozen_nights_and_nothing_scores_unasked(context, compared):
    assert compared == DAYS.last - timedelta(days=FROZEN_NIGHTS)
    assert standing(context) == ["1", "2", None]


def test_the_gate_s_answers_are_kept(context, compared):
    rows = {row["check"]: row for row in context.lake.read(PROMOTION).collect()}
    assert {(row["challenger"], row["champion"], row["day"]) for row in rows.values()} == {("2", "1", DAYS.last)}
    assert set(rows) == {
        *("frozen nights", "recall", "better somewhere", "calibration", "bias", "robustness", "stability"),
    }
    assert rows["frozen nights"]["says"].startswith("14 ")
    assert "theft (1 people) 1.00 → 1.00" in rows["recall"]["says"]
    assert "there is nothing to be better at" in rows["better somewhere"]["says"]
    assert rows["bias"]["outcome"] != "not made"
    assert "groups of role, employer, tenure, shift, union, role+shift" in rows["bias"]["says"]
    assert rows["robustness"]["outcome"] == "not made"
    found = succession.comparison(context.settings.mlflow, "2")
    assert found.verdict == "failed"
    assert "Not made: robustness. Next: `postern attack`, `postern compare`." in found.page


def test_a_comparison_tells_by_hash_what_files_it_read_and_how_sure_its_words_are(context, compared):
    supplied = (context.settings.local / SUPPLIED).read_bytes()
    file = keep(context.settings, "mine (new)", "77", "2", Evidence())
    checks = context.lake.read(PROMOTION).count()
    compare.run(context, Days.one(DAYS.last))
    assert context.lake.read(PROMOTION).count() == checks, "run again, nothing is doubled"
    client = MlflowClient(context.settings.mlflow)
    newest, *_ = client.search_runs([client.get_experiment_by_name(logbook.PROMOTION).experiment_id])
    told = {name: value for name, value in newest.data.params.items() if name.startswith("sha256/")}
    assert told == {
        "sha256/promotion/mine _new_.json": hashlib.sha256(file.read_bytes()).hexdigest()[:16],
        "sha256/audit/attributes.csv": hashlib.sha256(supplied).hexdigest()[:16],
        "sha256/truth/events.csv": told["sha256/truth/events.csv"],
    }
    word = "challenger/called_over_expected/once_in_20"
    even = [newest.data.metrics[f"{word}{end}"] for end in ("/low", "", "/high")]
    assert even == sorted(even)
    shutil.rmtree(file.parent)


def test_what_was_measured_elsewhere_is_heard_if_it_speaks_of_this_champion(context, compared, caplog):
    folder = context.settings.local / "promotion" / "2"
    folder.mkdir(parents=True)
    checks = '[{"name": "robustness", "outcome": "failed", "says": "a boiled frog"}]'
    (folder / "old.json").write_text('{"champion": "77", "checks": ' + checks + "}")
    (folder / "unsaid.json").write_text('{"checks": ' + checks + "}")
    with caplog.at_level(logging.WARNING, "postern"):
        found = evidence(context.settings, "1", "2")
    assert not found.checks
    assert "old.json was measured against another champion" in caplog.text
    assert "unsaid.json does not say against which champion" in caplog.text
    planted = '{"fraud": {"champion": [3, null], "challenger": [1, 2]}}'
    (folder / "new.json").write_text('{"champion": "1", "recall": ' + planted + ', "checks": ' + checks + "}")
    found = evidence(context.settings, "1", "2")
    assert found.recall["fraud"].champion.tolist() == [3, np.inf]
    uri = context.settings.mlflow
    with_it = compare.compared(context, registry.load(uri, "1"), registry.load(uri, "2"), DAYS.last, found)
    assert {check.name: check.outcome for check in with_it.checks}["robustness"] == "failed"
    assert with_it.metrics["gain/fraud"] == 0.5
    for file in folder.iterdir():
        file.unlink()


def test_what_is_kept_is_what_is_heard(context, compared):
    ranks = Ranked(np.array([3.0, np.inf]), np.array([1.0, 2.0]))
    check = Check("robustness", "passed", "…")
    file = keep(context.settings, "elsewhere", "1", "2", Evidence({"fraud": ranks}, [check]))
    found = evidence(context.settings, "1", "2")
    assert (found.recall["fraud"].champion == ranks.champion).all()
    assert (found.recall["fraud"].challenger == ranks.challenger).all()
    assert found.checks == [check]
    assert [other.name for other in file.parent.iterdir()] == ["elsewhere.json"]
    file.unlink()


def test_an_attack_suite_is_run_on_the_lake_s_own_person_days_and_the_gate_hears_of_it(context, compared, monkeypatch):
    monkeypatch.setattr(attack, "AHEAD", attack.LEAST_AHEAD)
    before = context.lake.version(PERSON_DAY)
    attack.run(context, Days.one(DAYS.last))
    (check,) = evidence(context.settings, "1", "2").checks
    assert check.name == "robustness"
    assert check.outcome != "not made"
    # Forty people, a quarter of whom act: three for each deed, in nights that the challenger knows.
    assert f"9 attackers (theft of files, exploration, leak by mail) in 10 nights up to {compared}" in check.says
    assert "at once 0." in check.says
    assert context.lake.version(PERSON_DAY) == before
    compare.run(context, Days.one(DAYS.last))
    rows = {row["check"]: row for row in context.lake.read(PROMOTION).collect()}
    assert (rows["robustness"]["outcome"], rows["robustness"]["says"]) == (check.outcome, check.says)
    runs = MlflowClient(context.settings.mlflow)
    found = runs.search_runs([runs.get_experiment_by_name(logbook.PROMOTION).experiment_id], "params.kind = 'attacks'")
    assert 0 <= found[0].data.metrics["slow drift/unseen/undefended"] <= 1


def test_where_too_few_nights_are_known_no_verdict_is_given(context, compared, monkeypatch):
    early = registry.load(context.settings.mlflow, "2")
    early = replace(early, trained_on=FIRST + timedelta(days=20))
    found, misled, check = attack.attacked(context, registry.load(context.settings.mlflow, "1"), early)
    assert (found, misled, check.outcome) == ({}, {}, "not made")
    assert "21 nights of person-days" in check.says
    monkeypatch.setattr(attack, "MOST_PEOPLE", 10)
    nights, roles, one_in = attack.sampled(context, compared)
    everybody = np.unique(np.concatenate([night.people for night in nights]))
    assert one_in == 4
    assert 0 < everybody.size < EVERYBODY
    assert (np.mod(everybody, 4) == 0).all()
    assert len(nights) == (compared - FIRST).days + 1
    assert set(roles.values()) <= {"clerk", "guard"}


def test_nothing_in_mlflow_tells_a_person(context, compared):
    """Every parameter, tag and artifact, packed or not: no name, no number, no pseudonym in any of its forms."""
    key, folder = Pseudonyms(pseudonym_key()), context.settings.local
    who = np.array([key.of(name) for name in NAMES])
    told = {form for person in who.tolist() for form in (str(person), f"{person & (2**64 - 1):x}", code(person))}
    texts = [form.encode() for form in {*told, *NAMES, "Quillfeather"}]
    texts += [person.tobytes() for person in who]
    files = [file for file in (folder / "mlflow").rglob("*") if file.is_file()]
    assert {"champion.npz", "model_card.md", "comparison.md", "MLmodel"} <= {file.name for file in files}
    for file in [*files, folder / "mlflow.db"]:
        content = file.read_bytes()
        assert not [text for text in texts if text in content], file.name
        if file.suffix == ".npz":
            with np.load(file, allow_pickle=False) as arrays:
                for name, array in arrays.items():
                    if array.dtype.kind in "iu":
                        assert not np.isin(array, who).any(), name
                    assert not [text for text in texts if text in array.tobytes()], name
    with sqlite3.connect(folder / "mlflow.db") as db:
        users = {value for (value,) in db.execute("select value from tags where key = 'mlflow.user'")}
        params = {name for (name,) in db.execute("select key from params")}
    assert users == {"postern"}
    assert params >= {"delta_version/gold.surprise", "rows_hash/gold.surprise", "catalogue", "code_sha256"}


def test_the_challenger_is_scored_in_the_shadow(context, compared):
    """A range is its nights, a replay is what was remembered, and the list is compared with what was published."""
    lake, nights = context.lake, Days(DAYS.end - timedelta(days=2), DAYS.end)
    shadow.run(context, nights)

    def rows():
        tables = {SHADOW: nights, SHADOW_STATE: Days.one(nights.last)}
        return {t.name: sorted(map(str, lake.read(t, days).collect())) for t, days in tables.items()}

    ranged = rows()
    lake.write(SHADOW_STATE, lake.empty(SHADOW_STATE), nights)
    for day in [nights.start, *nights]:
        shadow.run(context, Days.one(day))
    assert rows() == ranged
    first = lake.read(SHADOW, Days.one(nights.last)).where("rank = 1").collect()[0]
    assert (first["person"], first["model"]) == (Pseudonyms(pseudonym_key()).of(NAMES[THIEF]), "2")
    told = watched.kept(lake, SITE.list.budget, nights)
    assert list(told) == list(nights)
    assert all(0 <= stay <= of == SITE.list.budget for stay, of in told.values())
    assert "version 2, would keep" in watched.shadow(lake, nights.last, SITE.list.budget)


def test_the_gate_s_verdict_decides_who_may_be_promoted(context, compared, caplog):
    uri = context.settings.mlflow
    assert "against the champion, version 1" in promote.show(context.settings)
    succession.judged(uri, "2", "failed", "1", succession.tags(uri, "2")["comparison"])
    with pytest.raises(GateFailed):
        promote.run(context.settings, None, "a test")
    succession.judged(uri, "2", "passed", "1", succession.tags(uri, "2")["comparison"])
    assert "version 2 scores" in promote.run(context.settings, None, "a test")
    assert standing(context) == ["2", None, "1"]
    with caplog.at_level(logging.INFO, "postern"):
        compare.run(context, Days.one(DAYS.last))
        assert train.due(context) is None
    assert "no version that this code reads is a challenger" in caplog.text
    assert "nothing to do before" in caplog.text
    shadow.run(context, Days.one(DAYS.last))
    assert watched.shadow(context.lake, DAYS.last, SITE.list.budget) is None  # nobody left to shadow
    succession.rollback(uri, "the end of the test")


def test_an_experiment_compares_and_leaves_everything_as_it_was(context, compared, tmp_path):
    lake, uri = context.lake, context.settings.mlflow
    tables = (PERSON_DAY, SURPRISE, CHANNEL, PLACE_VECTOR, HABIT, RISK)
    versions, alias = [lake.version(t) for t in tables], standing(context)
    page = experiment.run(context, tmp_path / "scratch")
    assert page.startswith("## This code beside the published lists")
    assert "| stability | passed | of the champion's first 20 leads" in page
    assert (tmp_path / "scratch" / "gold" / "place_vector").exists()
    (run,) = MlflowClient(uri).search_runs([MlflowClient(uri).get_experiment_by_name(logbook.EXPERIMENT).experiment_id])
    assert run.data.metrics["nights"] == FROZEN_NIGHTS
    assert run.data.metrics["gain/theft"] == 0.0
    even = [run.data.metrics[f"challenger/parity_ratio/employer{end}"] for end in ("/low", "", "/high")]
    assert even == sorted(even)
    # Another catalogue reads none of the folded tables; here are no events to fold, so that nothing is left to learn.
    with pytest.raises(MissingState, match="there are 0"):
        experiment.run(context, tmp_path / "folded", fold=True)
    assert [lake.version(t) for t in tables] == versions
    assert standing(context) == alias


def test_a_champion_of_another_catalogue_cannot_be_compared_with(context, compared, monkeypatch):
    assert train.comparable(context)
    monkeypatch.setattr(train, "channels", lambda: (*channels(), ("another", "")))
    assert not train.comparable(context)
    # What it knows is of no use here, however new: what this code would have made of those nights can be learned.
    assert train.due(context) == Days.one(DAYS.last - timedelta(days=FROZEN_NIGHTS))
    monkeypatch.setattr(succession, "named", lambda *_: None)
    assert train.due(context) == Days.one(DAYS.last)


def test_a_registry_that_cannot_be_read_lets_nothing_be_trained_or_promoted(context, compared, monkeypatch):
    def away(*_, **__):
        raise ConnectionError("the store is down")

    before = standing(context), registry.versions(context.settings.mlflow)
    for where, asked, training in (
        (mlflow.artifacts, "download_artifacts", lambda: train.run(context, Days.one(LEARNT))),
        (MlflowClient, "get_registered_model", lambda: train.due(context)),
    ):
        with monkeypatch.context() as down:
            down.setattr(where, asked, away)
            with pytest.raises(RegistryError, match="ConnectionError"):
                training()
    assert (standing(context), registry.versions(context.settings.mlflow)) == before


def test_a_training_beside_a_champion_moves_no_alias_and_one_without_scores_at_once(context, compared):
    before = standing(context)
    train.aside(context, Days.one(LEARNT))
    assert standing(context) == before
    train.on_the_way(context, Days.one(LEARNT))
    newest = max(registry.versions(context.settings.mlflow), key=int)
    assert standing(context) == [newest, before[1], before[0]]
    succession.rollback(context.settings.mlflow, "the end of the test")


def test_what_is_asked_of_held_nights_is_the_model_that_is_registered(context, compared, monkeypatch):
    given, fit, loud = [], Champion.fit, {"hours": 1.2}
    monkeypatch.setattr(fitting, "learned", lambda *_: Learned(9, 4, loud))
    monkeypatch.setattr(Champion, "fit", lambda *args, **more: given.append(more) or fit(*args, **more))
    fitting.fit(context, LEARNT)
    assert len(given) == 2
    assert given[0] == given[1]
    assert given[0]["trust"] == loud


def test_the_hash_of_rows_is_theirs_in_any_order(context):
    lake, few = context.lake, Days.one(DAYS.last)
    told = lake.digest(PERSON_DAY, few)
    other = replace(context, lake=Lake(lake.spark, context.settings.local / "other"))
    rows = lake.read(PERSON_DAY, few)
    other.lake.write(PERSON_DAY, rows.orderBy("badge_reads").repartition(3), few)
    assert other.lake.digest(PERSON_DAY, few) == told
    other.lake.write(PERSON_DAY, rows.limit(EVERYBODY - 1), few)
    assert other.lake.digest(PERSON_DAY, few) != told
