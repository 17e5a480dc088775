"""Least times learnt from reads: the quickest hundredth, told with how many walks stand behind it."""

from datetime import date, datetime, timedelta

from pyspark.sql import SparkSession

from expectations.silver import ACCESS
from features.transit import LONGEST, SUPPORT, transit_times
from jobs.rows import frame

DAY = date(2024, 5, 15)


def test_the_quickest_hundredth_of_walks_with_its_support(spark: SparkSession) -> None:
    reads = []

    def walk(person: int, door: str, seconds: int, outcome: str = "granted") -> None:
        start = datetime(2024, 5, 15, 8)  # noqa: DTZ001
        for n, (name, at, answer) in enumerate(((door, 0, outcome), ("END", seconds, "granted"))):
            moment = start + timedelta(seconds=at)
            reads.append((10 * person + n, person, moment, DAY, DAY, person, name, None, "in", answer))

    # Two lent badges, then nobody under 20 seconds; refusals and lunch breaks are no walks.
    for person, seconds in enumerate([1, 2, *range(20, 20 + SUPPORT - 2)]):
        walk(person, "A", seconds)
    for person in range(1000, 1100):
        walk(person, "A", 3, "denied")
        walk(2000 + person, "A", LONGEST + 1)
        walk(4000 + person, "B", 9)
    table = transit_times(frame(spark, reads, ACCESS.schema()).repartition(3))
    assert [tuple(row) for row in table.collect()] == [("A", 20, SUPPORT)]
