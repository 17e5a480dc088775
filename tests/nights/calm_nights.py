"""A small lake of calm nights, one thief, and a champion that learnt from the first of them."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from expectations.gold_day import HABIT, PLACE_DAY
from expectations.silver import DOOR, PEOPLE, ZONE
from features.catalog import BEHAVIOURS, PERSON_DAY
from feeds.site import Site
from jobs import baseline, risk, score, train
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.settings import settings

FIRST, EVERYBODY = date(2026, 1, 5), 40
DAYS = Days(FIRST, FIRST + timedelta(days=60))
LEARNT = FIRST + timedelta(days=34)
THIEF, BEGAN = 7, DAYS.end - timedelta(days=3)
SITE = Site.model_validate(
    {
        "site": {"name": "Test", "time_zone": "UTC"},
        "feeds": {"logon": {}},
        "list": {"budget": 3},
        "learning": {"guard_nights": 3, "warm_up_nights": 5},
    }
)
NAMES = [f"Zebedee Quillfeather {n:02d}" for n in range(EVERYBODY)]


def written(lake, table, columns, days=None):
    arrays = {}
    for column in table.columns:
        kind = {"date": pa.date32(), "long": pa.int64(), "double": pa.float64(), "timestamp": pa.timestamp("us", "UTC")}
        arrays[column.name] = pa.array(columns[column.name], kind.get(column.type))
    lake.write(table, lake.spark.createDataFrame(pa.table(arrays), schema=table.schema()), days)


def lived(spark, folder):
    """Sixty calm nights of forty people, one of whom goes wild on the last three; a champion learnt the first 35."""
    lake, key, draw = Lake(spark, folder), Pseudonyms(pseudonym_key()), np.random.default_rng(2)
    who = [key.of(name) for name in NAMES]
    cells = [(n, day) for day in DAYS for n in range(EVERYBODY)]
    columns = {"person": [who[n] for n, _ in cells], "day": [d for _, d in cells], "team": ["one"] * len(cells)}
    columns |= {"role": ["clerk" if n % 2 else "guard" for n, _ in cells], "supervisor": [None] * len(cells)}
    wild = np.array([n == THIEF and day >= BEGAN for n, day in cells])
    for behaviour in BEHAVIOURS:
        values = draw.poisson(2.0, len(cells)).astype(float)
        columns[behaviour.name] = np.where(wild, 40.0, values) if behaviour.kind == "count" else values
    written(lake, PERSON_DAY, columns, DAYS)
    for empty in (PLACE_DAY, HABIT):
        lake.write(empty, lake.empty(empty), DAYS)
    for whole in (ZONE, DOOR):
        lake.write(whole, lake.empty(whole))
    since = [datetime(2020, 1, 1, tzinfo=UTC)] * EVERYBODY
    roster = {"person": who, "role": ["clerk"] * EVERYBODY, "team": ["one"] * EVERYBODY, "valid_from": since}
    roster |= {"employer": ["staff" if n < 25 else "firm" for n in range(EVERYBODY)]}
    written(lake, PEOPLE, roster | {"supervisor": [None] * EVERYBODY, "valid_to": [None] * EVERYBODY})
    (folder / "truth").mkdir()
    deeds = "".join(f"theft,{NAMES[THIEF]},{day}\n" for day in Days(BEGAN, DAYS.end))
    (folder / "truth" / "events.csv").write_text("scenario,person,day\n" + deeds)
    (folder / "audit").mkdir()
    union = "".join(f"{name},{'yes' if n % 3 else 'no'}\n" for n, name in enumerate(NAMES))
    (folder / "audit" / "attributes.csv").write_text("person,union\n" + union)
    ready = Context(lake, SITE, settings(str(folder), environment={}))
    baseline.run(ready, DAYS)
    train.run(ready, Days.one(LEARNT))
    score.run(ready, Days(LEARNT, DAYS.end))
    risk.run(ready, Days(LEARNT, DAYS.end))
    return ready
