"""Expressions as people write them: in text or LaTeX, with symbols or with the numbers put in.

Sums and products are written without brackets that say nothing and without terms that change
nothing (+ 0, · 1), plain numbers beside each other are added up, equal factors become powers, and
−⌊−a / b⌋ is written as what it is, ⌈a / b⌉. None of this changes a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.working.expressions import ELLIPSIS, Expression, number
from cnncalc.working.notation import TEXT

if TYPE_CHECKING:
    from collections.abc import Hashable

    from cnncalc.working.notation import Notation

# How tightly an operation binds: what binds less tightly inside another is put in brackets.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)

_SUMS = ("add", "subtract", "negate", "total")
_PRODUCTS = ("multiply", "divide")


class Names:
    """The symbols of the steps before one step, by the expressions they name."""

    __slots__ = ("_before", "_found")

    def __init__(self, found: dict[Hashable, tuple[int, Expression]], before: int) -> None:
        """`found` grows with the working; only what came `before` counts."""
        self._found = found
        self._before = before

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is a symbol for what has this key."""
        return key in self._found and self._found[key][0] < self._before

    def __getitem__(self, key: Hashable) -> Expression:
        """The symbol."""
        return self._found[key][1]


def write(
    found: Expression,
    names: Names | None = None,
    *,
    notation: Notation = TEXT,
    values: bool = False,
) -> str:
    """An expression as text; `values` puts the numbers in place of the symbols.

    `names` are the symbols of parts which have been worked out before, by the key of
    the part.
    """
    return _Writer(names or Names({}, 0), notation, values=values).write(found)[0]


def written_symbols(found: Expression, names: Names | None = None) -> set[str]:
    """The names in an expression as it is written, without those of terms that are gone."""
    seen: set[str] = set()

    def name(text: str) -> str:
        seen.add(text)
        return text

    write(found, names, notation=TEXT._replace(name=name))
    return seen


class _Writer:
    """One way of writing."""

    def __init__(self, names: Names, notation: Notation, *, values: bool) -> None:
        self.names = names
        self.notation = notation
        self.values = values
        self._sums: dict[Hashable, list[tuple[int, Expression]]] = {}

    def write(self, found: Expression) -> tuple[str, int]:
        """The text, and how tightly its outermost operation binds."""
        found = self.replace_named(found)
        if found.operation in ("number", "symbol"):
            return self._leaf(found)
        if found.operation in _SUMS:
            return self._sum(found)
        if found.operation in _PRODUCTS:
            return self._product(found)
        return self._other(found)

    def _replace_known(self, found: Expression) -> Expression:
        """The symbol for a part that has a name, the simpler form of a product; sums stay sums."""
        while found.operation not in ("number", "symbol"):
            if found.key in self.names:
                return self.names[found.key]
            simpler = _simpler(found)
            if simpler is None:
                return found
            found = simpler
        return found

    def replace_named(self, found: Expression) -> Expression:
        """As `_replace_known`, and a sum of which one term is left as that term."""
        found = self._replace_known(found)
        while found.operation in ("add", "subtract"):
            terms = self._terms(found)
            if len(terms) != 1 or terms[0][0] < 0:
                break
            found = self._replace_known(terms[0][1])
        return found

    def _leaf(self, found: Expression) -> tuple[str, int]:
        if found.operation == "symbol" and (not self.values or found is ELLIPSIS):
            return self.notation.name(found.name), _ATOM
        text = self.notation.number(found.value)
        # −1 is bound like a sum, and so is 10^308 like a product.
        tightness = _SUM if found.value < 0 else _PRODUCT if "cdot" in text else _ATOM
        return text, tightness

    def inside(self, found: Expression, least: int) -> str:
        """The text, in brackets if it binds less tightly than `least`."""
        text, tightness = self.write(found)
        return text if tightness >= least else self.notation.group(text)

    # Sums ---------------------------------------------------------------------------------------

    def _sum(self, found: Expression) -> tuple[str, int]:
        terms = self._terms(found)
        if len(terms) == 1 and terms[0][0] > 0:
            return self.write(terms[0][1])
        text = ""
        for sign, part in terms:
            if text:
                mark = "+" if sign > 0 else self.notation.minus
                text += f" {mark} {self.inside(part, _PRODUCT)}"
            elif sign > 0:
                text = self.write(part)[0]  # a sum may begin with −1
            else:
                text = self.notation.minus + self.inside(part, _PRODUCT)
        return text, _SUM

    def _terms(self, found: Expression) -> list[tuple[int, Expression]]:
        """The terms of a sum with their signs, plain numbers and equal terms joined."""
        if found.key not in self._sums:
            terms: list[tuple[int, Expression]] = []
            self._collect_terms(found, 1, terms)
            terms = [term for term in terms if not self._is_zero(term[1])]
            self._sums[found.key] = _join_equals(_join_numbers(terms))
        return self._sums[found.key]

    def _collect_terms(
        self, found: Expression, sign: int, terms: list[tuple[int, Expression]]
    ) -> None:
        """The terms of a sum with their signs; sums inside are opened, those with a name stay."""
        # A loop down the first operands, for sums may be thousands of terms long.
        later: list[tuple[int, Expression]] = []
        while found.operation in _SUMS:
            if found.operation == "negate":
                sign = -sign
            other_sign = -sign if found.operation == "subtract" else sign
            later += [(other_sign, part) for part in reversed(found.parts[1:])]
            found = self._replace_known(found.parts[0])
        terms.append((sign, self.replace_named(found)))
        for other_sign, other in reversed(later):
            part = self._replace_known(other)
            if part.operation in _SUMS:
                self._collect_terms(part, other_sign, terms)
            else:
                terms.append((other_sign, self.replace_named(part)))

    # Products -----------------------------------------------------------------------------------

    def _product(self, found: Expression) -> tuple[str, int]:
        over, under = self._factors(found)
        if not over and not under:
            return self.notation.number(1), _ATOM
        if any(self._is_zero(factor) for factor in over):
            return self.notation.number(0), _ATOM
        above, tightness = self._powers(over)
        if not under:
            return above, tightness
        below, bound = self._powers(under)
        if not self.notation.stacks:
            above = above if tightness >= _PRODUCT else self.notation.group(above)
            below = below if bound >= _POWER else self.notation.group(below)
        return self.notation.fraction(above, below), _PRODUCT

    def _factors(self, found: Expression) -> tuple[list[Expression], list[Expression]]:
        """What is multiplied, and what it is divided by, without factors of 1."""
        over: list[Expression] = []
        under: list[Expression] = []
        open_parts: list[tuple[Expression, bool]] = [(found, True)]
        while open_parts:
            part, above = open_parts.pop()
            part = self.replace_named(part)
            if part.operation == "multiply":
                open_parts += [(part.parts[1], above), (part.parts[0], above)]
            elif part.operation == "divide" and above:
                open_parts += [(part.parts[1], False), (part.parts[0], True)]
            elif not self._is_one(part):
                (over if above else under).append(part)
        return over, under

    def _powers(self, factors: list[Expression]) -> tuple[str, int]:
        """A product in which factors that stand more than once are powers."""
        if not factors:
            return self.notation.number(1), _ATOM
        counted: dict[Hashable, list[Any]] = {}
        for factor in factors:
            counted.setdefault(factor.key, [factor, 0])[1] += 1
        if len(factors) == 1:
            return self.write(factors[0])
        texts = [self._raise_to(factor, times) for factor, times in counted.values()]
        return self.notation.times.join(texts), _PRODUCT if len(texts) > 1 else _POWER

    def _raise_to(self, factor: Expression, times: int) -> str:
        if times == 1:
            # A quotient inside a product is read as what it is only in brackets.
            quotient = factor.operation in ("divide", "floor_divide")
            return self.inside(factor, _PRODUCT if quotient and self.notation.stacks else _POWER)
        return self.notation.power(self.inside(factor, _ATOM), self.notation.number(times))

    def _is_one(self, part: Expression) -> bool:
        return part.operation == "number" and part.value == 1

    def _is_zero(self, part: Expression) -> bool:
        if part.operation == "multiply":
            return any(self._is_zero(self.replace_named(factor)) for factor in part.parts)
        return part.operation == "number" and part.value == 0

    # The rest -----------------------------------------------------------------------------------

    def _other(self, found: Expression) -> tuple[str, int]:
        n, parts = self.notation, found.parts
        if found.operation == "floor_divide":
            return self._floor(parts[0], parts[1])
        if found.operation == "ceil_divide":
            return n.ceil(self._quotient(parts[0], parts[1])), _ATOM
        if found.operation == "modulo":
            return n.call("mod", [self.write(part)[0] for part in parts]), _ATOM
        if found.operation == "power":
            return n.power(self.inside(parts[0], _ATOM), self.write(parts[1])[0]), _POWER
        if found.operation in ("floor", "ceil"):
            bracket = n.floor if found.operation == "floor" else n.ceil
            return bracket(self.write(parts[0])[0]), _ATOM
        name = "abs" if found.operation == "absolute" else found.name
        if name == "expm1":
            return f"{n.call('exp', [self.write(parts[0])[0]])} {n.minus} {n.number(1)}", _SUM
        tightness = _POWER if name in ("exp", "sqrt") else _ATOM
        return n.call(name, [self.write(part)[0] for part in parts]), tightness

    def _floor(self, over: Expression, under: Expression) -> tuple[str, int]:
        """⌊a / b⌋; a plain quotient of two quantities that divides is written as one."""
        leaves = self.replace_named(over).operation in ("symbol", "number")
        if leaves and under.value and over.value % under.value == 0:
            return self._quotient(over, under), _PRODUCT
        return self.notation.floor(self._quotient(over, under)), _ATOM

    def _quotient(self, over: Expression, under: Expression) -> str:
        if self.notation.stacks:
            return self.notation.fraction(self.write(over)[0], self.write(under)[0])
        return self.notation.fraction(self.inside(over, _PRODUCT), self.inside(under, _POWER))


def _join_numbers(terms: list[tuple[int, Expression]]) -> list[tuple[int, Expression]]:
    """Plain numbers of a sum as one number, at the place of the last of them; no zeros."""
    plain = [i for i, (_, part) in enumerate(terms) if part.operation == "number"]
    if len(plain) > 1:
        joined = sum(terms[i][0] * terms[i][1].value for i in plain)
        kept = (1 if joined >= 0 else -1, number(abs(joined)))
        terms = [kept if i == plain[-1] else term for i, term in enumerate(terms)
                 if i == plain[-1] or i not in plain]  # fmt: skip
    left = [term for term in terms if term[1].operation != "number" or term[1].value != 0]
    return left or [(1, number(0))]


def _join_equals(terms: list[tuple[int, Expression]]) -> list[tuple[int, Expression]]:
    """Equal terms as a multiple, at the place of the first; what is added and subtracted is gone."""
    counted: dict[Hashable, list[Any]] = {}
    for sign, part in terms:
        # Two ellipses are different terms.
        place = len(counted) if part is ELLIPSIS else 0
        counted.setdefault((part.key, place), [part, 0])[1] += sign
    left = [
        (1 if times > 0 else -1, part if abs(times) == 1 else _multiple(abs(times), part))
        for part, times in counted.values()
        if times
    ]
    # A sum begins with what is added, if anything is.
    first = next((i for i, (sign, _) in enumerate(left) if sign > 0), 0)
    return [*left[first : first + 1], *left[:first], *left[first + 1 :]] or [(1, number(0))]


def _multiple(times: int, part: Expression) -> Expression:
    return Expression("multiply", [number(times), part], value=times * part.value)


def _simpler(found: Expression) -> Expression | None:
    """The same without a factor or divisor of 1, and a ceiling as what it is; None if it is plain."""
    if found.operation in ("multiply", "divide", "floor_divide", "ceil_divide"):
        first, second = found.parts
        if second.operation == "number" and second.value == 1:
            # Rounding changes what is not whole.
            rounds = found.operation in ("floor_divide", "ceil_divide")
            return None if rounds and first.value % 1 else first
        if found.operation == "floor_divide":
            return number(1) if first.key == second.key else _without(first, second)
        is_factor = found.operation == "multiply"
        return second if is_factor and first.operation == "number" and first.value == 1 else None
    return _ceiling(found)


def _without(product: Expression, factor: Expression) -> Expression | None:
    """What is left of a product that is divided by one of its factors; None if it is none of them."""
    if product.operation != "multiply" or not factor.value:
        return None
    first, second = product.parts
    for part, other in ((first, second), (second, first)):
        if part.key == factor.key:
            return other
        left = _without(part, factor)
        if left is not None:
            parts = (left, other) if part is first else (other, left)
            return Expression("multiply", parts, value=product.value // factor.value)
    return None


def _ceiling(found: Expression) -> Expression | None:
    """⌈a / b⌉ for −⌊−a / b⌋, the way in which integers are rounded up."""
    if found.operation != "negate" or found.parts[0].operation != "floor_divide":
        return None
    over, under = found.parts[0].parts
    if over.operation != "negate":
        return None
    return Expression("ceil_divide", [over.parts[0], under], value=found.value)
