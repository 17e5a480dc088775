"""Web requests: CERT's `http.csv` (id, date, user, pc, url, content; from r5.1 on also activity)."""

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import WEB
from feeds.feed import ACCOUNT, AT, CERT_TIME, MACHINE, Feed, Field
from feeds.site import Site


def domain() -> Column:
    """Host name of the URL in lower case, without port; the URL may lack its scheme."""
    return F.lower(F.regexp_extract("url", r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)", 1))


def listed(host: Column, domains: Sequence[str]) -> Column:
    """Whether the host is one of the domains or below one. One hashed look-up for each number of labels."""
    found = F.lit(False)
    for labels in sorted({name.count(".") + 1 for name in domains}):
        same = [name for name in domains if name.count(".") + 1 == labels]
        found = found | F.substring_index(host, ".", -labels).isin(same)
    return found


def category(host: Column, site: Site) -> Column:
    """First of the site's declared categories that lists the host."""
    kinds = [F.when(listed(host, domains), F.lit(name)) for name, domains in site.web_categories.items()]
    return F.coalesce(*kinds, F.lit(None).cast("string"))


def columns(site: Site) -> dict[str, Column]:
    """The path and the page's content are not kept."""
    return {
        "machine": F.col("machine"),
        "activity": F.col("activity"),
        "domain": domain(),
        "category": category(domain(), site),
    }


def rejects(site: Site) -> list[tuple[Column, str]]:
    """A request without a host says nothing."""
    return [(domain() == "", "the URL has no host name")]


FEED = Feed(
    name="web",
    table=WEB,
    fields=(
        AT,
        ACCOUNT,
        MACHINE,
        Field("url", "Address asked for", theirs="url"),
        Field(
            "activity",
            "What was done",
            theirs="activity",
            required=False,
            values={
                "WWW Visit": "visit",
                "WWW Download": "download",
                "WWW Upload": "upload",
                "visit": "visit",
                "download": "download",
                "upload": "upload",
            },
            absent="visit",
        ),
    ),
    columns=columns,
    time_format=CERT_TIME,
    known=("id", "content"),
    rejects=rejects,
)
