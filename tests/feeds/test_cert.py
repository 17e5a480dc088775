"""The CERT data set's own files, of release 4.2 and of the later ones with their extra columns."""

from datetime import date

import pytest

from expectations.silver import FILE, LEDGER, LOGON, MAIL, MEDIA, PEOPLE, QUARANTINE, WEB
from expectations.vault import NAME
from jobs.conform import conform
from jobs.days import Days

DAY = "2026-01-05"
HEAD = "id,date,user,pc"


def row(hour: int, rest: str, user: str = "ann") -> str:
    return f"{{A-{hour}}},01/05/2026 {hour}:00:00,{user},PC-1,{rest}\n"


FILES = {
    ("logon", "logon.csv"): f"{HEAD},activity\n"
    + row(10, "Logon")
    + row(11, "LOGOFF", user="Ann")
    + row(10, "Logon", user="eve"),
    ("media", "device.csv"): f"{HEAD},activity\n" + row(10, "Connect"),
    ("media", "device-r6.csv"): f"{HEAD},file_tree,activity,serial\n"
    + row(11, "R:\\;R:\\a,Disconnect,4c53-00a1")
    + row(12, ",Connect,4C53-00A1"),
    ("file", "file.csv"): f"{HEAD},filename,content\n" + row(10, 'A1.DOC,"D0-CF a, b"'),
    ("file", "file-r6.csv"): f"{HEAD},filename,activity,to_removable_media,from_removable_media,content\n"
    + row(11, "C:\\a\\b,File Write,False,True,x"),
    ("web", "http.csv"): f"{HEAD},url,content\n"
    + row(10, "http://www.Jobs.example:80/a?b,words")
    + row(11, "/no/host,words"),
    ("web", "http-r6.csv"): f"{HEAD},url,activity,content\n" + row(12, "https://me@co.paste.example/,WWW Upload,words"),
    ("mail", "email.csv"): f"{HEAD},to,cc,bcc,from,size,attachments,content\n"
    + row(10, "Bo@harrow.example;x@Else.example,x@else.example,,ann@harrow.example,900,2,words")
    + row(12, ",,,ann@home.example,big,0,words"),
    ("mail", "email-r6.csv"): f"{HEAD},to,cc,bcc,from,activity,size,attachments,content\n"
    + row(11, "bo@harrow.example,,,a@home.example,View,5,C:\\a.doc(9);C:\\b.doc(8);D:\\c(1),x"),
}


@pytest.fixture(scope="module")
def night(lake, land, people, site):
    people(lake, DAY)
    for (feed, name), text in FILES.items():
        land(lake, feed, DAY, name, text)
    conform(lake, site, Days.one(date(2026, 1, 5)))
    return lake


def rows(lake, table, *columns):
    return [tuple(row) for row in lake.read(table).orderBy("at").select(*columns).collect()]


def test_logons(night):
    assert rows(night, LOGON, "machine", "activity") == [("PC-1", "logon"), ("PC-1", "logoff")]


def test_an_account_is_its_holders_in_whatever_case_a_log_writes_it(night):
    people = night.read(LOGON).join(night.read(NAME), "person").select("activity", "number").collect()
    assert {tuple(row) for row in people} == {("logon", "P1"), ("logoff", "P1")}


def test_media_with_and_without_a_file_tree(night):
    assert rows(night, MEDIA, "activity") == [("connect",), ("disconnect",), ("connect",)]


def test_a_medium_s_number_is_a_pseudonym_the_same_in_whatever_case(night):
    unnumbered, one, same = (medium for (medium,) in rows(night, MEDIA, "medium"))
    assert unnumbered is None
    assert one == same != 0


def test_files_are_copies_to_media_unless_told_otherwise(night):
    columns = ("activity", "extension", "to_media", "from_media")
    assert rows(night, FILE, *columns) == [("copy", "doc", True, False), ("write", None, False, True)]


def test_the_host_is_kept_and_the_first_category_that_lists_it(night):
    columns = ("activity", "domain", "category")
    assert rows(night, WEB, *columns) == [
        ("visit", "www.jobs.example", "jobs"),
        ("upload", "co.paste.example", "leaks"),
    ]


def test_recipients_are_distinct_addresses_counted_and_keyed(night):
    columns = ("activity", "recipients", "outside", "size", "attachments", "private_sender", "blind")
    assert rows(night, MAIL, *columns) == [("send", 2, 1, 900, 2, False, 0), ("view", 1, 0, 5, 3, True, 0)]
    first, second = (row[0] for row in rows(night, MAIL, "counterparts"))
    assert len(set(first)) == 2
    outside, nobody = (row[0] for row in rows(night, MAIL, "outsiders"))
    assert len(outside) == 1
    assert set(outside) < set(first)
    assert nobody == []
    assert set(second) <= set(first)  # the same address, the same pseudonym, in whatever case it was written


def test_bad_rows_are_told(night):
    told = {row["file"].rsplit("/", 1)[1]: row["reason"] for row in night.read(QUARANTINE).collect()}
    assert told == {
        "logon.csv": "unknown account at that time",
        "http.csv": "the URL has no host name",
        "email.csv": "the size is not a number of bytes",
    }


def test_known_columns_are_not_noted_as_extra(night):
    assert {tuple(row["extra_columns"]) for row in night.read(LEDGER).collect()} == {()}


def test_people_know_their_supervisor(night):
    names = {row["person"]: row["number"] for row in night.read(NAME).collect()}
    people = {names[row["person"]]: row for row in night.read(PEOPLE).collect()}
    assert names[people["P1"]["supervisor"]] == "P2"
    assert people["P2"]["supervisor"] is None
    assert (people["P1"]["role"], people["P1"]["team"], people["P1"]["employer"]) == ("Clerk", "T1", "Harrow")
