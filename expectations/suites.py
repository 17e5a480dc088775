"""Great Expectations suites, derived from rules: one expectation per rule, named and described by its sentence.

The suite judges a table of numbers, one row per checked day and one column per rule, that Spark counted in one pass.
Expectations evaluated natively on Spark cost a job each; users report minutes where one pass takes seconds.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.rules import Rule
from expectations.table import Table
from expectations.written import rules_for

if TYPE_CHECKING:
    import great_expectations as gx


@cache
def library() -> Any:
    """Great Expectations, imported when first needed (it takes seconds) and kept from reporting usage anywhere."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations
    import great_expectations.expectations

    return great_expectations


def suite_for(table: Table, extra: Sequence[Rule] = ()) -> "gx.ExpectationSuite":
    """The table's suite: its declaration's promises, its hand-written rules, and a job's `extra` ones."""
    gx = library()
    rules = (*rules_for(table), *extra)
    suite = gx.ExpectationSuite(
        name=table.name,
        expectations=[
            gx.expectations.ExpectColumnMaxToBeBetween(
                column=rule.name, max_value=rule.most, severity=rule.severity, description=rule.says
            )
            for rule in rules
        ],
    )
    # A suite drops what it does not understand without a word; a promise nobody checks is worse than a failure.
    if len(suite.expectations) != len(rules):
        raise RuntimeError(f"{table.name} declares {len(rules)} rules, its suite holds {len(suite.expectations)}")
    return suite
