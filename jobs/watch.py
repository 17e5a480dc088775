"""What is watched every night and stops nothing: drift of everybody's habits, and the challenger in the shadow."""

from jobs import drift, shadow
from jobs.context import Context
from jobs.days import Days


def run(context: Context, days: Days) -> None:
    """Write profile, drift and regimes of `days`, and the lists that a challenger would have made, if there is one."""
    drift.run(context, days)
    shadow.run(context, days)
