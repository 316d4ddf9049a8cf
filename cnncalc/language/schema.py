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
from typing import TYPE_CHECKING

from cnncalc import __version__, metrics, registry
from cnncalc.dialects.base.dialect import dialects, spellings
from cnncalc.language import grammar
from cnncalc.language.grammar import (
    BLOCK,
    COMMON,
    FILE,
    HOST,
    INHERITED,
    MODEL,
    NET,
    REUSE,
    VARIANT,
    VERSION,
)
from cnncalc.language.item_keys import common_keys
from cnncalc.language.kinds import layer_class
from cnncalc.language.layer_words import manual_of, required_keys, stands_alone, summary_of
from cnncalc.language.parts import NONE
from cnncalc.language.schema_pieces import (
    BLOCK_NAME,
    LIST,
    MAPPING,
    NAME,
    REFERENCE,
    Schema,
    aside,
    closed_mapping,
    describe,
    mapping,
    mapping_of,
    one,
    open_value,
    ref,
    references,
    word,
)
from cnncalc.layers.base.key_types import a_list, a_word, either
from cnncalc.layers.base.shape_key import SHAPE
from cnncalc.metrics import SHAPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.layers.base.layer import Layer

Kinds = dict[str, "type[Layer]"]

_UNIT = r"\s*(?:[kKmMgGtTpP][iI]?)?"
_QUANTITY = rf"\s*[0-9][0-9_,]*(?:\.[0-9_,]*)?(?:[eE]\+?[0-9]{{1,2}})?{_UNIT}\s*"
_BYTES = rf"{_QUANTITY}(?:[bB](?:ytes?)?)?\s*"


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
    network = MODEL.keys() - {"description", *INHERITED}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cnncalc",
        "description": "The architecture of a convolutional network.",
        "$comment": f"made by cnncalc {__version__}: cnncalc schema",
        **mapping(FILE, parts),
        "required": [],
        # With `models`, all that makes a network stands there.
        "if": {"required": ["models"]},
        "then": {"properties": dict.fromkeys(sorted(network), False)},
        "else": _complete(),
        "definitions": {
            "model": {**mapping(MODEL, parts), **_complete()},
            **_definitions(kinds, parts),
            **{f"layer.{name}": _layer(name, kind, kinds) for name, kind in kinds.items()},
            **{f"defaults.{name}": _defaults(name, kind) for name, kind in kinds.items()},
            **{
                f"{name}.{key}": describe(declared, _own(kind, key))
                for name, kind in kinds.items()
                for key, declared in kind.keys.items()
            },
        },
    }


# The file ------------------------------------------------------------------------------------


def _parts(kinds: Kinds) -> dict[str, Schema]:
    """What stands under the keys of a file, a model, a block or a variant."""
    defaults = closed_mapping({name: ref(f"defaults.{name}") for name in kinds})
    ranked = {f"^{name}[123]d$": value for name, value in defaults["properties"].items()}
    defaults["patternProperties"] |= ranked
    shape = open_value(SHAPE.schema())
    inputs = mapping_of(shape, rf"(?!prev$){NAME}")
    return {
        "cnncalc": {"enum": [VERSION]},
        "dialect": _dialect(),
        "targets": _targets(),
        "vars": mapping_of({}, rf"(?!(?:i|cin)$){NAME}"),
        "set": mapping_of({}),
        "sweep": mapping_of({"type": "array", "minItems": 1}),
        "defaults": {"type": ["object", "null"], **defaults},
        "blocks": mapping_of(ref("block"), BLOCK_NAME),
        "models": {**mapping_of(ref("model")), "type": "object", "minProperties": 1},
        "input": shape,
        "inputs": {**inputs, "minProperties": 1},
        "layers": {"type": "array", "minItems": 1, "items": ref("layer")},
        "outputs": references(),
        "expect": ref("expectations"),
        "budget": ref("budget"),
        "variants": {"type": "array", "items": ref("variant")},
    }


def _dialect() -> Schema:
    """The names of the frameworks."""
    known = list(dialects())
    described = f"{MODEL['dialect'].help}: {registry.alternatives(known)}"
    return {"description": described, "enum": known}


def _targets() -> Schema:
    """The names of frameworks, one or a list."""
    known = tuple(dialects())
    listed = {"type": ["array"], "items": {"enum": list(known)}}
    return {"description": MODEL["targets"].help, **either(a_word(known), listed)}


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
    name = {**word(rf"(?!(?:prev|input)$){REFERENCE}"), "maxLength": 100}
    common = {"name": name, "from": references(), "expect": _claims(metrics.of_layer()),
              "when": open_value({"type": ["boolean", "number"]})}  # fmt: skip
    inputs = either(word(NAME), a_list(word(NAME), 1))
    arguments = mapping_of({}, rf"(?!(?:i|cin|{'|'.join(COMMON)})$){NAME}")
    reuse = mapping({**REUSE, "when": COMMON["when"]}, {**common, "layer": word(REFERENCE)})
    return {
        "layer": _item(kinds),
        "body": _body(_item(kinds)),
        "use": {"properties": {key: ref(key) for key in COMMON}},
        "reuse": {"description": "A layer or block once more, with the same weights.", **reuse},
        "net": {"description": "The network of another file, or one of the zoo.", **_net(common)},
        "block": mapping(BLOCK, {**parts, "args": arguments, "inputs": inputs}),
        "variant": mapping(VARIANT, parts),
        "expectations": describe(MODEL["expect"], _claims(metrics.of_model())),
        "budget": describe(MODEL["budget"], _claims(metrics.of_model())),
        "claim": _claim(),
        "bytes": _claim(pattern=_BYTES),
        **{key: describe(COMMON[key], common.get(key)) for key in COMMON},
        **{key: describe(HOST[key], _behind(key, kinds)) for key in HOST},
    }


def _net(common: Mapping[str, Schema]) -> Schema:
    """What `net` takes: the name of a network, or a mapping."""
    keys = mapping({**NET, **COMMON}, {**common, "until": word(REFERENCE), "set": mapping_of({})})
    return aside(either({"type": ["string"]}, {**keys, "type": ["object"]}), MAPPING)


def _claims(keys: Iterable[str]) -> Schema:
    """`expect` or `budget`: numbers by their names."""
    named = {
        key: _claim(_parts_of(key), pattern=_BYTES) if metrics.parts(key) else ref("claim")
        for key in keys
    }
    if "output" in named:
        # {channels: 10}, or by name, {mask: {channels: 10}}; a name may be any, `channels` too.
        shape = {"type": "object", **closed_mapping(dict.fromkeys(SHAPE_WORDS, ref("claim")))}
        words = closed_mapping(
            dict.fromkeys(SHAPE_WORDS, _claim(dict.fromkeys(SHAPE_WORDS, ref("claim"))))
        )
        named["output"] = {"type": "object", **words, "additionalProperties": shape}
    return {"type": "object", **closed_mapping(named)}


def _parts_of(name: str) -> dict[str, Schema]:
    """What may stand under a number that has parts: they, and how the network is run for them."""
    words = ((part, metrics.METRICS[f"{name}.{part}"].also) for part in metrics.parts(name))
    numbers = {word: ref("bytes") for pair in words for word in pair if word}
    keys = {
        word: describe(key, None)
        for key in grammar.DEPLOYMENT.values()
        for word in (key.name, key.also)
        if word
    }
    return {**numbers, **keys}


def _claim(parts: Mapping[str, Schema] = MappingProxyType({}), pattern: str = _QUANTITY) -> Schema:
    """A number at some precision, one for each axis, its bounds, or its `parts`."""
    number = open_value(either({"type": ["number"], "minimum": 0}, word(pattern)))
    example = "256KiB" if pattern is _BYTES else "300K"
    number["patternErrorMessage"] = f"must be a number such as 25557032, 4.09G or {example}"
    words = {"min": number, "max": number, **parts}
    claim = either(number, a_list(number, 1), {"type": ["object"], **closed_mapping(words)})
    return aside(claim, (*LIST, *MAPPING))


# Layers --------------------------------------------------------------------------------------


def _item(kinds: Kinds) -> Schema:
    """An item of a layer list: a kind with its keys, or a word alone."""
    forms = {BLOCK_NAME: ref("use")}
    forms |= {f"{name}[123]d": ref(f"layer.{name}") for name in kinds}
    named = {name: ref(f"layer.{name}") for name in kinds}
    return {
        **word(rf"(?:{'|'.join(kinds)})(?:[123]d)?|{BLOCK_NAME}"),
        "type": ["string", "object"],
        "patternErrorMessage": "no such kind of layer: `cnncalc layers` lists them all",
        "defaultSnippets": _words({k: v for k, v in kinds.items() if stands_alone(k, v)}),
        **one({**named, "reuse": ref("reuse"), "net": ref("net")}, forms),
    }


def _behind(role: str, kinds: Kinds) -> Schema:
    """What may stand behind `norm:` or `activation:`."""
    able = {name: layer for name, layer in kinds.items() if layer.role == role}
    named = {name: ref(f"layer.{name}") for name in able}
    behind = {
        **open_value(word(rf"(?:{'|'.join(able)})(?:[123]d)?|{NONE}")),
        "type": ["string", "object"],
        "patternErrorMessage": f"must be one of {', '.join(able)}, or {NONE}",
        "defaultSnippets": [*_words(able), {"label": NONE, "body": NONE}],
        **one(named, {f"{name}[123]d": value for name, value in named.items()}),
    }
    return aside(behind, MAPPING)


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
    keys = closed_mapping(_keys(name, layer, common_keys(layer)))
    first = next(iter(layer.keys.values()), None)
    value: Schema = {}
    if layer.operands[0] > 1:
        value = references()
    elif first is not None and first.kind.takes_layer:
        # The layer itself may stand in place of the mapping.
        item = _item(kinds)
        words = {keyword: item[keyword] for keyword in ("pattern", "defaultSnippets")}
        value = _body({"type": ["string"], **words})
        forms = one({}, {kind: ref(f"layer.{kind}") for kind in kinds})
        keys["patternProperties"] |= forms["patternProperties"]
    elif first is not None and "object" not in first.kind.schema()["type"]:
        value = open_value(first.kind.schema())
    made = {"description": manual_of(layer), **either(value, {"type": ["object", "null"], **keys})}
    if f"- {name}: {{" not in layer.example:
        made = aside(made, MAPPING)
    return {**made, "doNotSuggest": True} if stands_alone(name, layer) else made


def _defaults(name: str, layer: type[Layer]) -> Schema:
    """The keys of a kind that may stand under `defaults:`."""
    keys = closed_mapping(_keys(name, layer, ("trainable", "dtype")))
    return {"description": summary_of(layer), "type": "object", **keys}


def _keys(name: str, layer: type[Layer], common: Iterable[str]) -> dict[str, Schema]:
    """The keys of a kind; what frameworks call them is understood, but not suggested."""
    found = {key: ref(f"{name}.{key}") for key in layer.keys}
    found |= {key: ref(key) for key in (*(HOST if layer.hosts else ()), *common)}
    for key, declared in {**layer.keys, **(HOST if layer.hosts else {})}.items():
        for alias in (*filter(None, declared.also.split(", ")), *spellings(name, key)):
            if alias not in found:
                found[alias] = {"allOf": [found[key]], "doNotSuggest": True}
    return found


def _own(layer: type[Layer], key: str) -> Schema | None:
    """The value of a key of which its kind does not say enough."""
    if key in layer.references:
        return word(REFERENCE)
    return {"allOf": [ref("body")]} if layer.keys[key].kind.takes_layer else None
