"""What people do at computers: mail, the web, removable media and copies of files, in the columns of CERT's releases.

Each function returns a table of rows without ids whose column `second` (seconds since midnight) becomes the date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.computers import FORGETS_LOGOFF, Sessions, moments
from simulation.draws import MINUTE, Flags, Floats, Ints, choose, ragged, stream
from simulation.names import EXTENSIONS, OUTSIDE_DOMAINS, WEB
from simulation.people import ROLES, Population

MOST_TO = 4
TO_TEAM, TO_SUPERVISOR, TO_ANYBODY = 0.62, 0.72, 0.90  # cumulative; the rest goes outside
CIRCULAR = 0.15  # chance per shift of a manager: one mail to the whole team
USES_MEDIA = (0.004, 0.35)  # chance per session: most people, those who carry media
COPIES = 3.0
SELDOM = ("job_search", "file_sharing", "hacking")
DOMAINS = [domain for domains in WEB.values() for domain in domains]
PAGES_PER_DOMAIN = 40
URLS = pa.array(
    [
        f"http://{d}/{(i * 7919 + k * 104729) % 16**6:06x}.html"
        for i, d in enumerate(DOMAINS)
        for k in range(PAGES_PER_DOMAIN)
    ]
)
OUTSIDERS = pa.array(
    [f"{name}@{d}" for d in OUTSIDE_DOMAINS for name in ("sales", "office", "j.doe", "support", "a.wren", "m.lark")]
)
FILES = pa.array([f"{(i * 2654435761) % 36**6:010d}.{EXTENSIONS[i % len(EXTENSIONS)]}" for i in range(4096)])


@dataclass(frozen=True)
class Words:
    """The population's names as arrow arrays, to take from by index."""

    accounts: pa.Array
    machines: pa.Array
    emails: pa.Array

    @staticmethod
    def of(population: Population) -> "Words":
        """Those of one population."""
        return Words(*(pa.array(v, pa.string()) for v in (population.accounts, population.machines, population.emails)))

    def rows(self, person: Ints, pc: Ints, second: Floats, **more: pa.Array) -> pa.Table:
        """Rows that name their user and machine, with further columns."""
        columns = {"second": pa.array(second.astype(np.int64)), "user": self.accounts.take(pa.array(person))}
        return pa.table(columns | {"pc": self.machines.take(pa.array(pc))} | more)


def logons(words: Words, sessions: Sessions, day: date, seed: int) -> pa.Table:
    """A Logon and, unless it was forgotten, a Logoff per session."""
    off = np.flatnonzero(stream(seed, "logoff", day).random(len(sessions)) >= FORGETS_LOGOFF)
    label = pa.array(["Logon"] * len(sessions) + ["Logoff"] * len(off), pa.string())
    person, machine = np.r_[sessions.person, sessions.person[off]], np.r_[sessions.pc, sessions.pc[off]]
    return words.rows(person, machine, np.r_[sessions.on, sessions.off[off]], activity=label)


def mail(population: Population, words: Words, sessions: Sessions, day: date, seed: int) -> pa.Table:
    """Mail sent: mostly within the team, some to the supervisor, the site at large and partners outside."""
    draw = stream(seed, "mail", day)
    mean = np.array([r.mails for r in ROLES])[population.role] * population.activity / 2
    person, machine, second = moments(sessions, mean[sessions.person], draw)
    many = len(person)
    team = population.team_on(day)
    members = np.argsort(team, kind="stable")
    size = np.bincount(team, minlength=len(population.leaders))
    first = np.cumsum(size) - size
    boss = np.maximum(population.supervisor_on(day), 0)
    everybody = pa.concat_arrays([words.emails, OUTSIDERS])
    drawn = []
    for k in range(MOST_TO + 1):  # the last one gets a copy
        u = draw.random((3, many))
        mate = members[first[team[person]] + (u[0] * size[team[person]]).astype(np.int64)]
        outsider = len(words.emails) + (person * 5 + (u[1] ** 3 * len(OUTSIDERS)).astype(np.int64)) % len(OUTSIDERS)
        anybody = (u[1] * len(population)).astype(np.int64)
        kind = np.searchsorted([TO_TEAM, TO_SUPERVISOR, TO_ANYBODY], u[2])
        chosen = np.choose(kind, [mate, boss[person], anybody, outsider])
        wanted = np.ones(many, dtype=bool) if k == 0 else draw.random(many) < (0.25 / k if k < MOST_TO else 0.25)
        drawn.append(everybody.take(pa.array(chosen, mask=~wanted)))
    to = pc.binary_join_element_wise(*drawn[:MOST_TO], ";", null_handling="skip")
    cc = drawn[MOST_TO].fill_null("")
    plain = _mails(words, person, machine, second, to, cc, draw)
    writer = np.unique(person[population.is_role("manager")[person]])
    writer = writer[draw.random(len(writer)) < CIRCULAR]
    lists = [np.flatnonzero(team == team[w]) for w in writer]
    at = draw.uniform(10, 15, len(writer)) * 60 * MINUTE
    return pa.concat_tables([plain, mass_mail(words, writer, population.pc[writer], at, lists, draw)])


def mass_mail(
    words: Words, sender: Ints, machine: Ints, second: Floats, recipients: Sequence[Ints], draw: np.random.Generator
) -> pa.Table:
    """One mail per sender to all of the persons listed."""
    to = pa.array([";".join(words.emails.take(pa.array(r)).to_pylist()) for r in recipients], pa.string())
    return _mails(words, sender, machine, second, to, pa.array([""] * len(sender), pa.string()), draw)


def _mails(
    words: Words, person: Ints, machine: Ints, second: Floats, to: pa.Array, cc: pa.Array, draw: np.random.Generator
) -> pa.Table:
    attached = draw.poisson(0.35, len(person))
    size = draw.lognormal(10.1, 0.5, len(person)) + attached * draw.lognormal(12, 1, len(person))
    empty = pa.repeat("", len(person))
    return words.rows(
        person, machine, second, to=to, cc=cc, bcc=empty, **{"from": words.emails.take(pa.array(person))},
        size=pa.array(size.astype(np.int64)), attachments=pa.array(attached), content=empty,
    )  # fmt: skip


def web(population: Population, words: Words, sessions: Sessions, day: date, seed: int) -> pa.Table:
    """Pages visited: each person's usual domains first; job search by the few who look for another job."""
    draw = stream(seed, "web", day)
    mean = np.array([r.pages for r in ROLES])[population.role] * population.activity / 2
    person, machine, second = moments(sessions, mean[sessions.person], draw)
    weight = np.array([(0.004 if c in SELDOM else 1) / (j + 1) for c, v in WEB.items() for j in range(len(v))])
    u = draw.random((3, len(person)))
    common = choose(np.tile(np.cumsum(weight / weight.sum()), (len(person), 1)), u[0])
    ordinary = len(DOMAINS) - sum(len(WEB[c]) for c in SELDOM)
    own = (person * 7 + (u[0] ** 2 * 5).astype(np.int64) * 3) % ordinary
    jobs = ordinary + (u[0] * len(WEB["job_search"])).astype(np.int64)
    domain = np.where(u[1] < 0.7, own, common)
    domain = np.where(population.restless[person] & (u[1] > 0.95), jobs, domain)
    page = domain * PAGES_PER_DOMAIN + (u[2] ** 2 * PAGES_PER_DOMAIN).astype(np.int64)
    return pages(words, person, machine, second, page)


def pages(words: Words, person: Ints, machine: Ints, second: Floats, page: Ints) -> pa.Table:
    """Visits to numbered pages of URLS."""
    return words.rows(person, machine, second, url=URLS.take(pa.array(page)), content=pa.repeat("", len(person)))


def pages_of(category: str, u: Floats) -> Ints:
    """Pages of one declared category, drawn by uniforms."""
    own = np.flatnonzero(np.isin(DOMAINS, WEB[category]))
    return own[(u * len(own)).astype(np.int64)] * PAGES_PER_DOMAIN


def media(population: Population, words: Words, sessions: Sessions, day: date, seed: int) -> tuple[pa.Table, pa.Table]:
    """Connections of removable media, and the files copied to them: a habit of few, now and then by anybody."""
    draw = stream(seed, "media", day)
    chance = np.array(USES_MEDIA)[population.carries_media.astype(int)][sessions.person]
    used: Flags = draw.random(len(sessions)) < chance
    row = np.flatnonzero(used)
    on = sessions.on[row] + draw.random(len(row)) * (sessions.off - sessions.on)[row] * 0.8
    off = on + draw.uniform(0.3, 0.95, len(row)) * (sessions.off[row] - on)
    return copied(
        words, Sessions(sessions.person[row], sessions.pc[row], on, off), draw.poisson(COPIES, len(row)), draw
    )


def copied(words: Words, plugged: Sessions, copies: Ints, draw: np.random.Generator) -> tuple[pa.Table, pa.Table]:
    """Connect, `copies` files copied, Disconnect, for each time that a medium is plugged in."""
    person, machine = np.r_[plugged.person, plugged.person], np.r_[plugged.pc, plugged.pc]
    label = pa.array(["Connect"] * len(plugged) + ["Disconnect"] * len(plugged), pa.string())
    devices = words.rows(person, machine, np.r_[plugged.on, plugged.off], activity=label)
    row, _ = ragged(copies)
    at = plugged.on[row] + draw.random(len(row)) * (plugged.off - plugged.on)[row]
    names = FILES.take(pa.array(draw.integers(0, len(FILES), len(row))))
    files = words.rows(plugged.person[row], plugged.pc[row], at, filename=names, content=pa.repeat("", len(row)))
    return devices, files
