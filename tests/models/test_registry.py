import platform
import sqlite3
import warnings
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import mlflow
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import TEMPORARILY_UNAVAILABLE
from mlflow.tracking import MlflowClient

from expectations.errors import ConfigurationError, GateFailed, MissingState, NoChampion, RegistryError
from jobs import promote, rollback
from jobs.settings import PROJECT
from models import history, logbook, registry, succession
from models.card import card
from models.champion import Champion
from models.logbook import Record
from models.word import Word

NIGHT = date(2030, 5, 17)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def uri(request, tmp_path_factory):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"
    return request.getfixturevalue("postgresql")


@pytest.fixture
def published(uri, behaviours):
    return lambda **more: registry.publish(
        Champion.untrained(behaviours), uri, NIGHT, {"catalogue": "abc"}, {"auc": 0.9}, **more
    )


def standing(uri):
    return {alias: succession.named(uri, alias) for alias in ("champion", "challenger", "previous")}


def test_a_life_of_a_model(uri, behaviours, published):
    with pytest.raises(NoChampion, match="postern train"):
        registry.champion(uri)
    first = published()
    found = registry.champion(uri)
    assert (found.version, found.trained_on, found.champion.names) == (
        *(first, NIGHT),
        Champion.untrained(behaviours).names,
    )
    second = published(alias="challenger")
    assert standing(uri) == {"champion": first, "challenger": second, "previous": None}
    with pytest.raises(NoChampion, match="no previous"):
        succession.rollback(uri, "a test")

    # Without a verdict, with the wrong one, or with one against another champion: the gate stays closed.
    for verdict in (None, ("failed", first), ("passed", "77")):
        if verdict:
            succession.judged(uri, second, *verdict, "run")
        with pytest.raises(GateFailed, match="postern compare"):
            succession.promote(uri, second, "a test")
    assert standing(uri)["champion"] == first
    succession.judged(uri, second, "passed", first, "run")
    assert succession.promote(uri, second, "approved by the test") == first
    assert standing(uri) == {"champion": second, "challenger": None, "previous": first}
    assert succession.tags(uri, second)["promoted_because"] == "approved by the test"
    with pytest.raises(GateFailed, match="already"):
        succession.promote(uri, second, "again")

    assert succession.rollback(uri, "it cried") == (first, second)
    assert standing(uri) == {"champion": first, "challenger": None, "previous": second}
    assert succession.rollback(uri, "it did not") == (second, first)
    assert registry.load(uri, second).version == second
    with pytest.raises(NoChampion, match="version 77"):
        registry.load(uri, "77")
    with pytest.raises(NoChampion, match="no version 77"):
        succession.promote(uri, "77", "a test")


def test_a_version_of_a_backfill_moves_no_alias(uri, published):
    published(alias="challenger")
    before = standing(uri)
    aside = published(alias=None)
    assert standing(uri) == before
    assert "on_the_way" in succession.tags(uri, aside)


def test_what_cannot_be_compared_scores_by_a_person_s_explicit_word_alone(uri, published):
    first, second = published(), published(alias="challenger")
    succession.judged(uri, second, succession.INCOMPARABLE, first)
    assert succession.comparison(uri, second) is None
    with pytest.raises(GateFailed, match="promote --incomparable"):
        succession.promote(uri, second, "a test")
    # Said of another champion it says nothing of today's; and the word lets nothing else pass.
    for verdict, against in ((succession.INCOMPARABLE, "77"), (succession.FAILED, first)):
        succession.judged(uri, second, verdict, against)
        with pytest.raises(GateFailed, match="did not pass"):
            succession.promote(uri, second, "a test", incomparable=True)
    assert standing(uri)["champion"] == first
    succession.judged(uri, second, succession.INCOMPARABLE, first)
    assert succession.promote(uri, second, "seen its lists", incomparable=True) == first
    assert (standing(uri)["champion"], standing(uri)["previous"]) == (second, first)
    assert succession.tags(uri, second)["promoted_because"] == "seen its lists"


def test_a_version_that_was_rolled_back_says_so_until_it_is_returned_to(uri, published):
    first, second = published(), published()
    succession.rollback(uri, "it cried")
    assert succession.tags(uri, second)["rolled_back"] == "it cried"
    succession.rollback(uri, "it did not")
    assert "rolled_back" not in succession.tags(uri, second)
    # Nothing was found wrong with what had been returned to: the roll-back was taken back.
    assert "rolled_back" not in succession.tags(uri, first)
    succession.rollback(uri, "it cried again")
    assert succession.tags(uri, second)["rolled_back"] == "it cried again"


def test_nobody_returns_to_or_promotes_what_this_code_cannot_read(uri, published, monkeypatch):
    """Four behaviours that are not the catalogue's: no night would be scored any more."""
    published()
    published()
    waiting, before, chosen = published(alias="challenger"), standing(uri), SimpleNamespace(mlflow=uri)
    succession.judged(uri, waiting, succession.PASSED, before["champion"])
    before = standing(uri)
    with pytest.raises(NoChampion, match=f"version {before['previous']} is of another catalogue.*check out the code"):
        rollback.run(chosen, "a test")
    with pytest.raises(NoChampion, match=f"version {waiting} is of another catalogue"):
        promote.run(chosen, None, "a test")
    with pytest.raises(NoChampion, match="no version 77"):
        promote.run(chosen, "77", "a test")
    assert standing(uri) == before
    monkeypatch.setattr(history, "reads", lambda *_: True)
    assert f"version {before['previous']} scores" in rollback.run(chosen, "a test")


def test_a_registry_that_cannot_be_read_is_not_one_without_a_champion(uri, behaviours, published, monkeypatch):
    with pytest.raises(RegistryError, match="POSTERN_MLFLOW"):
        succession.named("carrier-pigeon://loft", "champion")
    number = published()
    kept = Path(mlflow.artifacts.download_artifacts(f"models:/postern/{number}")) / "artifacts" / "champion.npz"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:100])
    with pytest.raises(RegistryError, match="BadZipFile"):
        registry.champion(uri)
    kept.unlink()
    with pytest.raises(RegistryError, match="Next"):
        registry.champion(uri)
    kept.write_bytes(whole)
    assert registry.champion(uri).version == number

    def away(*_):
        raise MlflowException("503", error_code=TEMPORARILY_UNAVAILABLE)

    for down, ask in (
        ("get_registered_model", registry.champion),
        ("get_model_version", registry.champion),
        ("search_model_versions", registry.versions),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(MlflowClient, down, away)
            with pytest.raises(RegistryError, match="TEMPORARILY_UNAVAILABLE"):
                ask(uri)


def test_a_database_is_told_where_files_go_and_no_error_tells_its_password(postgresql, monkeypatch, caplog):
    monkeypatch.setattr("mlflow.store.db.utils.MAX_RETRY_COUNT", 2)
    monkeypatch.setenv("PGPASSWORD", "open sesame")
    with pytest.raises(RegistryError, match="POSTERN_MLFLOW") as refused:
        succession.named(f"{postgresql}?application_name=stranger", "champion")
    cause = refused.value.__cause__
    assert "password authentication failed" in str(cause)
    told = [str(refused.value), str(cause), *(record.getMessage() for record in caplog.records)]
    assert not [one for one in told if "open sesame" in one]
    monkeypatch.delenv("PGPASSWORD")

    monkeypatch.delenv("POSTERN_MLFLOW_ARTIFACTS")
    with pytest.raises(ConfigurationError, match="POSTERN_MLFLOW_ARTIFACTS"):
        logbook.log_comparison(postgresql, "an experiment without a place", {}, {}, Record())


def test_a_version_of_other_detectors_or_behaviours_is_not_read(uri, behaviours, published):
    names = [(behaviour.name, "") for behaviour in behaviours]
    assert history.reads(uri, published(), names)
    assert history.comparable(uri, names)
    assert not history.reads(uri, published(), names[:-1])
    untrained = Champion.untrained(behaviours)
    defined = registry.publish(replace(untrained, definitions=("a", "b", "c", "d")), uri, NIGHT, {}, {})
    told = [(name, definition) for (name, _), definition in zip(names, "abcd", strict=True)]
    assert history.reads(uri, defined, told)
    assert not history.reads(uri, defined, [*told[:-1], (told[-1][0], "e")])
    assert not history.reads(uri, published(), told)
    other = replace(untrained, names=(*untrained.names[:-1], "a detector of before"))
    number = registry.publish(other, uri, NIGHT, {}, {})
    assert not history.reads(uri, number, names)
    assert not history.comparable(uri, names)
    with pytest.raises(NoChampion, match=r"other detectors.*promote --incomparable"):
        registry.champion(uri)


def test_the_page_of_an_experiment_is_found_by_the_code_that_made_it(uri):
    assert logbook.page(uri, "an experiment that was never made", "abc") is None
    for code, text in (("abc", "# the old page"), ("abc", "# the page"), ("def", "# of other code")):
        record = Record({"comparison.md": text})
        logbook.log_comparison(uri, logbook.EXPERIMENT, {"code_sha256": code}, {}, record)
    assert logbook.page(uri, logbook.EXPERIMENT, "abc") == "# the page"
    assert logbook.page(uri, logbook.EXPERIMENT, "123") is None


def test_the_challenger_s_comparison_is_found_by_its_version(uri, published):
    number = published(alias="challenger")
    assert succession.comparison(uri, number) is None
    run = logbook.log_comparison(uri, logbook.PROMOTION, {}, {}, Record({"comparison.md": "# the page"}))
    succession.judged(uri, number, "passed", "1", run)
    assert succession.comparison(uri, number) == succession.Compared(number, "passed", "# the page")


def test_the_page_of_a_version_is_shown_by_its_number(tmp_path, behaviours, capsys, monkeypatch):
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("POSTERN_MLFLOW", uri)
    for number in ("1", "2"):
        registry.publish(Champion.untrained(behaviours), uri, NIGHT, {}, {}, alias="challenger")
        run = logbook.log_comparison(uri, logbook.PROMOTION, {}, {}, Record({"comparison.md": f"# page {number}"}))
        succession.judged(uri, number, "failed", "7", run)
    for asked, told in ((["1"], "# page 1\n"), (["2"], "# page 2\n"), ([], "# page 2\n")):
        assert promote.main([*asked, "--show"]) == 0
        assert capsys.readouterr().out.endswith(told)
    registry.publish(Champion.untrained(behaviours), uri, NIGHT, {}, {}, alias=None)
    with pytest.raises(MissingState, match="no comparison of version 3"):
        promote.main(["3", "--show"])
    with pytest.raises(NoChampion, match="no version 77"):
        promote.main(["77", "--show"])


def test_a_version_says_what_it_takes_and_gives_and_any_client_can_ask_it(uri, behaviours, published, caplog):
    words = [Word(100, 400, 1.1, (0.8, 1.4))]
    text = card(Champion.untrained(behaviours), behaviours, str(NIGHT), {"people": 40}, words, 14, None)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        number = published(record=Record({"environment.txt": "python"}, card=text, plots={"a": Figure()}))
    told = [str(w.message) for w in warned] + [r.message for r in caplog.records if r.levelname == "WARNING"]
    assert not [one for one in told if any(word in one.lower() for word in ("signature", "type hint", "requirement"))]
    assert not [one for one in told if "cloudpickle" in one.lower() or "input example" in one.lower()]
    client = MlflowClient(uri)
    assert client.get_model_version("postern", number).description == text
    run = client.get_model_version("postern", number).run_id
    assert {f.path for f in client.list_artifacts(run)} >= {"model_card.md", "environment.txt", "a.png"}
    assert client.get_run(run).data.tags["mlflow.user"] == "postern"
    model = mlflow.pyfunc.load_model(f"models:/postern/{number}")
    assert [column.name for column in model.metadata.signature.inputs] == [b.name for b in behaviours]
    bits = pd.DataFrame([[3.0, 0.0, 4.0, 0.0]], columns=[b.name for b in behaviours])
    assert model.predict(bits[bits.columns[::-1]])["score"].to_list() == pytest.approx([(3.0**4 + 4.0**4) ** 0.25])
    with pytest.raises(mlflow.exceptions.MlflowException):
        model.predict(bits.drop(columns="late"))
    kept = Path(mlflow.artifacts.download_artifacts(f"models:/postern/{number}")) / "conda.yaml"
    *interpreter, libraries = yaml.safe_load(kept.read_text())["dependencies"]
    assert f"python={platform.python_version()}" in interpreter
    assert libraries["pip"] == [f"{name}=={version(name)}" for name in ("mlflow", *registry.LIBRARIES)]


def test_a_version_tells_neither_the_account_nor_the_checkout_that_trained_it(tmp_path, behaviours):
    """What is kept of it, whole, and what MLflow notes by itself; and it can be asked where its code no longer lies."""
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    number = registry.publish(Champion.untrained(behaviours), uri, NIGHT, {}, {})
    kept = [file for file in (tmp_path / "mlflow").rglob("*") if file.is_file()]
    assert {"MLmodel", "pooled.py", "champion.npz", "conda.yaml"} <= {file.name for file in kept}
    places = [str(place).encode() for place in (Path.home(), PROJECT)]
    assert not [file.name for file in kept for place in places if place in file.read_bytes()]
    with sqlite3.connect(tmp_path / "mlflow.db") as db:
        for asked in ("select key, value from tags", "select tag_key, tag_value from logged_model_tags"):
            noted = dict(db.execute(asked))
            assert {name: noted[name] for name in logbook.NOBODY} == logbook.NOBODY
    bits = pd.DataFrame([[3.0, 0.0, 4.0, 0.0]], columns=[b.name for b in behaviours])
    (score,) = mlflow.pyfunc.load_model(f"models:/postern/{number}").predict(bits)["score"]
    assert score == pytest.approx((3.0**4 + 4.0**4) ** 0.25)


def test_an_evaluation_is_a_run_with_tables_and_plots(uri):
    plot = Figure()
    run = logbook.log_evaluation(
        uri,
        {"site": "here"},
        {"1+3/person_recall_5": 0.9, "1+3/nights_to_detection": float("inf")},
        "all of it",
        {"figures": {"role": ["everybody"], "auc": [0.9]}},
        {"recall": plot},
    )
    client = MlflowClient(uri)
    logged = client.get_run(run)
    assert logged.data.metrics == {"1_3/person_recall_5": 0.9}
    assert logged.data.params == {"site": "here"}
    assert {file.path for file in client.list_artifacts(run)} == {"evaluation.txt", "figures.json", "recall.png"}
    assert client.get_experiment(logged.info.experiment_id).name == logbook.EVALUATION
