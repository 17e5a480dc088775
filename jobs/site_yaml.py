"""YAML in which each key stands once. Of two, YAML's own loader takes the last without a word."""

from collections.abc import Hashable
from typing import Any

import yaml


class RepeatedKey(ValueError):
    """A key that stands twice in one mapping."""


def read(text: str) -> Any:
    """What the text declares. Raises RepeatedKey, and yaml.YAMLError when it is no YAML."""
    loader = EachKeyOnce(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class EachKeyOnce(yaml.SafeLoader):
    """YAML's plain values, and nothing else."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping. Raises RepeatedKey, which names the key and both its lines."""
        lines: dict[tuple[str, str], int] = {}
        # Before `<<` is resolved: what a mapping says itself may replace what it takes over.
        for key, _ in node.value:
            said, line = (key.tag, str(key.value)), key.start_mark.line + 1
            if said in lines:
                raise RepeatedKey(f"key {key.value!r} in line {line} stands in line {lines[said]} already")
            lines[said] = line
        return super().construct_mapping(node, deep)
