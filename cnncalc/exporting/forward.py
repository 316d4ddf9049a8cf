"""The statements that compute the outputs of a class: which variable holds what, and for how long."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.exporting.code import PLACE, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.exporting.parts import Class, In, Part
    from cnncalc.network import Node


class Line(NamedTuple):
    """A statement, and how many levels it is indented; a comment goes before it."""

    text: str
    level: int = 0


class Forward:
    """Writes the statements of one class.

    `call` gives the expression for a part, from the texts of what it reads.
    """

    def __init__(self, made: Class, call: Callable[[Part, Sequence[str]], str], flag: str) -> None:
        """`flag` is what stands before the name of a flag: `self.`."""
        self.made = made
        self.call = call
        self.flag = flag
        self.rows: Callable[[Part, Sequence[str], str], list[Line]] | None = None
        """Writes a row of uses into a variable, where that takes more than an expression."""
        self.before: Callable[[Part], list[Line]] | None = None
        """What stands before the first use of a part."""
        self.reserved: set[str] = set()
        """Names that no result may have: what else is known where the statements stand."""
        self.joins_layers = True
        """Whether a layer may be written within what stands behind it."""
        self.end = len(made.parts)
        self.uses: dict[In, list[int]] = {}
        self.idle = _find_idle(made)
        for at, part in enumerate(made.parts):
            if at in self.idle:
                continue
            for read in (*part.reads, *([part.instead] if part.instead else [])):
                self.uses.setdefault(read, []).append(at)
        for output in made.outputs:
            self.uses.setdefault(output, []).append(self.end)
        self.names: dict[In, str] = {("", k): name for k, name in enumerate(made.inputs)}
        self.meant = {part.called for part in made.parts if part.given}
        """Names that say what something is: nothing else is called so."""
        if len(made.inputs) > 1:
            self.meant |= set(made.inputs)
        self.lines: list[Line] = []

    def write(self) -> list[Line]:
        """All statements but the last, which returns `result()`."""
        at, parts = 0, self.made.parts
        while at < len(parts):
            flag = parts[at].flag
            stop = at
            while stop < len(parts) and parts[stop].flag == flag:
                stop += 1
            if flag:
                self._write_group(flag, at, stop)
            else:
                self._statements(at, stop, 0)
            at = stop
        return self.lines

    def write_all(self) -> list[Line]:
        """All statements, of which the last returns what comes out."""
        lines, result = self.write(), self.result()
        if lines and not lines[-1].level and lines[-1].text.startswith(f"{result} = "):
            return [*lines[:-1], Line(f"return {lines[-1].text[len(result) + 3 :]}")]
        return [*lines, Line(f"return {result}")]

    def result(self) -> str:
        """What comes out: a variable, or several."""
        return ", ".join(self.names[output] for output in self.made.outputs)

    def _write_group(self, flag: str, at: int, stop: int) -> None:
        """Parts that are not always there: before them, what is read instead has their name already."""
        for place in range(at, stop):
            part = self.made.parts[place]
            result = (part.name, 0)
            outside = [use for use in self.uses.get(result, ()) if use >= stop]
            if outside and part.instead is not None:
                source = self._past(part.instead, at)
                name = self._name(part, place, source if self._dies(source, place, stop) else None)
                self.names[result] = name
                if name != self.names[source]:
                    self.lines.append(Line(f"{name} = {self.names[source]}"))
        self.lines.append(Line(f"if {self.flag}{flag}:"))
        self._statements(at, stop, 1)

    def _past(self, read: In, at: int) -> In:
        """What is read instead of a part, and of that part's own stand-in, before position `at`."""
        parts = {part.name: (place, part) for place, part in enumerate(self.made.parts)}
        while read[0] and parts[read[0]][0] >= at:
            instead = parts[read[0]][1].instead
            if instead is None:
                break
            read = instead
        return read

    def _dies(self, read: In, first: int, stop: int) -> bool:
        """Whether nothing reads a tensor any more behind a group of parts but what stands for it."""
        return all(use < stop for use in self.uses.get(read, ()))

    def _statements(self, at: int, stop: int, level: int) -> None:
        pending: dict[In, str] = {}
        for place in range(at, stop):
            part = self.made.parts[place]
            if place in self.idle:
                continue
            reads = [
                pending.pop(read) if read in pending else self.names[read] for read in part.reads
            ]
            if self.before is not None:
                self.lines += self.before(part)
            if self.rows is not None and part.is_row:
                name = self._assign((part.name, 0), part, place)
                rows = self.rows(part, reads, name)
                self.lines += [line._replace(level=line.level + level) for line in rows]
                continue
            text = self.call(part, reads)
            result = (part.name, 0)
            if self._joins(place, stop):
                pending[result] = text
                continue
            if part.code is not None and part.code.note:
                self.lines.append(Line(f"# {part.code.note}", level))
            names = [self._assign((part.name, k), part, place) for k in range(part.outputs)]
            if text != names[0] or len(names) > 1:
                self.lines.append(Line(f"{', '.join(names)} = {text}", level))

    def _joins(self, place: int, stop: int) -> bool:
        """Whether a layer is written within the norm or activation behind it."""
        part = self.made.parts[place]
        if place + 1 >= stop or part.outputs != 1 or part.code is None or part.code.note:
            return False
        if part.code.made and not self.joins_layers:
            return False
        after = self.made.parts[place + 1]
        node = after.node
        hosted = node is not None and (node.host is not None or _is_activation(node))
        alone = self.uses.get((part.name, 0)) == [place + 1]
        once = after.code is not None and PLACE.findall(after.code.given).count("0") == 1
        return hosted and alone and once

    def _assign(self, result: In, part: Part, place: int) -> str:
        if result in self.names:
            return self.names[result]
        dying = next(
            (read for read in part.reads if read in self.names
             and all(use <= place for use in self.uses.get(read, ()))), None
        )  # fmt: skip
        name = self._name(part, place, dying, result[1])
        self.names[result] = name
        return name

    def _name(self, part: Part, place: int, dying: In | None, number: int = 0) -> str:
        """A variable for the result of a part: that of what it reads last, or one of its own."""
        uses = self.uses.get((part.name, number), [])
        if not uses and part.outputs > 1:
            return "_"
        several = self.end in uses and len(self.made.outputs) > 1
        following = not several and all(use == place + 1 for use in uses)
        own = part.called if not number else f"{part.called}_{number}"
        own = f"{own}_" if hasattr(builtins, own) else own
        live = {
            self.names[read]
            for read, places in self.uses.items()
            if read in self.names and any(use > place for use in places) and read != dying
        }
        options = []
        if not following and (part.given or not part.node):
            options.append(own)
        if dying is not None and self.names[dying] not in self.meant:
            options.append(self.names[dying])
        if not following:
            options.append(own)
        options += ["x", "out", own, f"{own}_out", f"{own}_result"]
        return next(name for name in options if name not in live | self.reserved)


def _find_idle(made: Class) -> set[int]:
    """The places of layers without weights whose results nobody needs."""
    needed = set(made.outputs)
    idle = set()
    for at, part in reversed(list(enumerate(made.parts))):
        results = {(part.name, k) for k in range(part.outputs)}
        if part.code is not None and not part.code.made and not part.flag and not results & needed:
            idle.add(at)
            continue
        needed |= {*part.reads, *([part.instead] if part.instead else [])}
    return idle


def _is_activation(node: Node) -> bool:
    return node.layer is not None and node.layer.role == "activation"


def fill_in(text: str, reads: Sequence[str], more: Mapping[str, str]) -> str:
    """The expression of a layer with what it reads in it, in brackets where it must be."""
    places = {str(k): _put_in_brackets(text, k, read) for k, read in enumerate(reads)}
    found = fill(text, {**places, "all": ", ".join(reads), **more})
    # A slice of what is no simple number or name has spaces around its colon.
    return re.sub(r"([\w.]*)(?<=[\w\]]):(-?[\w.]*)", _space, found)


def _space(slice: re.Match[str]) -> str:
    return f"{slice[1]} : {slice[2]}" if "." in slice[0] and slice[1] and slice[2] else slice[0]


def _put_in_brackets(text: str, place: int, read: str) -> str:
    """A text read; in brackets if it is an expression with signs, and stands before a dot or beside a sign."""
    simple = read.replace("_", "a").replace(".", "a").isalnum() or _is_call(read)
    alone = text == f"{{{place}}}" or f"({{{place}}}" in text or f", {{{place}}}" in text
    return read if simple or alone else f"({read})"


def _is_call(text: str) -> bool:
    """Whether a text is one call: a name and brackets that end it."""
    if not text.endswith(")"):
        return False
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == " " and not depth:
            return False
        if not depth and sign == ")" and place < len(text) - 1 and text[place + 1] not in ".([":
            return False
    return True
