"""A site's configuration as values: what it is called, when its day begins, which logs it lands and how they read."""

import re
from datetime import date, time, timedelta
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from feeds.site_values import ClockTime, Column, Columns, Delimiter, FreeWeekday, Values, Weekday, Zone, turned

Area = Literal["outside", "office", "protected", "vital", "inner"]
Rule = Literal["two_person", "escort", "no_lone_presence"]
"""What holds in a zone: two authorised people at once, visitors escorted, nobody alone."""
Material = Literal["I", "II", "III"]
"""Category of the nuclear material in a zone (IAEA INFCIRC/225/Rev.5, Nuclear Security Series 13, table 1)."""
KEPT_IN: dict[Material, tuple[Area, ...]] = {"I": ("inner",), "II": ("protected", "vital", "inner")}
"""Areas in which a category may be used and stored, as there; III needs no area of those told apart here."""


class Declared(BaseModel):
    """Nothing beside the declared keys, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SiteFacts(Declared):
    """The place and its hours."""

    name: str = Field(min_length=1)
    time_zone: Zone
    day_begins: ClockTime = time(4)
    """Boundary of the operational day: an hour at which hardly anybody comes or goes."""
    mail_domains: tuple[str, ...] = ()
    holidays: tuple[date, ...] = ()
    working_hours: tuple[ClockTime, ClockTime] = (time(7), time(19))
    free_weekdays: tuple[FreeWeekday, ...] = ("saturday", "sunday")
    """The weekend: operational days that begin on these are free. None at all for a site that has none."""

    @field_validator("mail_domains")
    @classmethod
    def lower(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        """Domains are compared in lower case, without the @."""
        return tuple(domain.lower().lstrip("@") for domain in domains)

    @model_validator(mode="after")
    def begins_once(self) -> "SiteFacts":
        """The day begins at an hour that every night has once: where clocks change, an event would be of two days."""
        night = turned(self.day_begins, self.time_zone)
        if night:
            raise ValueError(
                f"day_begins is {self.day_begins:%H:%M}, within an hour that the clocks of {self.time_zone} repeat or "
                f"skip, as on {night}: write one that every night has once, such as 04:00"
            )
        return self

    @property
    def free_iso_weekdays(self) -> frozenset[int]:
        """The free weekdays as ISO 8601 numbers them, Monday = 1."""
        return frozenset(number for number, day in enumerate(get_args(Weekday), 1) if day in self.free_weekdays)

    def is_free(self, day: date) -> bool:
        """Whether the operational day is a weekend day or a holiday."""
        return day in self.holidays or day.isoweekday() in self.free_iso_weekdays

    @property
    def boundary_minutes(self) -> int:
        """Minutes from midnight to the beginning of the operational day."""
        return self.day_begins.hour * 60 + self.day_begins.minute


class FeedConfig(Declared):
    """How one kind of log reads at this site."""

    format: Literal["csv", "jsonl", "parquet"] = "csv"
    columns: dict[str, Columns] = {}
    """Our field: their column, or several that are joined by '-'."""
    time_format: str | None = None
    time_zone: Literal["site"] | Zone = "site"
    values: dict[str, Values] = {}
    delimiter: Delimiter = ","
    required: bool = False
    """Whether a run over days without any delivery of this feed stops."""


class Identity(Declared):
    """How a site without a roster tells the person from a badge or an account."""

    pattern: str = r"^(?P<person>.+)$"

    @field_validator("pattern")
    @classmethod
    def names_person(cls, given: str) -> str:
        """A regular expression with a group called person."""
        try:
            groups = re.compile(given).groupindex
        except re.error as error:
            raise ValueError(f"not a regular expression ({error})") from None
        if "person" not in groups:
            raise ValueError("it has no group (?P<person>…) that says which part is the person")
        return given


class People(Declared):
    """Where the people come from."""

    roster: Literal["intervals", "snapshots", "none"] = "none"
    cards: bool = False
    """Whether badges are told by deliveries of `cards`; otherwise a badge is a personnel number or account."""
    delimiter: Delimiter = ","
    columns: dict[str, Column] = {}
    """Our column of a roster of intervals: theirs."""
    card_delimiter: Delimiter = ","
    card_columns: dict[str, Column] = {}
    """Our column of cards: theirs."""
    identity: Identity = Identity()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The deliveries that are read beside the feeds: they change who is who, not what happened."""
        return (("people",) if self.roster != "none" else ()) + (("cards",) if self.cards else ())

    @model_validator(mode="after")
    def has_effect(self) -> "People":
        """Nothing is written that the roster, or being without one, leaves without effect."""
        if self.roster == "none" and self.cards:
            raise ValueError(
                "cards tell personnel numbers, which nothing knows with roster: none: "
                "write roster: intervals (or snapshots), or cards: false"
            )
        if self.roster != "none" and "identity" in self.model_fields_set:
            raise ValueError(
                f"identity tells the person where there is no roster, and roster is {self.roster!r}: "
                "leave identity out, or write roster: none"
            )
        for key, needs, met in (
            ("delimiter", "roster: intervals or snapshots", self.roster != "none"),
            ("columns", "roster: intervals", self.roster == "intervals"),
            ("card_delimiter", "cards: true", self.cards),
            ("card_columns", "cards: true", self.cards),
        ):
            if key in self.model_fields_set and not met:
                raise ValueError(f"{key} has no effect without {needs}: write that, or leave {key} out")
        return self


class ZoneFacts(Declared):
    """One zone, and the weight of what could be done there."""

    name: str
    area: Area = "office"
    consequence: float = Field(default=1.0, ge=0)
    rules: tuple[Rule, ...] = ()
    material: Material | None = None

    @model_validator(mode="after")
    def is_kept_where_it_may_be(self) -> "ZoneFacts":
        """Material of a category lies in an area for it."""
        areas = KEPT_IN.get(self.material) if self.material else None
        if areas and self.area not in areas:
            raise ValueError(
                f"zone {self.name!r} holds material of category {self.material} in area {self.area!r}, "
                f"expected {' or '.join(areas)}"
            )
        return self


class DoorFacts(Declared):
    """One door between two zones."""

    name: str
    from_zone: str = Field(alias="from")
    to_zone: str = Field(alias="to")
    least_seconds: float = Field(default=0.0, ge=0)
    one_way: bool = False
    """Nobody comes back through it."""
    exit_reader: bool = True
    """Whether the way back, from `to` to `from`, is read too; without, it needs no badge."""


class ListFacts(Declared):
    """How much investigators can look at, and how long surprise is remembered."""

    budget: int = Field(default=10, ge=1)
    half_life_nights: float = Field(default=5.0, gt=0)
    control_share: float = Field(default=0.0, ge=0, le=0.5)
    """Share of the leads that are drawn at random, to see whether leads are judged or only confirmed."""


class LearningFacts(Declared):
    """How long it takes until a habit counts. Shorten these only for a history of a few weeks."""

    guard_nights: int = Field(default=14, ge=0)
    """Nights kept out of the baseline before tonight, so that a change of habit is seen before it is learnt."""
    warm_up_nights: float = Field(default=10.0, ge=0)
    """Own nights, by weight, before a person is scored."""
    train_every: int = Field(default=28, ge=1)
    """Nights between two trainings of a backfill."""


class TogetherFacts(Declared):
    """What counts as company, and how much of it is kept."""

    crowd: int = Field(default=25, ge=2)
    """People in a zone within an hour, at one computer or in one message, beyond whom company is chance: left out."""
    longest_stay_minutes: int = Field(default=240, ge=1)
    """When nothing is read after it, a stay ends so many minutes after the read it began with: half a shift."""
    grace_seconds: int = Field(default=60, ge=0)
    """Solitude in a zone of two that is a handover: one has badged in, the other follows."""
    partners: int = Field(default=20, ge=1)
    """Closest partners kept of each person: of a night's company at each place, and of four weeks beside the few whose
    company is explained least."""
    escorted: tuple[str, ...] = ()
    """Roles that need somebody of another role beside them in zones under the escort rule."""


class RegimeFacts(Declared):
    """A stretch of days in which other habits than the usual are to be expected."""

    name: str = Field(min_length=1)
    kind: Literal["outage", "reorganisation", "newcomers", "absence", "reader", "feed", "other"] = "other"
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    """Included."""

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "RegimeFacts":
        """A stretch has at least a day."""
        if self.last < self.first:
            raise ValueError(f"regime {self.name!r} ends on {self.last}, before it begins on {self.first}")
        return self


UPSETTING = ("outage", "reorganisation")
"""Kinds of regimes that change what nearly everybody does."""


class Site(Declared):
    """One site. Loaded and explained by jobs.site."""

    site: SiteFacts
    feeds: dict[str, FeedConfig] = Field(min_length=1)
    people: People = People()
    zones: tuple[ZoneFacts, ...] = ()
    doors: tuple[DoorFacts, ...] = ()
    web_categories: dict[str, tuple[str, ...]] = {}
    list: ListFacts = ListFacts()
    learning: LearningFacts = LearningFacts()
    together: TogetherFacts = TogetherFacts()
    regimes: tuple[RegimeFacts, ...] = ()

    def unlearnt(self, day: date) -> RegimeFacts | None:
        """The declared outage or reorganisation of `day` that no habit holds yet: the guard gap keeps all of it out."""
        since = day - timedelta(days=self.learning.guard_nights)
        new = (r for r in self.regimes if r.kind in UPSETTING and since <= r.first <= day <= r.last)
        return next(new, None)

    @field_validator("web_categories")
    @classmethod
    def lower(cls, categories: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Host names are compared in lower case."""
        return {name: tuple(domain.lower() for domain in domains) for name, domains in categories.items()}

    @model_validator(mode="after")
    def zones_are_told_apart(self) -> "Site":
        """A zone is declared once."""
        names = [zone.name for zone in self.zones]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"zones declares {', '.join(map(repr, twice))} more than once: keep one entry of a name")
        return self

    @model_validator(mode="after")
    def doors_lead_somewhere(self) -> "Site":
        """Once zones are declared, a door joins two of them."""
        zones = {zone.name for zone in self.zones} | {"outside"}
        for door in self.doors if self.zones else ():
            for end in (door.from_zone, door.to_zone):
                if end not in zones:
                    raise ValueError(f"door {door.name!r} leads to zone {end!r}, which zones does not declare")
        return self

    def zone_of(self, feed: str) -> str:
        """The time zone that a feed's wall-clock times are in."""
        zone = self.feeds[feed].time_zone
        return self.site.time_zone if zone == "site" else zone
