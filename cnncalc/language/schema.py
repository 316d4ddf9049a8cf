"""The language as a JSON Schema, for editors: made of the tables that the checker reads.

Draft-07, which is what editors understand, and no `oneOf` or `anyOf`: a value that may be a word or
a mapping has both types, and each keyword concerns one of them. Then an editor knows at every place
what may stand there, and says of a wrong word that it is wrong, not that no form fits. Where a
pattern stands in place of an enumeration, `examples` are what an editor suggests.

The schema accepts whatever cnncalc accepts. What it cannot see is left to `cnncalc check`: names,
shapes, expressions, and a key that is missing, for it may stand under `defaults`.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnncalc import __version__, metrics, registry
from cnncalc.dialects.base.dialect import dialects, spellings
from cnncalc.language import grammar
from cnncalc.language.grammar import BLOCK, COMMON, FILE, HOST, MODEL, REUSE, VARIANT, VERSION
from cnncalc.language.kinds import layer_class
from cnncalc.language.layer_words import manual_of, required_keys, stands_alone, summary_of
from cnncalc.language.parts import NONE
from cnncalc.layers.base.key_types import REQUIRED, a_list, either, show
from cnncalc.layers.base.shape_key import SHAPE
from cnncalc.metrics import SHAPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.layers.base.keys import Key
    from cnncalc.layers.base.layer import Layer

Schema = dict[str, Any]
Kinds = dict[str, "type[Layer]"]

# All that is not ASCII is taken for a letter: of \w, editors and Python have different notions.
_LETTER = r"(?:[A-Za-z_]|[^\x00-\x7F])"
_NAME = rf"{_LETTER}(?:[0-9]|{_LETTER})*"
_BLOCK_NAME = rf"(?:[A-Z]|[^\x00-\x7F])(?:[0-9]|{_LETTER})*"
_REFERENCE = rf"{_LETTER}(?:[0-9-]|{_LETTER})*(?:\.(?:[0-9-]|{_LETTER})+)*(?:\.\*)?"
_EXPRESSION = r"^\$[A-Za-z_(]"
_UNIT = r"\s*(?:[kKmMgGtTpP][iI]?)?\s*(?:[bB](?:ytes?)?)?"
_QUANTITY = rf"\s*[0-9][0-9_,]*(?:\.[0-9_,]*)?(?:[eE]\+?[0-9]{{1,2}})?{_UNIT}\s*"

_LIST = ("items", "minItems", "maxItems")
_MAPPING = ("properties", "patternProperties", "additionalProperties", "minProperties",
            "maxProperties")  # fmt: skip
_NOUNS = {"integer": "a whole number", "number": "a number", "boolean": "true or false",
          "null": "null", "array": "a list", "object": "a mapping"}  # fmt: skip


def text() -> str:
    """The schema as a file: every definition in a line, so that differences can be read."""
    whole = schema()
    definitions = whole.pop("definitions")
    lines = ",\n".join(f'"{name}":{_json(part)}' for name, part in definitions.items())
    return f'{_json(whole)[:-1]},"definitions":{{\n{lines}\n}}}}\n'


def _json(value: Schema) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def schema() -> Schema:
    """The JSON Schema of a spec."""
    kinds = {name: layer_class(name) for name in registry.names("layers")}
    parts = _parts(kinds)
    network = MODEL.keys() - {"description", "dialect"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cnncalc",
        "description": "The architecture of a convolutional network.",
        "$comment": f"made by cnncalc {__version__}: cnncalc schema",
        **_mapping(FILE, parts),
        "required": [],
        # With `models`, all that makes a network stands there.
        "if": {"required": ["models"]},
        "then": {"properties": dict.fromkeys(sorted(network), False)},
        "else": _complete(),
        "definitions": {
            "model": {**_mapping(MODEL, parts), **_complete()},
            **_definitions(kinds, parts),
            **{f"layer.{name}": _layer(name, kind, kinds) for name, kind in kinds.items()},
            **{f"defaults.{name}": _defaults(name, kind) for name, kind in kinds.items()},
            **{
                f"{name}.{key}": _describe(declared, _own(kind, key))
                for name, kind in kinds.items()
                for key, declared in kind.keys.items()
            },
        },
    }


# The file ------------------------------------------------------------------------------------


def _parts(kinds: Kinds) -> dict[str, Schema]:
    """What stands under the keys of a file, a model, a block or a variant."""
    defaults = _closed_mapping({name: _ref(f"defaults.{name}") for name in kinds})
    shape = _open(SHAPE.schema())
    inputs = _mapping_of(shape, rf"(?!prev$){_NAME}")
    return {
        "cnncalc": {"enum": [VERSION]},
        "dialect": _dialect(),
        "vars": _mapping_of({}, rf"(?!(?:i|cin)$){_NAME}"),
        "set": _mapping_of({}),
        "sweep": _mapping_of({"type": "array", "minItems": 1}),
        "defaults": {"type": ["object", "null"], **defaults},
        "blocks": _mapping_of(_ref("block"), _BLOCK_NAME),
        "models": {**_mapping_of(_ref("model")), "type": "object", "minProperties": 1},
        "input": shape,
        "inputs": {**inputs, "minProperties": 1},
        "layers": {"type": "array", "minItems": 1, "items": _ref("layer")},
        "outputs": _references(),
        "expect": _ref("expectations"),
        "budget": _ref("budget"),
        "variants": {"type": "array", "items": _ref("variant")},
    }


def _dialect() -> Schema:
    """The names of the frameworks."""
    *others, last = dialects()
    listed = f"{', '.join(others)} or {last}" if others else last
    described = f"{MODEL['dialect'].help}: {listed}"
    return {"description": described, "enum": [*others, last]}


def _complete() -> Schema:
    """What a network needs: an input, or several, and layers."""
    return {
        "required": ["layers"],
        "if": {"required": ["inputs"]},
        "then": {"properties": {"input": False}},
        "else": {"required": ["input"]},
    }


def _definitions(kinds: Kinds, parts: Mapping[str, Schema]) -> dict[str, Schema]:
    """What several places have in common, the kinds of layer aside."""
    name = {**_word(rf"(?!(?:prev|input)$){_REFERENCE}"), "maxLength": 100}
    common = {"name": name, "from": _references(), "expect": _claims(metrics.of_layer()),
              "when": _open({"type": ["boolean", "number"]})}  # fmt: skip
    inputs = either(_word(_NAME), a_list(_word(_NAME), 1))
    arguments = _mapping_of({}, rf"(?!(?:i|cin|{'|'.join(COMMON)})$){_NAME}")
    reuse = _mapping({**REUSE, "when": COMMON["when"]}, {**common, "layer": _word(_REFERENCE)})
    return {
        "layer": _item(kinds),
        "body": _body(_item(kinds)),
        "use": {"properties": {key: _ref(key) for key in COMMON}},
        "reuse": {"description": "A layer or block once more, with the same weights.", **reuse},
        "block": _mapping(BLOCK, {**parts, "args": arguments, "inputs": inputs}),
        "variant": _mapping(VARIANT, parts),
        "expectations": _describe(MODEL["expect"], _claims(metrics.of_model())),
        "budget": _describe(MODEL["budget"], _claims(metrics.of_model())),
        "claim": _claim(),
        **{key: _describe(COMMON[key], common.get(key)) for key in COMMON},
        **{key: _describe(HOST[key], _behind(key, kinds)) for key in HOST},
    }


def _claims(keys: Iterable[str]) -> Schema:
    """`expect` or `budget`: numbers by their names."""
    named = {key: _claim(_parts_of(key)) if metrics.parts(key) else _ref("claim") for key in keys}
    if "output" in named:
        # {channels: 10}, or by name, {mask: {channels: 10}}; a name may be any, `channels` too.
        shape = {"type": "object", **_closed_mapping(dict.fromkeys(SHAPE_WORDS, _ref("claim")))}
        words = _closed_mapping(
            dict.fromkeys(SHAPE_WORDS, _claim(dict.fromkeys(SHAPE_WORDS, _ref("claim"))))
        )
        named["output"] = {"type": "object", **words, "additionalProperties": shape}
    return {"type": "object", **_closed_mapping(named)}


def _parts_of(name: str) -> dict[str, Schema]:
    """What may stand under a number that has parts: they, and how the network is run for them."""
    words = ((part, metrics.METRICS[f"{name}.{part}"].also) for part in metrics.parts(name))
    numbers = {word: _ref("claim") for pair in words for word in pair if word}
    keys = {
        word: _describe(key, None)
        for key in grammar.DEPLOYMENT.values()
        for word in (key.name, key.also)
        if word
    }
    return {**numbers, **keys}


def _claim(parts: Mapping[str, Schema] = MappingProxyType({})) -> Schema:
    """A number at some precision, one for each axis, its bounds, or its `parts`."""
    number = _open(either({"type": ["number"], "minimum": 0}, _word(_QUANTITY)))
    number["patternErrorMessage"] = "must be a number such as 25557032, 4.09G or 256KiB"
    words = {"min": number, "max": number, **parts}
    claim = either(number, a_list(number, 1), {"type": ["object"], **_closed_mapping(words)})
    return _aside(claim, (*_LIST, *_MAPPING))


# Layers --------------------------------------------------------------------------------------


def _item(kinds: Kinds) -> Schema:
    """An item of a layer list: a kind with its keys, or a word alone."""
    forms = {_BLOCK_NAME: _ref("use")}
    forms |= {f"{name}[123]d": _ref(f"layer.{name}") for name in kinds}
    named = {name: _ref(f"layer.{name}") for name in kinds}
    return {
        **_word(rf"(?:{'|'.join(kinds)})(?:[123]d)?|{_BLOCK_NAME}"),
        "type": ["string", "object"],
        "patternErrorMessage": "no such kind of layer: `cnncalc layers` lists them all",
        "defaultSnippets": _words({k: v for k, v in kinds.items() if stands_alone(k, v)}),
        **_one({**named, "reuse": _ref("reuse")}, forms),
    }


def _behind(role: str, kinds: Kinds) -> Schema:
    """What may stand behind `norm:` or `activation:`."""
    able = {name: layer for name, layer in kinds.items() if layer.role == role}
    named = {name: _ref(f"layer.{name}") for name in able}
    behind = {
        **_open(_word(rf"(?:{'|'.join(able)})(?:[123]d)?|{NONE}")),
        "type": ["string", "object"],
        "patternErrorMessage": f"must be one of {', '.join(able)}, or {NONE}",
        "defaultSnippets": [*_words(able), {"label": NONE, "body": NONE}],
        **_one(named, {f"{name}[123]d": value for name, value in named.items()}),
    }
    return _aside(behind, _MAPPING)


def _words(kinds: Kinds) -> list[Schema]:
    """Suggestions of kinds as words. As `examples` they would all be shown for each of them."""
    bodies = {name: {name: "$1"} if required_keys(layer) else name for name, layer in kinds.items()}
    return [
        {"label": name, "body": bodies[name], "description": summary_of(layer)}
        for name, layer in kinds.items()
    ]


_LAYERS: Schema = {"minItems": 1, "items": {"$ref": "#/definitions/layer"}}
"""The layers of a list, where a list may stand for one layer."""


def _body(item: Schema) -> Schema:
    """An item, or a list of them."""
    return {**item, "type": [*item["type"], "array"], **_LAYERS}


def _layer(name: str, layer: type[Layer], kinds: Kinds) -> Schema:
    """A kind of layer: its keys, or a value for the first of them."""
    mapping = _closed_mapping(_keys(name, layer, COMMON))
    first = next(iter(layer.keys.values()), None)
    value: Schema = {}
    if layer.operands[0] > 1:
        value = _references()
    elif first is not None and _takes_layer(first):
        # The layer itself may stand in place of the mapping.
        item = _item(kinds)
        value = {"type": ["string"], "pattern": item["pattern"]}
        value["defaultSnippets"] = item["defaultSnippets"]
        value = _body(value) if getattr(layer, "applies_to_each", False) else value
        forms = _one({}, {kind: _ref(f"layer.{kind}") for kind in kinds})
        mapping["patternProperties"] |= forms["patternProperties"]
    elif first is not None and "object" not in first.kind.schema()["type"]:
        value = _open(first.kind.schema())
    made = {
        "description": manual_of(layer),
        **either(value, {"type": ["object", "null"], **mapping}),
    }
    if f"- {name}: {{" not in layer.example:
        made = _aside(made, _MAPPING)
    return {**made, "doNotSuggest": True} if stands_alone(name, layer) else made


def _defaults(name: str, layer: type[Layer]) -> Schema:
    """The keys of a kind that may stand under `defaults:`."""
    mapping = _closed_mapping(_keys(name, layer, ("trainable", "dtype")))
    return {"description": summary_of(layer), "type": "object", **mapping}


def _keys(name: str, layer: type[Layer], common: Iterable[str]) -> dict[str, Schema]:
    """The keys of a kind; what frameworks call them is understood, but not suggested."""
    found = {key: _ref(f"{name}.{key}") for key in layer.keys}
    found |= {key: _ref(key) for key in (*(HOST if layer.hosts else ()), *common)}
    for key, declared in {**layer.keys, **(HOST if layer.hosts else {})}.items():
        for alias in (*filter(None, declared.also.split(", ")), *spellings(name, key)):
            if alias not in found:
                found[alias] = {"allOf": [found[key]], "doNotSuggest": True}
    return found


def _own(layer: type[Layer], key: str) -> Schema | None:
    """The value of a key of which its kind does not say enough."""
    if key in layer.references:
        return _word(_REFERENCE)
    what = "body" if getattr(layer, "applies_to_each", False) else "layer"
    return {"allOf": [_ref(what)]} if _takes_layer(layer.keys[key]) else None


def _takes_layer(key: Key) -> bool:
    return getattr(key.kind, "takes_layer", False)


# Pieces of schemas ---------------------------------------------------------------------------


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _mapping(keys: Mapping[str, Key], parts: Mapping[str, Schema]) -> Schema:
    """A mapping of declared keys; `parts` are those whose values the declaration leaves open."""
    required = [name for name, key in keys.items() if key.default is REQUIRED]
    values = {name: _describe(key, parts.get(name)) for name, key in keys.items()}
    return {"type": "object", **_closed_mapping(values), "required": required}


def _closed_mapping(properties: Mapping[str, Schema]) -> Schema:
    """The keywords of a mapping with these keys, no others, and free ones."""
    return {
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }


def _mapping_of(value: Schema, name: str = "") -> Schema:
    """A mapping from names to values."""
    schema = {
        "type": ["object", "null"],
        "patternProperties": {"^x-": {}},
        "additionalProperties": value,
    }
    return {**schema, "propertyNames": {"pattern": f"^(?:x-.*|{name})$"}} if name else schema


def _describe(key: Key, part: Schema | None) -> Schema:
    """The value of a key with its help; a reference brings its own."""
    value = _open(key.kind.schema()) if part is None else part
    if "$ref" in value:
        return value
    note = ""
    if key.default is REQUIRED:
        note = "; required"
    elif key.default is not None:
        note = f"; default {show(key.default).strip('`')}"
    return {"description": key.help + note, **value}


def _word(pattern: str) -> Schema:
    return {"type": ["string"], "pattern": f"^(?:{pattern})$"}


def _references() -> Schema:
    """One name or several."""
    return _aside(either(_word(_REFERENCE), a_list(_word(_REFERENCE), 1)), _LIST)


def _one(named: Mapping[str, Schema], forms: Mapping[str, Schema]) -> Schema:
    """The schema of a mapping with one key: one of `named`, or one of a form."""
    return {
        "properties": named,
        "patternProperties": {f"^(?:{form})$": value for form, value in forms.items()},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _open(schema: Schema) -> Schema:
    """`schema` with expressions in place of any value."""
    types = schema.get("type", ())
    opened = dict(schema)
    if "items" in schema:
        opened["items"] = _open(schema["items"])
    if "properties" in schema:
        opened["properties"] = {name: _open(value) for name, value in schema["properties"].items()}
    if types and not ("string" in types and "pattern" not in schema):
        words = schema.get("examples", [])
        nouns = [*words, *(_NOUNS[kind] for kind in types if kind in _NOUNS)]
        opened["type"] = ["string", *(kind for kind in types if kind != "string")]
        opened["pattern"] = "|".join(filter(None, (schema.get("pattern"), _EXPRESSION)))
        opened["patternErrorMessage"] = f"must be {', '.join(nouns)}, or an expression: $name, $(…)"
    return _aside(opened, _LIST)


def _aside(schema: Schema, keywords: Iterable[str]) -> Schema:
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
