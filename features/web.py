"""The web: how much, where to, and what the site's declared lists say of it."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import any_of, both, new, number, rows_of, total, used

DAY = used("web")
DOMAINS = rows_of("web", "domain")


def listed(*categories: str) -> Column:
    """Rows of the site's declared lists of these names."""
    return rows_of("web", "category")() & F.col("place").isin(*categories)


def job_search() -> Column:
    """Looking for work, and the site's competitors."""
    return listed("job_search", "competitor")


def file_sharing() -> Column:
    """Places where files can be left: shares and paste sites."""
    return listed("file_sharing", "paste")


def leaking() -> Column:
    """Places where secrets are published."""
    return listed("leaks")


def hacking() -> Column:
    """Tools that spy or break in: keyloggers, scanners, anonymisers."""
    return listed("hacking", "anonymiser")


@daily(
    source="web",
    family="web",
    unit="requests",
    rows=DOMAINS,
    says="Made {value:.0f} web requests; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="research; a page that reloads itself",
)
def web_requests() -> Column:
    """Visits, uploads and downloads."""
    return total("events", DAY)


@daily(
    source="web",
    family="web",
    unit="domains",
    rows=DOMAINS,
    says="Went to {value:.0f} different domains; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="research; advertisements that load from elsewhere",
)
def domains() -> Column:
    """Distinct domains."""
    return number(DOMAINS)


@daily(
    source="web",
    family="web",
    unit="domains",
    rows=both(DOMAINS, new),
    says="Went to {value:.0f} domains not seen before the last fortnight; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="research; a new project",
    once_known=True,
)
def domains_new() -> Column:
    """Distinct domains not known before the last fortnight."""
    return number(both(DOMAINS, new))


@daily(
    source="web",
    family="web",
    unit="requests",
    rows=both(DOMAINS, any_of("off_hours")),
    says="Made {value:.0f} web requests outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="shift work; a page left open",
)
def web_off_hours() -> Column:
    """Requests outside working hours or on a free day."""
    return total("off_hours", DAY)


@daily(
    source="web",
    family="transfer",
    unit="uploads",
    rows=both(DOMAINS, any_of("uploads")),
    says="Uploaded {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a form with attachments; a delivery to a customer's portal",
)
def uploads() -> Column:
    """Web uploads."""
    return total("uploads", DAY)


@daily(
    source="web",
    family="transfer",
    unit="uploads",
    rows=both(DOMAINS, any_of("uploads"), new),
    says="Uploaded {value:.0f} times to domains not seen before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a customer's new portal; an authority's form",
    once_known=True,
)
def uploads_to_new() -> Column:
    """Uploads to domains not known before the last fortnight."""
    return F.coalesce(total("uploads", both(DOMAINS, any_of("uploads"), new)), F.lit(0))


@daily(
    source="web",
    family="transfer",
    unit="downloads",
    rows=both(DOMAINS, any_of("downloads")),
    says="Downloaded {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="updates; documents for a project",
)
def downloads() -> Column:
    """Web downloads."""
    return total("downloads", DAY)


@daily(
    source="web",
    family="web",
    unit="requests",
    rows=job_search,
    says="{value:.0f} requests to job boards or competitors; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="recruiting for the own team; market research",
)
def web_job_search() -> Column:
    """Requests to domains on the lists 'job_search' and 'competitor'."""
    return F.coalesce(total("events", job_search), F.lit(0))


@daily(
    source="web",
    family="web",
    unit="requests",
    rows=file_sharing,
    says="{value:.0f} requests to file sharing or paste sites; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="documents shared by a customer; private errands",
)
def web_file_sharing() -> Column:
    """Requests to domains on the lists 'file_sharing' and 'paste'."""
    return F.coalesce(total("events", file_sharing), F.lit(0))


@daily(
    source="web",
    family="web",
    unit="requests",
    rows=leaking,
    says="{value:.0f} requests to sites that publish secrets; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="reading the news",
)
def web_leaks() -> Column:
    """Requests to domains on the list 'leaks'."""
    return F.coalesce(total("events", leaking), F.lit(0))


@daily(
    source="web",
    family="web",
    unit="requests",
    rows=hacking,
    says="{value:.0f} requests to sites about spying or break-in tools; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="security work; curiosity after a training",
)
def web_hacking() -> Column:
    """Requests to domains on the lists 'hacking' and 'anonymiser'."""
    return F.coalesce(total("events", hacking), F.lit(0))
