"""YAML whose values are text: `NO` is Norway, not false, and `2024-03-05` is what was written."""

from __future__ import annotations

from typing import TypeAlias

import yaml

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


class _Loader(yaml.BaseLoader):  # type: ignore[misc]
    """Refuses references, with which a few lines can stand for gigabytes, and keys that are given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.YAMLError("a key is not text")
            if key in mapping:
                raise yaml.YAMLError(f"{key} is given twice")
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping


# BaseLoader makes mappings through a generator of its own, which would not ask the method above.
_Loader.add_constructor(
    yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, lambda loader, node: loader.construct_mapping(node)
)


def parse_yaml(text: str) -> Value | None:
    """What the text says, None if nothing. Raises ValueError with the reason when it is not YAML of this kind."""
    try:
        value: Value | None = yaml.load(text, _Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split()) or "nested too deeply") from error
    return value or None
