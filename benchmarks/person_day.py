"""Badge reads to person-days: Spark as the job does it, beside the same columns written by hand in Polars.

    python -m benchmarks.person_day [--people 5000] [--days 90] [--reads 80]

Simulated reads are written once as Parquet by day, sorted by person (silver's layout). Each engine runs in a process of
its own and writes its person-days as Parquet; the two results are compared cell by cell. Printed: seconds of wall clock
and of processor, peak memory, and the ratio. Start-up of the Spark session is told apart from the work.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

START = date(2024, 1, 1)
DOORS, ZONES, HABITUAL = 400, 40, 25
LEFT_OUT = {"hour_rarest", "doors_of_others", "feeds_new", "doors_tested", "zones_refused"}
"""Behaviours that need a month of state (site's hours, owners of doors), several feeds, or places that never opened."""
WALKS = ("routes", "reach", "structure")
"""Modules whose behaviours need that too: benchmarks.graphs times them."""


def simulate(folder: Path, people: int, days: int, reads: int) -> None:
    """One Parquet file per day of `people × reads` rows in silver.access's columns, sorted by person and time."""
    rng = np.random.default_rng(7)
    number = rng.integers(-(2**63), 2**63 - 1, people)
    number.sort()
    own = rng.integers(0, DOORS, (people, HABITUAL))
    names = pa.array([f"D{door:03d}" for door in range(DOORS)])
    zones = pa.array([f"Z{door % ZONES:02d}" for door in range(DOORS)])
    for offset in range(days):
        day = START + timedelta(days=offset)
        begin = int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
        n = people * reads
        who = np.repeat(np.arange(people), reads)
        # A day's work around eight to sixteen, a twelfth of the reads at any hour.
        second = np.clip(rng.normal(12 * 3600, 2.3 * 3600, n), 0, 86_399).astype(np.int64)
        second = np.where(rng.random(n) < 0.08, rng.integers(0, 86_400, n), second)
        column = np.minimum(rng.geometric(0.25, n) - 1, HABITUAL - 1)
        door = np.where(rng.random(n) < 0.01, rng.integers(0, DOORS, n), own[who, column])
        order = np.lexsort((second, who))
        who, second, door = who[order], second[order], door[order]
        table = pa.table(
            {
                "event": rng.integers(0, 2**62, n),
                "person": number[who],
                "at": pa.array((begin + second) * 1_000_000, pa.timestamp("us", tz="UTC")),
                "day": pa.array(np.full(n, (day - date(1970, 1, 1)).days, np.int32), pa.date32()),
                "credential": number[who],
                "door": names.take(pa.array(door)),
                "zone": zones.take(pa.array(door)),
                "direction": pa.array(np.array(["in", "out"])[rng.integers(0, 2, n)]),
                "outcome": pa.array(np.array(["granted", "denied"])[(rng.random(n) < 0.02).astype(int)]),
            }
        )
        pq.write_table(table, folder / f"{day}.parquet", row_group_size=200_000)


def with_spark(source: Path, target: Path, people: int, days: int) -> float:
    """The job's own functions, from an empty state; returns seconds without the session's start."""
    from pyspark.sql import functions as F

    from expectations.gold_day import HABIT
    from expectations.silver import PEOPLE
    from features import habit
    from features.catalog import BEHAVIOURS, found
    from features.person_day import on_days, person_day
    from features.places import places
    from features.working_time import WorkingTime
    from jobs.days import Days
    from jobs.person_day import by_person
    from jobs.session import session

    spark, hours = session("benchmark"), WorkingTime()
    spark.range(1).count()
    begun = time.monotonic()
    span = Days(START, START + timedelta(days=days))
    reads = spark.read.parquet(str(source))
    nobody = spark.createDataFrame([], PEOPLE.schema())
    unknown = spark.createDataFrame([], HABIT.schema())
    reads, unknown = by_person(reads, people, span), by_person(unknown, people, span)
    rows = habit.remembered(places({"access": reads}, hours, span.start, span.end), unknown)
    told = habit.with_shares(rows, habit.hour_shares(unknown)).withColumn("whose", F.lit(None).cast("string"))
    out = LEFT_OUT | {b.name for module in WALKS for b in found(module)}
    wanted = [
        b
        for b in BEHAVIOURS
        if b.source in ("access", "presence") and b.name not in out and not b.needs_graph and b.family != "together"
    ]
    person_day(told, on_days(nobody, hours), wanted, {"access"}).write.mode("overwrite").parquet(str(target))
    return time.monotonic() - begun


def with_polars(source: Path, target: Path, days: int) -> float:
    """The same columns by hand; returns seconds."""
    import polars as pl

    from features.habit import GUARD
    from features.rows import LEARNING, RARE

    begun = time.monotonic()
    free = pl.col("day").dt.weekday() >= 6
    hour = pl.col("clock") // 3600
    measures = [
        pl.len().cast(pl.Int64).alias("events"),
        pl.col("off").sum().cast(pl.Int64),
        pl.col("night").sum().cast(pl.Int64),
        pl.col("clock").min().alias("first"),
        pl.col("clock").max().alias("last"),
        pl.col("denied").sum().cast(pl.Int64).alias("refused"),
        (pl.col("direction") == "in").sum().cast(pl.Int64).alias("entries"),
        (pl.col("direction") == "out").sum().cast(pl.Int64).alias("exits"),
        pl.col("since").min().alias("fastest"),
        pl.col("credential").min().alias("low"),
        pl.col("credential").max().alias("high"),
        pl.col("bit").bitwise_or().alias("hours"),
    ]
    again = [
        *(pl.col(name).sum() for name in ("events", "off", "night", "refused", "entries", "exits")),
        *(pl.col(name).min() for name in ("first", "fastest", "low")),
        *(pl.col(name).max() for name in ("last", "high")),
        pl.col("hours").bitwise_or(),
    ]
    keys = ["person", "day"]
    doors, zones, whole = [], [], []
    for offset in range(days):
        reads = pl.scan_parquet(source / f"{START + timedelta(days=offset)}.parquet").sort("person", "at", "event")
        moved = (pl.col("person") == pl.col("person").shift(1)) & (pl.col("zone") != pl.col("zone").shift(1))
        seconds = pl.col("at").dt.epoch("s")
        fine = (
            reads.with_columns(
                clock=seconds - pl.col("day").cast(pl.Int64) * 86_400, denied=pl.col("outcome") == "denied"
            )
            .with_columns(
                off=free | (hour < 7) | (hour >= 19),
                night=(hour < 5) | (hour >= 22),
                bit=pl.lit(2, pl.Int64).pow(hour).cast(pl.Int64),
                since=pl.when(moved).then(seconds - seconds.shift(1)),
            )
            .group_by(*keys, "door", "zone")
            .agg(measures)
            .collect()
        )
        doors.append(fine.group_by(*keys, "door").agg(again))
        zones.append(fine.group_by(*keys, "zone").agg(again))
        whole.append(fine.group_by(*keys).agg(again))

    def known(rows: pl.DataFrame, place: str) -> pl.DataFrame:
        """Days seen and first day as of the day before; refused-only rows teach nothing."""
        by = ["person", place]
        taught = pl.col("events") > pl.col("refused")
        return (
            rows.sort(*by, "day")
            .with_columns(
                seen=(taught.cum_sum().over(by).cast(pl.Int64) - taught.cast(pl.Int64)),
                first_day=pl.when(taught).then("day").min().over(by),
            )
            .with_columns(
                new=(pl.col("seen") == 0) | ((pl.col("day") - pl.col("first_day")).dt.total_days() < GUARD),
                opened=taught,
            )
        )

    person = pl.concat(whole).sort("person", "day")
    person = person.with_columns(
        days=pl.int_range(pl.len(), dtype=pl.Int64).over("person"), since=pl.col("day").min().over("person")
    )
    ready = ((pl.col("day") - pl.col("since")).dt.total_days() >= GUARD + LEARNING) & (pl.col("days") > 0)
    clock = (
        person.select(*keys, "hours", "days")
        .with_columns(h=pl.int_ranges(24))
        .explode("h")
        .filter((pl.col("hours") // pl.lit(2, pl.Int64).pow("h").cast(pl.Int64)) % 2 == 1)
        .with_columns(events=pl.lit(1), refused=pl.lit(0))
    )
    clock = known(clock, "h").with_columns(kept=pl.when("new").then(0).otherwise("seen"))
    by_hour = clock.group_by(keys).agg(rare=(pl.col("kept") < pl.col("days") * RARE).sum())
    at_doors = known(pl.concat(doors), "door").with_columns(kept=pl.when("new").then(0).otherwise("seen"))
    refusing = pl.col("refused") > 0
    by_door = at_doors.group_by(keys).agg(
        doors=pl.len(),
        doors_new=(pl.col("opened") & pl.col("new")).sum(),
        rarest=pl.col("kept").filter("opened").min(),
        doors_refused=refusing.sum(),
        refusals_at_one_door=pl.col("refused").max(),
        doors_refused_never_granted=(refusing & pl.col("new")).sum(),
        doors_refused_known=(refusing & ~pl.col("new")).sum(),
    )
    by_zone = (
        known(pl.concat(zones), "zone")
        .group_by(keys)
        .agg(
            zones=pl.col("opened").sum(),
            zones_new=(pl.col("opened") & pl.col("new")).sum(),
            zones_off_hours=(pl.col("off") > 0).sum(),
        )
    )
    settled = pl.when(ready)
    told = person.join(by_door, on=keys).join(by_zone, on=keys).join(by_hour, on=keys)
    told.select(
        *keys,
        presence_first=pl.col("first") / 3600,
        presence_last=pl.col("last") / 3600,
        presence_span=(pl.col("last") - pl.col("first")) / 3600,
        hours_active=pl.col("hours").bitwise_count_ones(),
        events_off_hours="off",
        events_at_night="night",
        free_day_work=free,
        hours_rare=settled.then("rare"),
        badge_reads="events",
        badge_first=pl.col("first") / 3600,
        badge_last=pl.col("last") / 3600,
        badge_off_hours="off",
        badge_night="night",
        doors="doors",
        zones="zones",
        doors_new=settled.then("doors_new"),
        zones_new=settled.then("zones_new"),
        door_rarest=settled.then(((pl.col("days") + 1) / (pl.col("rarest") + 0.5)).log(2)),
        zones_off_hours="zones_off_hours",
        doors_refused="doors_refused",
        refusals="refused",
        refusal_share=pl.col("refused") / pl.col("events"),
        refusals_at_one_door="refusals_at_one_door",
        doors_refused_never_granted=settled.then("doors_refused_never_granted"),
        doors_refused_known="doors_refused_known",
        zone_change_fastest=pl.col("fastest") / 60,
        moves_impossible=pl.lit(0),
        passages_unmatched=(pl.col("entries") - pl.col("exits")).abs(),
        second_badge=pl.col("low") != pl.col("high"),
    ).with_columns(pl.exclude(keys).cast(pl.Float64)).write_parquet(target)
    return time.monotonic() - begun


def measured(engine: str, source: Path, target: Path, people: int, days: int) -> dict[str, float]:
    """Run one engine in this process and tell what it took, the JVM that it started included."""
    seconds = with_spark(source, target, people, days) if engine == "spark" else with_polars(source, target, days)
    own = resource.getrusage(resource.RUSAGE_SELF)
    processes = [own.ru_utime + own.ru_stime], [own.ru_maxrss / (2**20 if sys.platform == "linux" else 2**30)]
    if engine == "spark":
        from pyspark.sql import SparkSession

        running = SparkSession.getActiveSession()
        assert running is not None
        running.stop()
        from pyspark import SparkContext

        gateway = SparkContext._gateway
        assert gateway is not None
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        child = resource.getrusage(resource.RUSAGE_CHILDREN)
        processes[0].append(child.ru_utime + child.ru_stime)
        processes[1].append(child.ru_maxrss / (2**20 if sys.platform == "linux" else 2**30))
    return {"seconds": seconds, "processor": sum(processes[0]), "gib": sum(processes[1])}


def differences(one: Path, other: Path) -> list[str]:
    """Columns in which the two results differ by more than rounding, with how often."""
    import polars as pl

    spark = pl.read_parquet(one / "*.parquet").sort("day", "person")
    polars = pl.read_parquet(other).sort("day", "person")
    names = [name for name in polars.columns if name in spark.columns]
    assert set(spark.columns) - set(names) == {"role", "team", "supervisor"}, set(spark.columns) ^ set(names)
    assert len(spark) == len(polars), (len(spark), len(polars))
    found = []
    for name in names:
        a, b = (frame[name].cast(pl.Float64).to_numpy() for frame in (spark, polars))
        wrong = int((~np.isclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True)).sum())
        found += [f"{name}: {wrong:,} cells"] if wrong else []
    return found


def main() -> None:
    """Simulate, run both engines, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--reads", type=int, default=80, help="badge reads per person and day")
    parser.add_argument("--engine", choices=("spark", "polars"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        told = measured(given.engine, given.folder / "reads", given.folder / given.engine, given.people, given.days)
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "reads").mkdir()
        simulate(folder / "reads", given.people, given.days, given.reads)
        size = sum(path.stat().st_size for path in (folder / "reads").iterdir())
        rows = given.people * given.days * given.reads
        print(f"{rows:,} reads of {given.people:,} people over {given.days} days, {size / 2**20:.0f} MiB of Parquet")
        results = {}
        for engine in ("polars", "spark"):
            arguments = [sys.executable, "-m", "benchmarks.person_day", "--engine", engine, "--folder", scratch]
            arguments += ["--people", str(given.people), "--days", str(given.days)]
            done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True)
            results[engine] = json.loads(done.stdout.strip().splitlines()[-1])
            print(
                "{0:7} {seconds:7.1f} s   processor {processor:7.1f} s   peak {gib:5.1f} GiB".format(
                    engine, **results[engine]
                )
            )
        ratio = results["spark"]["seconds"] / results["polars"]["seconds"]
        print(f"Spark takes {ratio:.1f} × Polars")
        wrong = differences(folder / "spark", folder / "polars")
        print("the same cells" if not wrong else "DIFFERENT: " + "; ".join(wrong))
        sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
