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
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.reads import START, simulate

LEFT_OUT = {"hour_rarest", "doors_of_others", "feeds_new", "doors_tested", "zones_refused"}
"""Behaviours that need a month of state (site's hours, owners of doors), several feeds, or places that never opened.
Of several feeds is all of features.silence, too."""
WALKS = ("routes", "reach", "structure")
"""Modules most of whose behaviours need that too: benchmarks.graphs times them."""
WALKED = {"doors_tried_on", "moves_new", "time_spread"}
"""Those of their behaviours that do not."""


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
    out = LEFT_OUT | {b.name for b in found("silence")} | {b.name for module in WALKS for b in found(module)} - WALKED
    wanted = [
        b
        for b in BEHAVIOURS
        if b.source in ("access", "presence") and b.name not in out and not b.needs_graph and b.family != "together"
    ]
    person_day(told, on_days(nobody, hours), wanted, {"access"}).write.mode("overwrite").parquet(str(target))
    return time.monotonic() - begun


def measured(engine: str, source: Path, target: Path, people: int, days: int) -> dict[str, float]:
    """Run one engine in this process and tell what it took, the JVM that it started included."""
    if engine == "spark":
        seconds = with_spark(source, target, people, days)
    else:
        from benchmarks.person_day_polars import with_polars

        seconds = with_polars(source, target, days)
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
