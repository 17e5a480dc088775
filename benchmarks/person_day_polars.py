"""The behaviours of badge reads written by hand in Polars, as benchmarks.person_day compares them with Spark's."""

import time
from datetime import timedelta
from pathlib import Path

import polars as pl

from benchmarks.reads import START
from features.habit import GUARD
from features.rows import LEARNING, RARE
from features.site_graph import ARROW, OUTSIDE
from features.walks import NEXT_DOOR


def with_polars(source: Path, target: Path, days: int) -> float:
    """The same columns by hand; returns seconds."""
    begun = time.monotonic()
    free = pl.col("day").dt.weekday() >= 6
    hour = pl.col("clock") // 3600
    measures = [
        pl.len().cast(pl.Int64).alias("events"),
        pl.col("off").sum().cast(pl.Int64),
        pl.col("night").sum().cast(pl.Int64),
        pl.col("clock").min().alias("first"),
        pl.col("clock").max().alias("last"),
        pl.col("denied").sum().cast(pl.Int64).alias("refused"),
        (pl.col("direction") == "in").sum().cast(pl.Int64).alias("entries"),
        (pl.col("direction") == "out").sum().cast(pl.Int64).alias("exits"),
        pl.col("since").min().alias("fastest"),
        pl.col("credential").min().alias("low"),
        pl.col("credential").max().alias("high"),
        pl.col("bit").bitwise_or().alias("hours"),
        pl.col("stay").sum().alias("stayed"),
        pl.col("tried_on").sum().cast(pl.Int64),
    ]
    again = [
        *(pl.col(name).sum() for name in ("events", "off", "night", "refused", "entries", "exits")),
        *(pl.col(name).sum() for name in ("stayed", "tried_on")),
        *(pl.col(name).min() for name in ("first", "fastest", "low")),
        *(pl.col(name).max() for name in ("last", "high")),
        pl.col("hours").bitwise_or(),
    ]
    keys = ["person", "day"]
    doors, zones, whole, moves = [], [], [], []
    for offset in range(days):
        reads = pl.scan_parquet(source / f"{START + timedelta(days=offset)}.parquet").sort("person", "at", "event")
        moved = (pl.col("person") == pl.col("person").shift(1)) & (pl.col("zone") != pl.col("zone").shift(1))
        seconds = pl.col("at").dt.epoch("s")
        walks = (
            reads.with_columns(
                clock=seconds - pl.col("day").cast(pl.Int64) * 86_400, denied=pl.col("outcome") == "denied"
            )
            .with_columns(
                off=free | (hour < 7) | (hour >= 19),
                night=(hour < 5) | (hour >= 22),
                bit=pl.lit(2, pl.Int64).pow(hour).cast(pl.Int64),
                since=pl.when(moved).then(seconds - seconds.shift(1)),
                let_into=pl.when(~pl.col("denied")).then("zone").forward_fill().shift(1).over("person"),
                until=pl.when(~pl.col("denied")).then(seconds).backward_fill().shift(-1).over("person") - seconds,
                passed=seconds - seconds.shift(1).over("person"),
                other_door=(pl.col("door") != pl.col("door").shift(1)).over("person"),
                again=pl.col("denied").shift(1).over("person"),
            )
            .with_columns(was=pl.col("let_into").fill_null(OUTSIDE))
            .with_columns(
                stay=pl.when(~pl.col("denied") & (pl.col("zone") != OUTSIDE)).then("until"),
                tried_on=pl.col("denied") & pl.col("again") & pl.col("other_door") & (pl.col("passed") <= NEXT_DOOR),
                move=pl.when(~pl.col("denied") & (pl.col("was") != pl.col("zone"))).then(
                    pl.concat_str("was", pl.lit(ARROW), "zone")
                ),
            )
            .collect()
        )
        fine = walks.group_by(*keys, "door", "zone").agg(measures)
        moves.append(walks.drop_nulls("move").group_by(*keys, "move").agg(events=pl.len(), refused=pl.lit(0)))
        doors.append(fine.group_by(*keys, "door").agg(again))
        zones.append(fine.group_by(*keys, "zone").agg(again))
        whole.append(fine.group_by(*keys).agg(again))

    def known(rows: pl.DataFrame, place: str) -> pl.DataFrame:
        """Days seen and first day as of the day before; refused-only rows teach nothing."""
        by = ["person", place]
        taught = pl.col("events") > pl.col("refused")
        return (
            rows.sort(*by, "day")
            .with_columns(
                seen=(taught.cum_sum().over(by).cast(pl.Int64) - taught.cast(pl.Int64)),
                first_day=pl.when(taught).then("day").min().over(by),
            )
            .with_columns(
                new=(pl.col("seen") == 0) | ((pl.col("day") - pl.col("first_day")).dt.total_days() < GUARD),
                opened=taught,
            )
        )

    person = pl.concat(whole).sort("person", "day")
    person = person.with_columns(
        days=pl.int_range(pl.len(), dtype=pl.Int64).over("person"), since=pl.col("day").min().over("person")
    )
    ready = ((pl.col("day") - pl.col("since")).dt.total_days() >= GUARD + LEARNING) & (pl.col("days") > 0)
    clock = (
        person.select(*keys, "hours", "days")
        .with_columns(h=pl.int_ranges(24))
        .explode("h")
        .filter((pl.col("hours") // pl.lit(2, pl.Int64).pow("h").cast(pl.Int64)) % 2 == 1)
        .with_columns(events=pl.lit(1), refused=pl.lit(0))
    )
    clock = known(clock, "h").with_columns(kept=pl.when("new").then(0).otherwise("seen"))
    by_hour = clock.group_by(keys).agg(rare=(pl.col("kept") < pl.col("days") * RARE).sum())
    at_doors = known(pl.concat(doors), "door").with_columns(kept=pl.when("new").then(0).otherwise("seen"))
    refusing = pl.col("refused") > 0
    by_door = at_doors.group_by(keys).agg(
        doors=pl.len(),
        doors_new=(pl.col("opened") & pl.col("new")).sum(),
        rarest=pl.col("kept").filter("opened").min(),
        doors_refused=refusing.sum(),
        refusals_at_one_door=pl.col("refused").max(),
        doors_refused_never_granted=(refusing & pl.col("new")).sum(),
        doors_refused_known=(refusing & ~pl.col("new")).sum(),
    )
    stayed = pl.col("stayed") > 0
    by_zone = (
        known(pl.concat(zones), "zone")
        .group_by(keys)
        .agg(
            zones=pl.col("opened").sum(),
            zones_new=(pl.col("opened") & pl.col("new")).sum(),
            zones_off_hours=(pl.col("off") > 0).sum(),
            stayed=pl.col("stayed").filter(stayed).sum(),
            logs=((pl.col("stayed") * pl.col("stayed").log(2) * 1024).round() / 1024).filter(stayed).sum(),
        )
        .with_columns(
            time_spread=pl.when(pl.col("stayed") > 0).then(
                (pl.col("stayed").log(2) - pl.col("logs") / pl.col("stayed")).clip(0)
            )
        )
    )
    by_move = known(pl.concat(moves), "move").group_by(keys).agg(moves_new=pl.col("new").sum())
    settled = pl.when(ready)
    told = person.join(by_door, on=keys).join(by_zone, on=keys).join(by_hour, on=keys)
    told = told.drop("stayed").join(by_move, on=keys, how="left")
    told.select(
        *keys,
        presence_first=pl.col("first") / 3600,
        presence_last=pl.col("last") / 3600,
        presence_span=(pl.col("last") - pl.col("first")) / 3600,
        hours_active=pl.col("hours").bitwise_count_ones(),
        events_off_hours="off",
        events_at_night="night",
        free_day_work=free,
        hours_rare=settled.then("rare"),
        badge_reads="events",
        badge_first=pl.col("first") / 3600,
        badge_last=pl.col("last") / 3600,
        badge_off_hours="off",
        badge_night="night",
        doors="doors",
        zones="zones",
        doors_new=settled.then("doors_new"),
        zones_new=settled.then("zones_new"),
        door_rarest=settled.then(((pl.col("days") + 1) / (pl.col("rarest") + 0.5)).log(2)),
        zones_off_hours="zones_off_hours",
        doors_refused="doors_refused",
        refusals="refused",
        refusal_share=pl.col("refused") / pl.col("events"),
        refusals_at_one_door="refusals_at_one_door",
        doors_refused_never_granted=settled.then("doors_refused_never_granted"),
        doors_refused_known="doors_refused_known",
        zone_change_fastest=pl.col("fastest") / 60,
        moves_impossible=pl.lit(0),
        passages_unmatched=(pl.col("entries") - pl.col("exits")).abs(),
        second_badge=pl.col("low") != pl.col("high"),
        doors_tried_on="tried_on",
        moves_new=settled.then(pl.col("moves_new").fill_null(0)),
        time_spread="time_spread",
    ).with_columns(pl.exclude(keys).cast(pl.Float64)).write_parquet(target)
    return time.monotonic() - begun
