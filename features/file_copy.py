"""Files: copied, onto removable media, of which sort, and when."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import any_of, both, new, number, rows_of, total, used, whose

DAY = used("file")
MACHINES = rows_of("file", "machine")
EXTENSIONS = rows_of("file", "extension")
OF_OTHERS = both(MACHINES, whose("other", "supervisor"))


@daily(
    source="file",
    family="transfer",
    unit="files",
    rows=MACHINES,
    says="Copied {value:.0f} files; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a backup; a handover; a replaced computer",
)
def files_copied() -> Column:
    """Files copied or written."""
    return total("copies", DAY)


@daily(
    source="file",
    family="transfer",
    unit="files",
    rows=both(MACHINES, any_of("onto_media")),
    says="Copied {value:.0f} files onto removable media; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a presentation; documents for a site without a network",
)
def files_onto_media() -> Column:
    """Files copied or written onto removable media."""
    return total("onto_media", DAY)


@daily(
    source="file",
    family="transfer",
    unit="files",
    rows=both(MACHINES, any_of("off_hours")),
    says="Handled {value:.0f} files outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="shift work; a backup window in the evening",
)
def files_off_hours() -> Column:
    """File events outside working hours or on a free day."""
    return total("off_hours", DAY)


@daily(
    source="file",
    family="transfer",
    unit="sorts of file",
    rows=EXTENSIONS,
    says="Handled {value:.0f} sorts of file; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an archive of a project; a backup",
)
def file_sorts() -> Column:
    """Distinct file name extensions."""
    return number(EXTENSIONS)


@daily(
    source="file",
    family="transfer",
    unit="sorts of file",
    rows=both(EXTENSIONS, new),
    says="Handled {value:.0f} sorts of file not handled before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new program; a new task",
    once_known=True,
)
def file_sorts_new() -> Column:
    """Distinct extensions not known before the last fortnight."""
    return number(both(EXTENSIONS, new))


@daily(
    source="file",
    family="transfer",
    unit="files",
    rows=both(MACHINES, any_of("deletes")),
    says="Deleted {value:.0f} files; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a clean-up; a medium being returned",
)
def files_deleted() -> Column:
    """Files deleted."""
    return total("deletes", DAY)


@daily(
    source="file",
    family="transfer",
    kind="flag",
    unit="yes or no",
    rows=both(DAY, new),
    says="Copied files, which they did not do before the last fortnight; own share of such days {usual:.0%}, "
    "colleagues {peers:.0%}.",
    innocent="a new task; a handover",
    once_known=True,
)
def files_first_use() -> Column:
    """1 when the person handled files on media and was not known to before the last fortnight."""
    return number(both(DAY, new))


@daily(
    source="file",
    family="relations",
    unit="files",
    rows=OF_OTHERS,
    says="Copied {value:.0f} files on machines that usually somebody else uses; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="support for a colleague; a borrowed desk",
)
def files_on_others_machine() -> Column:
    """Files copied or written on machines whose usual user is another person."""
    return F.coalesce(total("copies", OF_OTHERS), F.lit(0))
