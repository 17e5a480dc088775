"""A published night as values: everything the page and the exports say, and nothing they do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from features.pseudonym import code
from features.site_graph import SiteGraph
from jobs.report.fairness import Fairness
from jobs.report.walk import LeftOut, Unread, Way


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a lead: a part of its risk, with its figures."""

    channel: str
    family: str
    part: float
    """Bits; the parts of a lead sum to its risk."""
    tonight: float
    """Bits of the night it was seen, alone."""
    seen_on: date
    """Night it was seen: before the list's own when it is remembered."""
    value: float | None
    usual: float | None
    colleagues: float | None
    unit: str
    sentence: str
    innocent: str
    events: tuple[int, ...]
    history: tuple[tuple[date, float | None], ...] = ()
    """The person's own values, oldest first, up to the night; empty for what is no behaviour."""
    peers: tuple[float, float] | None = None
    """From the 10th to the 90th percentile of the others of the same role on the night it was seen; None: too few."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the person's day. Times are local."""

    kind: str
    name: str
    events: int
    refused: int
    first_at: datetime | None
    last_at: datetime | None
    days_seen: int
    last_day: date | None

    @property
    def is_new(self) -> bool:
        """Not there before, as far as habits reach: half a year (features.habit.MEMORY_ELSE)."""
        return self.days_seen == 0


@dataclass(frozen=True, slots=True)
class Move:
    """From one place to the next, so many times between `first_at` and `last_at` (local)."""

    origin: str
    target: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Tie:
    """Two people of a group: `minutes` together in four weeks, of which `expected`; `place`: where that night.

    `apart`: all this is of zones alone where either of the two seldom goes.
    """

    one: int
    other: int
    bits: float
    minutes: float
    expected: float
    times: float
    messages: float
    machines: float
    place: str | None
    apart: bool | None = None
    """NULL in nights of before that was told."""


@dataclass(frozen=True, slots=True)
class Group:
    """The group behind a lead, as of a night; its `bits` are shared out to its people."""

    seen_on: date
    bits: float
    people: tuple[int, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """One entry of the list."""

    rank: int
    person: int
    risk: float
    score: float
    once_in: float
    model: str
    previous_rank: int | None
    role: str = "unknown"
    team: str = "unknown"
    reasons: tuple[Reason, ...] = ()
    places: tuple[Place, ...] = ()
    moves: tuple[Move, ...] = ()
    ways: tuple[Way, ...] = ()
    """The walk from zone to zone on the night of the foremost reason, in the order each way was first gone."""
    unread: tuple[Unread, ...] = ()
    """Of that walk, what was gone without a read."""
    left_out: tuple[LeftOut, ...] = ()
    """Usual ways that it leaves out, the most usual first; told where a reason of that night counts them."""
    group: Group | None = None
    control: bool | None = False
    """Drawn at random. For the record alone: neither the page nor an export says it."""

    @property
    def code(self) -> str:
        """The pseudonym as read aloud."""
        return code(self.person)

    @property
    def change(self) -> str:
        """Against the list before, in words."""
        if self.previous_rank is None:
            return "new"
        if self.previous_rank == self.rank:
            return "same"
        return f"{'up' if self.previous_rank > self.rank else 'down'} from {self.previous_rank}"


@dataclass(frozen=True, slots=True)
class Gone:
    """Someone of the list before who is not on this one."""

    person: int
    previous_rank: int
    why: str

    @property
    def code(self) -> str:
        """The pseudonym as read aloud."""
        return code(self.person)


@dataclass(frozen=True, slots=True)
class Night:
    """One published night."""

    site: str
    zone: ZoneInfo
    day: date
    published_at: datetime
    active: int
    """People with an event that day."""
    scored: int
    """Of them, with enough history."""
    innocent: float | None
    """Leads to expect on the list if nobody did anything; None: the night was not scored."""
    budget: int
    leads: tuple[Lead, ...]
    previous: date | None = None
    """Day of the list before."""
    gone: tuple[Gone, ...] = ()
    unscored: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Reason to pseudonyms."""
    silent: tuple[str, ...] = ()
    """Feeds without events for the day."""
    warnings: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    """Nights since the list before that published nothing, each with its reason."""
    graph: SiteGraph | None = None
    """The site's zones and doors, on which days are drawn; None where it declares none."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Table to Delta version, and the code's version under 'postern'."""
    fairness: Fairness | None = None
    """The newest audit before the night; None when there was none."""
    past: float | None = None
    """Person-days, at least, by which scores are called rare; None: not known."""
    crowds: str | None = None
    """Where who was with whom is not told, because a crowd was there, in a line."""
    drift: str | None = None
    """What had changed for everybody by the night before, in a line; None when it was not watched."""

    @property
    def model(self) -> str:
        """Version of the champion that scored."""
        return ", ".join(sorted({lead.model for lead in self.leads})) or "none"

    def by_chance(self, lead: Lead) -> float:
        """People expected to have a day at least this unusual tonight if everyone were innocent."""
        return self.active / lead.once_in
