"""The words of the file: which keys a file, a model, a block and an item may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.dialects.base.dialect import arguments, key_of
from cnncalc.errors import Label
from cnncalc.foreign import cut
from cnncalc.language.kinds import has_meaning, layer_class, nearest_name, translation
from cnncalc.language.tree import BROKEN, Mapping, Node, Scalar
from cnncalc.layers.base.key_types import ANY, DTYPE, FLAG, REQUIRED, TEXT, Integer
from cnncalc.layers.base.keys import Key, make_keys
from cnncalc.layers.base.number_types import TYPES
from cnncalc.vocabulary.base.vocabulary import find_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Grammar

    from cnncalc.language.report import Report

VERSION = 1
VARIABLES = 500
"""A file has at most so many variables: each use of a block has them all at hand."""
ARGUMENTS = 100
"""A block has at most so many arguments."""

_MODEL = make_keys(
    ("input", ANY, None, "the shape that goes in"),
    ("inputs", ANY, None, "the shapes that go in, by name"),
    ("layers", ANY, REQUIRED, "the layers, one to an item"),
    ("outputs", ANY, None, "the layers whose results are the outputs (default: the last one)"),
    ("expect", ANY, None, "numbers that must come out"),
    ("budget", ANY, None, "numbers that must not be exceeded"),
    ("variants", ANY, None, "other settings of the variables, and what they must give"),
)

FILE = {
    **make_keys(
        ("cnncalc", ANY, None, "the version of the language: 1"),
        ("name", TEXT, None, "what the network is called"),
        ("description", TEXT, None, "a sentence or two"),
        ("dialect", ANY, None, "the framework whose rules hold"),
        ("targets", ANY, None, "frameworks and runtimes that must give the same network"),
        ("vars", ANY, None, "names for numbers, to be changed with --set"),
        ("sweep", ANY, None, "lists of values to be tried, kept with the network"),
        ("defaults", ANY, None, "keys that layers of a kind have unless they say otherwise"),
        ("blocks", ANY, None, "lists of layers to be used by name"),
        ("models", ANY, None, "several networks that share vars, defaults and blocks"),
    ),
    **_MODEL,
}
MODEL = {
    **make_keys(
        ("description", TEXT, None, "a sentence or two"),
        ("dialect", ANY, None, "the framework whose rules hold"),
        ("targets", ANY, None, "frameworks and runtimes that must give the same network"),
    ),
    **_MODEL,
}
INHERITED = ("dialect", "targets")
"""The keys of a model that hold for all models of a file where it says them."""
BLOCK = make_keys(
    ("args", ANY, None, "what a use of the block may set: required, or a default"),
    ("inputs", ANY, None, "names of its inputs (default: one, called `input`)"),
    ("defaults", ANY, None, "keys that layers of a kind have inside the block"),
    ("layers", ANY, REQUIRED, "the layers, one to an item; the last one is the result"),
    ("description", TEXT, None, "a sentence or two"),
)
VARIANT = make_keys(
    ("name", TEXT, None, "what the variant is called"),
    ("set", ANY, REQUIRED, "variables and their values"),
    ("expect", ANY, None, "numbers that must come out"),
    ("budget", ANY, None, "numbers that must not be exceeded"),
)
COMMON = make_keys(
    (
        "name",
        TEXT,
        None,
        "the layer's name; without one it gets a number and cannot be referred to",
    ),
    ("from", ANY, None, "the layer or layers it reads (default: the one above)"),
    ("when", ANY, None, "if false, the layer is the identity on its first input"),
    ("repeat", Integer(0), None, "how often, each reading the one before"),
    ("expect", ANY, None, "channels, size or features that must come out"),
    ("trainable", FLAG, True, "whether training changes the weights"),
    ("dtype", TYPES, None, "the type of the numbers, for memory"),
)
OF_INPUTS = ("from", "when", "repeat")
"""Those of `COMMON` that say something of what a layer reads."""
HOST = {
    **make_keys(("norm", ANY, None, "a normalisation between the layer and its activation")),
    "activation": Key("activation", ANY, None, "an activation after the layer", also="act"),
}
DEPLOYMENT = {
    key.name: key
    for key in (
        Key("dtype", DTYPE, None, "the type of the numbers of layers that have none of their own"),
        Key("bias_dtype", DTYPE, None, "the type of biases", also="bias-dtype"),
        Key("inplace", FLAG, None, "layers write over what nothing else needs, where they can"),
        Key("fold_norm", FLAG, None, "norms are part of the layer before them", also="fold-norm"),
        Key("eager", FLAG, None, "what Python still holds stays alive, as in PyTorch"),
    )
}
"""How a network is run, beside its `memory`: fields of `cost.memory.Way`."""
REUSE = make_keys(
    ("layer", TEXT, REQUIRED, "the layer or block whose weights are used again"),
    ("from", ANY, REQUIRED, "what it is applied to this time"),
    ("name", TEXT, None, "the name of this use"),
    ("repeat", Integer(0), None, "how often, each use reading the one before"),
    ("expect", ANY, None, "channels, size or features that must come out"),
)

NET = make_keys(
    ("of", TEXT, REQUIRED, "the network: zoo:NAME, or a spec in the folder of this one"),
    ("until", TEXT, None, "the layer of it whose result is taken; what is behind it is left out"),
    ("set", ANY, None, "its variables, and other values for them"),
)

Fields = dict[str, tuple[Scalar, Node]]
"""The keys of a mapping by their canonical names, with the nodes of key and value."""


def fields(
    mapping: Mapping, keys: Grammar[str, Key], what: str, report: Report, kind: str = ""
) -> tuple[Fields, bool]:
    """The keys of `mapping`, and whether all of them are known.

    What frameworks call the keys of a `kind` of layer is understood. Unknown keys, and a key given
    under two names, are reported; `x-*` is free.
    """
    found: Fields = {}
    sound = True
    rest = 0
    for position, (key, value) in enumerate(mapping.pairs):
        if rest or key.value is BROKEN:
            # A key at fault may stand for anything: then nothing is missing.
            rest -= bool(rest)
            sound = sound and key.value is not BROKEN
            continue
        if key.text not in keys and key.text.startswith("x-"):
            continue
        name = key.text if key.text in keys else _canonical(key.text, keys, kind)
        if name is None:
            noun = "parameter" if what.startswith("for ") else "key"
            report.find("E103", f"unknown {noun} `{cut(key.text, 60)}` {what}", key.span,
                        help=_unknown(key.text, keys, kind))  # fmt: skip
            sound = False
        elif name in found:
            first = found[name][0]
            report.find("E107", f"`{key.text}` and `{first.text}` are the same key", key.span,
                        related=(Label(first.span, "first given here"),))  # fmt: skip
            sound = False
        else:
            rest = _rest(mapping, position)
            found[name] = (key, value)
            if rest:
                _report_cut(key, value, report)
                sound = False
                found[name] = (key, Scalar(BROKEN, "", value.start, value.end))
    return found, sound


def entries(node: Node | None, what: str, report: Report) -> list[tuple[Scalar, Node]]:
    """The pairs of a mapping, free keys left out; reports anything else."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return []
    if isinstance(node, Mapping):
        return [(k, v) for k, v in node.pairs if k.value is not BROKEN and k.text[:2] != "x-"]
    example = "args: {filters: required, stride: 1}" if what == "args" else f"{what}: {{name: …}}"
    report.find("E101", f"`{what}` must be a mapping", node.span, help=example)
    return []


def missing(given: Iterable[str], keys: Grammar[str, Key]) -> list[str]:
    """The required keys that are not given."""
    present = set(given)
    return [name for name, key in keys.items() if key.default is REQUIRED and name not in present]


def _canonical(word: str, keys: Grammar[str, Key], kind: str) -> str | None:
    also = next((name for name, key in keys.items() if word in key.also.split(", ")), None)
    return also or (key_of(kind, word) if kind else None)


def _unknown(word: str, keys: Grammar[str, Key], kind: str) -> str:
    if word == "budget":
        return "a budget belongs to a model: write it beside `layers:`"
    name, colon, value = word.partition(":")
    if colon and (name in keys or _canonical(name, keys, kind)):
        return f"put a space after the colon: {name}: {value}"
    if kind and word in arguments("inputs"):
        return "what goes in is known: leave it out"
    if kind and word in arguments("neutral"):
        return "it changes no number here: leave it out"
    if not word.strip("-0123456789., "):
        return "lists are written in square brackets: [1, 1]"
    if kind and word in (elsewhere := layer_class(kind).elsewhere):
        return elsewhere[word]

    meant = find_key(word, keys, kind) or nearest_name(word, keys, loosely=True)
    return f"did you mean `{meant}`?" if meant else "known here: " + ", ".join(keys)


def _rest(mapping: Mapping, position: int) -> int:
    """How many of the following keys are the rest of a value that YAML cut at its comma."""
    value = mapping.pairs[position][1]
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        return 0
    if value.text[:1] not in ("$", "(") or value.text.count("(") <= value.text.count(")"):
        return 0
    for count, (key, part) in enumerate(mapping.pairs[position + 1 :], 1):
        if ")" in key.text:
            return count
        if not isinstance(part, Scalar) or part.value is not None:
            return 0
    return 0


def _report_cut(key: Scalar, value: Node, report: Report) -> None:
    span = value.span
    line = report.source.line(span.line)[span.column - 1 :]
    depth, end = 0, len(line)
    for position, character in enumerate(line, 1):
        depth += (character == "(") - (character == ")")
        if character == ")" and depth == 0:
            end = position
            break
    if line[:1] == "$":
        report.find("E404", "YAML cut this expression at the comma", span,
                    label="`(` is never closed", help=f'quote it: {key.text}: "{line[:end]}"')  # fmt: skip
    else:
        inside = line[1:end].rstrip(")").strip()
        report.find("E104", f"`{key.text}` has a list in round brackets", span,
                    help=f"lists are written in square brackets: [{inside}]")  # fmt: skip


def place_of_key(word: str) -> str:
    """Where a key of the language stands; empty if it is none, or somebody calls a layer so."""
    if word in COMMON:
        value = {"repeat": "3", "from": "other", "name": "stem", "when": "$wide"}.get(word, "…")
        place = f"it is written inside a layer or a block: - conv: {{filters: 8, kernel: 3, {word}: {value}}}"
        if word == "repeat":
            place += "; several layers are repeated as a block: - Stage: {repeat: 3}"
        return f"{place}; as a layer, {translation(word)}" if has_meaning(word) else place
    if word in {**FILE, **MODEL} and not has_meaning(word):
        return f"`{word}:` stands beside `layers:`, not in the list"
    return "it stands in a block under `blocks:`" if word in BLOCK and not has_meaning(word) else ""
