"""Who is behind a pseudonym. Only conform reads and writes these tables."""

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

VAULT = (NAME, IDENTITY)
