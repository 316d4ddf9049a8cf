"""Pieces of which the schema of the language is made: words, lists and mappings as editors read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import REQUIRED, a_list, either, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.layers.base.keys import Key

Schema = dict[str, Any]

# All that is not ASCII is taken for a letter: of \w, editors and Python have different notions.
_LETTER = r"(?:[A-Za-z_]|[^\x00-\x7F])"
NAME = rf"{_LETTER}(?:[0-9]|{_LETTER})*"
BLOCK_NAME = rf"(?:[A-Z]|[^\x00-\x7F])(?:[0-9]|{_LETTER})*"
REFERENCE = rf"{_LETTER}(?:[0-9-]|{_LETTER})*(?:\.(?:[0-9-]|{_LETTER})+)*(?:\.\*)?"
_EXPRESSION = r"^\$[A-Za-z_(]"

LIST = ("items", "minItems", "maxItems")
MAPPING = ("properties", "patternProperties", "additionalProperties", "minProperties",
            "maxProperties")  # fmt: skip
_NOUNS = {"integer": "a whole number", "number": "a number", "boolean": "true or false",
          "null": "null", "array": "a list", "object": "a mapping"}  # fmt: skip


def ref(name: str) -> Schema:
    """What the definition of this name says."""
    return {"$ref": f"#/definitions/{name}"}


def mapping(keys: Mapping[str, Key], parts: Mapping[str, Schema]) -> Schema:
    """A mapping of declared keys; `parts` are those whose values the declaration leaves open."""
    required = [name for name, key in keys.items() if key.default is REQUIRED]
    values = {name: describe(key, parts.get(name)) for name, key in keys.items()}
    return {"type": "object", **closed_mapping(values), "required": required}


def closed_mapping(properties: Mapping[str, Schema]) -> Schema:
    """The keywords of a mapping with these keys, no others, and free ones."""
    return {
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }


def mapping_of(value: Schema, name: str = "") -> Schema:
    """A mapping from names to values."""
    schema = {
        "type": ["object", "null"],
        "patternProperties": {"^x-": {}},
        "additionalProperties": value,
    }
    return {**schema, "propertyNames": {"pattern": f"^(?:x-.*|{name})$"}} if name else schema


def describe(key: Key, part: Schema | None) -> Schema:
    """The value of a key with its help; a reference brings its own."""
    value = open_value(key.kind.schema()) if part is None else part
    if "$ref" in value:
        return value
    note = ""
    if key.default is REQUIRED:
        note = "; required"
    elif key.default is not None:
        note = f"; default {show(key.default).strip('`')}"
    return {"description": key.help + note, **value}


def word(pattern: str) -> Schema:
    """A text that has this pattern."""
    return {"type": ["string"], "pattern": f"^(?:{pattern})$"}


def references() -> Schema:
    """One name or several."""
    return aside(either(word(REFERENCE), a_list(word(REFERENCE), 1)), LIST)


def one(named: Mapping[str, Schema], forms: Mapping[str, Schema]) -> Schema:
    """The schema of a mapping with one key: one of `named`, or one of a form."""
    return {
        "properties": named,
        "patternProperties": {f"^(?:{form})$": value for form, value in forms.items()},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def open_value(schema: Schema) -> Schema:
    """`schema` with expressions in place of any value."""
    types = schema.get("type", ())
    opened = dict(schema)
    if "items" in schema:
        opened["items"] = open_value(schema["items"])
    if "properties" in schema:
        opened["properties"] = {
            name: open_value(value) for name, value in schema["properties"].items()
        }
    if types and not ("string" in types and "pattern" not in schema):
        words = schema.get("examples", [])
        nouns = [*words, *(_NOUNS[kind] for kind in types if kind in _NOUNS)]
        opened["type"] = ["string", *(kind for kind in types if kind != "string")]
        opened["pattern"] = "|".join(filter(None, (schema.get("pattern"), _EXPRESSION)))
        opened["patternErrorMessage"] = f"must be {', '.join(nouns)}, or an expression: $name, $(…)"
    return aside(opened, LIST)


def aside(schema: Schema, keywords: Iterable[str]) -> Schema:
    """`schema` with some of its keywords put aside, if it has several types.

    An editor that sees `items` begins a list, and one that sees `properties` a mapping, where a
    single value may be what is mostly wanted.
    """
    apart = {keyword: schema[keyword] for keyword in keywords if keyword in schema}
    if not apart or len(schema.get("type", ())) == 1:
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword not in apart}
    if "examples" in rest and "items" in apart:
        # What may stand alone is not suggested once more as a list of one.
        apart["items"] = {k: value for k, value in apart["items"].items() if k != "examples"}
    return {**rest, "allOf": [*rest.get("allOf", ()), apart]}
