"""Who is behind a pseudonym: conform writes names and identities, `postern name` tells a name and records who asked."""

from expectations.silver import PERSON, VALID_FROM, VALID_TO
from expectations.table import Column, Table

NAME = Table(
    "vault.name",
    "one person",
    (
        PERSON,
        Column("number", "string", "Personnel number, or what stands for it at this site"),
        Column("name", "string", "Name", required=False),
        Column("email", "string", "Work address", required=False),
    ),
    keys=("person",),
    day=None,
    partition=(),
    personal=True,
)

IDENTITY = Table(
    "vault.identity",
    "one identifier of one person over one interval [valid_from, valid_to)",
    (
        Column("kind", "string", "What identifies", allowed=("badge", "account", "email", "person")),
        Column(
            "identifier",
            "string",
            "The identifier as the systems log it; with a roster, accounts and addresses in lower case",
        ),
        PERSON,
        VALID_FROM,
        VALID_TO,
    ),
    keys=("kind", "identifier", "valid_from"),
    day=None,
    partition=(),
    personal=True,
)

OPENED = Table(
    "vault.opened",
    "one name that somebody asked for at one moment",
    (
        Column("at", "timestamp", "When", unit="UTC"),
        Column("by", "string", "Account of whoever asked"),
        PERSON,
        Column("because", "string", "The reason given"),
    ),
    keys=("at", "by", "person"),
    day=None,
    partition=(),
    personal=True,
    notes="Written before the name is told (`postern name`).",
)

VAULT = (NAME, IDENTITY)
