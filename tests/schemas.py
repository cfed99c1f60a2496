"""Whether a JSON value is as a schema in docs/ says, by the few words of JSON Schema that these use."""

import re
from typing import Any

KINDS: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
}  # fmt: skip


def faults(schema: dict[str, Any], value: Any, root: dict[str, Any] | None = None, where: str = "$") -> list[str]:
    """What the value does against the schema; `root` is the whole schema, for its $defs."""
    root = root or schema
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in schema:
        right = any(not faults(one, value, root, where) for one in schema["anyOf"])
        return [] if right else [f"{where}: none of anyOf"]
    if "type" in schema and not isinstance(value, KINDS[schema["type"]]):
        return [f"{where}: not {schema['type']}"]
    found = [] if value in schema.get("enum", [value]) else [f"{where}: none of enum"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{where}: against the pattern")
    if isinstance(value, dict):
        found += [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, part in value.items():
            if name in schema["properties"]:
                found += faults(schema["properties"][name], part, root, f"{where}.{name}")
            else:
                found.append(f"{where}: {name} is not known")
    if isinstance(value, list):
        items = schema.get("prefixItems", [])
        for number, part in enumerate(value):
            rule = items[number] if number < len(items) else schema.get("items", {})
            found += faults(rule, part, root, f"{where}[{number}]")
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{where}: wrong length")
    return found
