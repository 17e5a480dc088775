"""Whom a code of the list stands for, and a record of who asked and why.

Lists know people by codes alone; names lie in the vault. Whoever may read the vault answers with this command. What
was asked is recorded beside the names before any is told: a name is asked for with a reason, or not at all. `--record`
tells what was asked so far, and no name.
"""

import argparse
import os
import pwd
from collections.abc import Sequence
from datetime import UTC, datetime

from expectations.errors import ConfigurationError, MissingState
from expectations.vault import NAME, OPENED
from features.pseudonym import code, spelled
from jobs.context import Context
from jobs.rows import frame


def run(context: Context, codes: Sequence[str], because: str, by: str, at: datetime) -> list[str]:
    """A line for each person who has one of the `codes`; `by` asked, `at` an instant.

    Raises ConfigurationError for what is no code or no reason, MissingState, before anything is recorded, for a code
    that nobody has.
    """
    if not because.strip():
        raise ConfigurationError('A name is asked for with a reason. Next: --because "case 2026-14".')
    try:
        wanted = {spelled(given) for given in codes}
    except ValueError as wrong:
        raise ConfigurationError(f"{wrong}. Next: write the code as the list has it, P-K7QF-2M9T.") from wrong
    # Of two people who share a code both are told.
    known = [row for row in context.lake.read(NAME).orderBy("number").collect() if code(row["person"]) in wanted]
    if lost := wanted - {code(row["person"]) for row in known}:
        raise MissingState(
            f"vault.name holds nobody with the code {', '.join(sorted(lost))}: expected one of this lake's lists. "
            "Next: compare it with the list, letter by letter; another lake or another key has other codes."
        )
    moment = at.astimezone(UTC).replace(tzinfo=None)
    opened = [(moment, by, row["person"], because.strip()) for row in known]
    context.lake.merge(OPENED, frame(context.lake.spark, opened, OPENED.schema()))
    return [
        "  ".join([code(row["person"]), row["number"], *(row[name] for name in ("name", "email") if row[name])])
        for row in known
    ]


def record(context: Context) -> list[str]:
    """Who asked for whom, when and why, oldest first; codes, no names."""
    rows = context.lake.read(OPENED).orderBy("at", "by", "person").collect()
    told = [f"{row['at']:%Y-%m-%d %H:%M} UTC  {row['by']}  {code(row['person'])}  {row['because']}" for row in rows]
    return told or ["nobody asked for a name so far"]


def main(rest: list[str]) -> int:
    """The command `postern name`."""
    from jobs.arguments import placed
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(
        prog="postern name",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[placed()],
    )
    parser.add_argument("code", nargs="*", help="as the list has it: P-K7QF-2M9T")
    parser.add_argument("--because", default="", metavar="REASON", help="why the name is needed; it is recorded")
    parser.add_argument("--record", action="store_true", help="who asked for whom so far, and why")
    given = parser.parse_args(rest)
    if bool(given.code) == given.record:
        parser.error("say one of: CODE … --because REASON; --record")
    with context(settings(given.lake, given.site), "name") as ready:
        # The account that runs this, whatever its environment calls itself.
        asked = pwd.getpwuid(os.getuid()).pw_name, datetime.now(UTC)
        print("\n".join(record(ready) if given.record else run(ready, given.code, given.because, *asked)))  # noqa: T201
    return 0
