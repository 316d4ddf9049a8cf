"""The manuals: of every kind of layer, formula and solver, from its class; of every code, from codes.md."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.calculator import formula as formulas
from cnncalc.calculator.question import flag
from cnncalc.dialects.base.dialect import dialects, spellings
from cnncalc.language.grammar import BLOCK, COMMON, FILE, HOST, MODEL, NET, REUSE, VARIANT
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import ANY, REQUIRED, show
from cnncalc.layers.base.shape import Shape
from cnncalc.solving import solver as solvers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.calculator.question import Question
    from cnncalc.layers.base.keys import Key
    from cnncalc.layers.base.layer import Layer

_CODES = os.path.join(registry.ROOT, "codes.md")


def codes() -> dict[str, str]:
    """The section of every diagnostic code, in Markdown."""
    with open(_CODES, encoding="utf-8") as file:
        sections = re.split(r"^## ", file.read(), flags=re.MULTILINE)[1:]
    return {section[:4]: f"## {section.strip()}\n" for section in sections}


def kinds() -> list[str]:
    """Every kind of layer."""
    return list(registry.names("layers"))


def summary(kind: str) -> str:
    """One line: what a kind of layer does."""
    return (layer_class(kind).__doc__ or "").strip().split("\n")[0].rstrip(".")


def layer(kind: str) -> str:
    """The manual of a kind of layer, in Markdown."""
    found = layer_class(kind)
    lines = [f"## {kind}", "", *_describe(found), ""]
    rows = [(name, _default(key.default), f"{key.help}; {key.kind.noun}", _spellings(name, found))
            for name, key in found.keys.items()]  # fmt: skip
    if found.hosts:
        rows += [(name, "none", key.help, key.also) for name, key in HOST.items()]
    if rows:
        lines += ["| key | default | meaning | also spelt |", "|---|---|---|---|"]
        lines += [
            "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows
        ]
        lines.append("")
    for dialect in dialects().values():
        if dialect.covers(kind) and not (dialect.partial and not dialect.words(kind)):
            lines.append(f"{dialect.title}: {dialect.words(kind) or 'none'}  ")
    if found.source:
        lines.append(f"Source: {found.source}  ")
    if found.example:
        lines += ["", "```yaml", found.example.strip("\n"), "```"]
    return "\n".join(lines) + "\n"


def key(name: str) -> str:
    """What a key of layers means, in Markdown, and which kinds have it; "" for a word that is none."""
    meanings: dict[tuple[str, str], list[str]] = {}
    for kind in kinds():
        keys = layer_class(kind).keys
        if name in keys:
            told = f"{keys[name].help}; {keys[name].kind.noun}", _default(keys[name].default)
            meanings.setdefault(told, []).append(kind)
    lines = [f"## {name}", ""]
    for (meaning, default), found in meanings.items():
        said = {"required": " (required)", "–": ""}.get(default, f" (default: {default})")
        lines.append(f"- A key of {', '.join(f'`{kind}`' for kind in found)}: {meaning}{said}")
    return "\n".join(lines) + "\n" if meanings else ""


def words() -> list[str]:
    """The words of the language that are no kinds of layer: its keys, `reuse` and `prev`."""
    return [*dict.fromkeys([word for keys in _GRAMMAR.values() for word in keys]), *_ITEMS]


def word(name: str) -> str:
    """The manual of a word of the language, in Markdown; raises KeyError."""
    lines = [f"## {name}", ""]
    if name in _ITEMS:
        text, keys, example = _ITEMS[name]
        lines += [text, ""]
        if keys:
            rows = [(key, _default(found.default), found.help) for key, found in keys.items()]
            lines += ["| key | default | meaning |", "|---|---|---|"]
            lines += [f"| {' | '.join(row)} |" for row in rows]
            lines.append("")
        return "\n".join([*lines, "```yaml", example, "```"]) + "\n"
    found = [(place, keys[name]) for place, keys in _GRAMMAR.items() if name in keys]
    if not found:
        raise KeyError(name)
    for place, key in found:
        noun = f"; {key.kind.noun}" if key.kind.noun != ANY.noun else ""
        lines.append(f"- **A key of {place}**: {key.help}{noun}")
    return "\n".join(lines) + "\n"


_GRAMMAR = {
    "a file": FILE,
    "a model under `models:`": MODEL,
    "a block under `blocks:`": BLOCK,
    "a variant under `variants:`": VARIANT,
    "any layer": COMMON,
    "a layer with filters or units": HOST,
}
"""The keys of the language that are not those of one kind of layer, and where they may stand."""

_ITEMS: dict[str, tuple[str, Mapping[str, Key], str]] = {
    "reuse": (
        "Applies a layer or block that stands above once more, with the same weights.",
        REUSE,
        "- reuse: {layer: encoder, from: other, name: encoded}",
    ),
    "net": (
        "The network of another file, or of the zoo, as one item of the list.",
        NET,
        "- net: {of: zoo:resnet50, until: layer4, name: backbone}",
    ),
    "prev": (
        "The layer above, wherever a layer is named.",
        {},
        "- add: [prev, shortcut]",
    ),
}
"""What a layer list may hold beside kinds and blocks."""


def formula(name: str) -> str:
    """The manual of a formula of the calculator, in Markdown; raises UsageError."""
    first = name.partition(" ")[0]
    found = (
        formulas.load(first) if first == name and name in formulas.names() else formulas.find(name)
    )
    return _question(name, found)


def solver(name: str) -> str:
    """The manual of a solver, in Markdown; raises UsageError."""
    return _question(name, solvers.find(name))


def _question(name: str, found: type[Question]) -> str:
    """The manual of what is asked with inputs: what it does, what it takes, how it is typed."""
    command = f"cnncalc {found.command}"
    lines = [
        f"## {name}",
        "",
        *(line.strip() for line in (found.__doc__ or "").strip().split("\n")),
        "",
    ]
    rows = [
        (flag(key), _default(declared.default), f"{declared.help}; {declared.kind.noun}")
        for key, declared in found.keys.items()
    ]
    variants = getattr(found, "variants", ())
    if variants:
        from textwrap import fill

        words = ", ".join(word.replace("_", "-") for word in variants)
        told = f"`{command} {name} WORD`, where WORD is one of {words}."
        lines += [fill(told, 80, break_on_hyphens=False), ""]
    elif rows:
        lines += ["| input | default | meaning |", "|---|---|---|"]
        lines += [
            "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows
        ]
        lines.append("")
    if unit := getattr(found, "unit", ""):
        lines.append(f"Unit: {unit}  ")
    if found.source:
        lines.append(f"Source: {found.source}  ")
    for example in found.examples:
        lines += ["", "```console", f"$ {command} {example}", "```"]
    return "\n".join(lines).rstrip() + "\n"


def _describe(found: type[Layer]) -> list[str]:
    """The docstring, each of its labelled parts a paragraph of a list."""
    text = (found.__doc__ or "").strip()
    lines = [line.strip() for line in text.split("\n")]
    labelled = re.compile(r"^(Output|Weights|MACs|Window|Work|FLOPs):")
    described: list[str] = []
    for line in lines:
        match = labelled.match(line)
        if match:
            if described and described[-1] and not described[-1].startswith("- "):
                described.append("")
            described.append(f"- **{match[1]}**:{line[match.end() :]}")
        elif described and described[-1].startswith("- ") and line:
            described[-1] += f" {line}"
        else:
            described.append(line)
    return described


def _default(value: Any) -> str:
    if value is REQUIRED:
        return "required"
    if value is None:
        return "–"
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    return str(value) if isinstance(value, Shape) else show(value).strip("`")


def _spellings(name: str, found: type[Layer]) -> str:
    return ", ".join(word for word in spellings(found.kind, name) if word != name)
