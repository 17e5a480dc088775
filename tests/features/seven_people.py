"""A day of seven people: what each did, what was known of them, and their place rows, folded once."""

from datetime import date, datetime, time

from pyspark.sql import DataFrame, SparkSession

from expectations.gold_day import HABIT
from expectations.silver import PEOPLE
from features import habit
from features.person_day import on_days
from features.places import places
from features.working_time import WorkingTime
from jobs.site_graph import ways
from tests.features.drawn import site
from tests.features.walked import Events

DAY = date(2024, 5, 15)  # the day of the fixture `events`
HOURS = WorkingTime(day_begins=time(4))
EVE, MONTH_START, LONG_AGO = date(2024, 5, 14), date(2024, 5, 1), date(2024, 1, 8)
WALKER, HELPER, WRITER, COPIER, NEWCOMER, OPERATOR, BOSS = 1, 2, 3, 4, 5, 6, 9

ACCESS = """
person | at       | door | zone | direction | outcome | credential
1      | 08:00    | D1   | Z1   | in        | granted | 11
1      | 08:10    | D2   | Z2   | in        | granted | 11
1      | 08:10:05 | D3   | Z3   | in        | denied  | 11
1      | 08:11    | D3   | Z3   | in        | denied  | 11
1      | 12:00    | D4   | Z1   |           | denied  | 11
1      | 23:00    | D1   | Z1   | out       | granted | 12
5      | 08:00    | D1   | Z1   | in        | granted | 50
"""
LOGON = """
person | at    | machine | activity
2      | 06:30 | PC2     | logoff
2      | 08:00 | PC2     | logon
2      | 09:00 | PC2     | logoff
2      | 10:00 | PC9     | logon
2      | 10:30 | PC9     | logoff
2      | 11:00 | PC-lab  | logon
2      | 02:00 | PC-lab  | logoff
5      | 08:05 | PC5     | logon
"""
MAIL = """
person | at    | machine | activity | recipients | outside | size | attachments | private_sender | blind | counterparts | outsiders
3      | 09:00 | PC3     | send     | 2          | 0       | 100  | 1           | no             | 0     | 301,302      |
3      | 09:05 | PC3     | send     | 3          | 2       | 700  | 4           | no             | 2     | 301,303,304  | 303,304
3      | 20:00 | PC9     | send     | 1          | 1       | 50   | 0           | yes            | 0     | 304          | 304
3      | 20:10 | PC9     | view     | 9          | 9       | 9000 | 9           | yes            | 1     | 305          | 305
"""  # noqa: E501  # a table is read across
MEDIA = """
person | at    | machine | activity   | medium
4      | 21:00 | PC4     | connect    | 71
4      | 21:30 | PC4     | disconnect | 71
4      | 22:00 | PC9     | connect    | 72
4      | 22:10 | PC9     | connect    |
"""
FILE = """
person | at    | machine | activity | extension | to_media
4      | 21:05 | PC4     | copy     | doc       | yes
4      | 21:06 | PC4     | copy     | zip       | yes
4      | 22:05 | PC9     | write    | zip       | no
4      | 22:06 | PC9     | delete   |           | no
"""
WEB = """
person | at    | domain       | activity | category
4      | 09:00 | news.example | visit    |
4      | 09:01 | jobs.example | visit    | job_search
4      | 09:02 | jobs.example | visit    | job_search
4      | 21:40 | drop.example | upload   | file_sharing
4      | 21:41 | news.example | upload   |
4      | 21:42 | tool.example | download | hacking
"""
ALARM = """
person | at    | machine | activity    | sensor | zone
6      | 09:00 | ALARM-1 | acknowledge | S1     | station
6      | 09:01 | ALARM-1 | reset       | S1     | station
6      | 09:10 | ALARM-1 | acknowledge | S1     | station
6      | 09:20 | ALARM-1 | acknowledge | S2     | station
"""
KNOWN = [
    # person, source, kind, place, days_seen, first_day
    *[(person, "presence", "presence", "any", 80, LONG_AGO) for person in (WALKER, HELPER, WRITER, COPIER, OPERATOR)],
    (NEWCOMER, "presence", "presence", "any", 3, date(2024, 5, 10)),
    *[(HELPER, "presence", "hour", hour, 60, LONG_AGO) for hour in ("08", "09", "10", "11")],
    (HELPER, "presence", "hour", "06", 4, LONG_AGO),
    (HELPER, "presence", "hour", "02", 9, date(2024, 5, 3)),
    (WALKER, "access", "door", "D1", 70, LONG_AGO),
    (WALKER, "access", "zone", "Z1", 70, LONG_AGO),
    (WALKER, "access", "door", "D4", 20, LONG_AGO),
    (HELPER, "logon", "machine", "PC2", 60, LONG_AGO),
    (HELPER, "logon", "machine", "PC-lab", 30, LONG_AGO),
    (WRITER, "logon", "machine", "PC-lab", 30, LONG_AGO),
    (WRITER, "logon", "machine", "PC3", 60, LONG_AGO),
    (COPIER, "logon", "machine", "PC4", 60, LONG_AGO),
    (BOSS, "logon", "machine", "PC9", 60, LONG_AGO),
    (WRITER, "mail", "counterpart", "301", 40, LONG_AGO),
    (WRITER, "mail", "counterpart", "303", 1, date(2024, 5, 13)),
    (COPIER, "file", "use", "file", 30, LONG_AGO),
    (COPIER, "media", "medium", "71", 9, LONG_AGO),
    (COPIER, "file", "extension", "doc", 30, LONG_AGO),
    (COPIER, "web", "domain", "news.example", 30, LONG_AGO),
    (OPERATOR, "alarm", "sensor", "S1", 60, LONG_AGO),
]


def habits_on(spark: SparkSession, day: date) -> DataFrame:
    rows = [(day, *known, min(day, EVE)) for known in KNOWN if known[-1] <= day]
    return spark.createDataFrame(rows, HABIT.schema())


def roster(spark: SparkSession) -> DataFrame:
    since = datetime(2020, 1, 1)  # noqa: DTZ001
    people = [(person, "operator", "shift A", "site", BOSS, since, None) for person in (HELPER, WRITER)]
    return on_days(spark.createDataFrame(people, PEOPLE.schema()), HOURS)


def folded(spark: SparkSession, events: Events) -> DataFrame:
    """Place rows of the day, with all that is known before it."""
    feeds = {"access": ACCESS, "logon": LOGON, "mail": MAIL, "media": MEDIA, "file": FILE, "web": WEB, "alarm": ALARM}
    walks = ways(spark, site("outside ==D1:0== Z1 ==D2:60== Z2 ==D3:30== Z3"))
    frames = {name: events(name, text) for name, text in feeds.items()}
    rows = habit.remembered(places(frames, HOURS, DAY, date(2024, 5, 16), walks), habits_on(spark, EVE))
    starts = habits_on(spark, MONTH_START)
    shared = habit.with_shares(rows, habit.hour_shares(starts))
    return habit.with_owners(shared, habit.owners(starts), roster(spark))
