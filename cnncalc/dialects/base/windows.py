"""The rules by which frameworks slide windows, and the questions that they answer.

A rule that several frameworks share has a name, and a table that knows it; a rule of one framework
is a method in its file.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, ClassVar

from cnncalc.arithmetic.padding import CUTS, SAME, WORDS, by_mode, cut_by_mode
from cnncalc.arithmetic.windows import AdaptiveWindow, TransposedWindow, Window
from cnncalc.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.asked import Asked, Resizing

    Limit = Callable[..., None]
    Divisor = int | tuple[float, ...]


class WindowRules:
    """The rules of windows. The values here hold where no framework is chosen."""

    conv_rounding: ClassVar[str] = "floor"
    """How many windows a convolution has: a name of `arithmetic.rounding.ROUNDING`."""
    deform_rounding: ClassVar[str] = "floor"
    """The same of a deformable convolution."""
    pool_rounding: ClassVar[str] = "floor"
    """The same of a pool without `ceil`."""
    ceil_unpadded: ClassVar[str] = "ceil"
    """How many windows a pool with `ceil` has if no axis is padded: a name of the same table."""
    ceil_padded: ClassVar[str] = "ceil"
    """The same if an axis is padded, along all axes."""
    conv_same: ClassVar[str] = "balanced"
    """What `same` adds to the input of a convolution: a name of `arithmetic.padding.SAME`."""
    pool_same: ClassVar[str] = "balanced"
    """The same of a pool."""
    averages: ClassVar[Mapping[str, str]] = {"counted": "padded", "inputs": "inputs"}
    """What an average may be said to divide by, `counted` with the padding or the `inputs` alone, and
    the rule by which it does: a key of `arithmetic.averaging.DIVISORS`. The first is the default;
    what `same` pads may have a rule of its own, under `same`. Empty where that is not known."""
    zeros_win: ClassVar[str] = "never"
    """Whether the zeros of the padding take part in max pools: `never`, `beside` the inputs, or `alone`,
    where a window has no inputs."""
    empties: ClassVar[str] = ""
    """Kinds that give an empty map where a window is missing, separated by spaces; others refuse."""
    clamps: ClassVar[bool] = False
    """Whether these give an empty map however much is missing, or only where it is one window."""
    limits: ClassVar[Mapping[str, Sequence[Limit]]] = {}
    """Kind to functions of the dialect and of what it is `Asked`: they raise the `Refusal` of
    windows that the framework has not."""
    transposed_valid_fills: ClassVar[bool] = False
    """Whether a transposed convolution with `valid` gives at least n·stride outputs."""
    transposed_padding: ClassVar[str] = "cut"
    """What numbers mean as the padding of a transposed convolution: `cut` from the output, or
    `added` to the input after it is stretched by the stride."""

    @classmethod
    def window(cls, asked: Asked, others: Sequence[Asked] = ()) -> Window:
        """How a convolution or a pool slides along an axis, `others` being those of the same map.

        It may fit nowhere. Raises Refusal where the framework refuses it.
        """
        cls.assert_limits(asked, others)
        before, after = cls.sides_of(asked)
        rounding = cls.rounding_of(asked, others)
        return Window(
            asked.k, asked.s, asked.d, (before, after), rounding, asked.mode or "explicit"
        )

    @classmethod
    def assert_limits(cls, asked: Asked, others: Sequence[Asked] = ()) -> None:  # noqa: ARG003
        """Raises Refusal for windows that the framework has not."""
        for limit in cls.limits.get(asked.kind, ()):
            limit(cls, asked)

    @classmethod
    def sides_of(cls, asked: Asked) -> tuple[int, int]:
        """What is added to an axis before and after; raises Refusal for a word that is unknown."""
        mode = asked.mode
        if not mode:
            return asked.sides
        if mode not in WORDS:
            raise _unknown(mode)
        if not mode.startswith("same"):
            return by_mode(mode, asked.n, asked.k, asked.s, asked.d)
        rule = SAME[cls.pool_same if asked.is_pool else cls.conv_same]
        return rule(mode, asked.n, asked.k, asked.s, asked.d)

    @classmethod
    def rounding_of(cls, asked: Asked, others: Sequence[Asked] = ()) -> str:
        """How windows are counted: a name of `arithmetic.rounding.ROUNDING`."""
        if not asked.is_pool:
            return cls.deform_rounding if asked.kind == "deform_conv" else cls.conv_rounding
        if asked.rounding != "ceil":
            return cls.pool_rounding
        padded = any(any(cls.sides_of(each)) for each in (asked, *others))
        return cls.ceil_padded if padded else cls.ceil_unpadded

    @classmethod
    def length(cls, asked: Asked, others: Sequence[Asked] = ()) -> int:
        """The length of the output of an axis; not above 0 where an empty one is given out.

        Raises Refusal where the framework refuses the layer, also because no window fits.
        """
        n = cls.reading(asked, others).positions(asked.n)
        if n < 1 and not (cls.gives_empty(asked.kind) and (n == 0 or cls.clamps)):
            raise Refusal("E301", f"nothing is left of {asked.n} elements", key="padding")
        return max(n, 0)

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """How an axis is read, whatever kind of layer is asked for; raises Refusal."""
        if asked.kind == "conv_transpose":
            return cls.transpose(asked)
        if asked.kind in ("adaptive_avg_pool", "adaptive_max_pool"):
            return cls.adapt(asked)
        return cls.window(asked, others)

    @classmethod
    def gives_empty(cls, kind: str) -> bool:
        """Whether an empty map comes out where no window fits."""
        return kind in cls.empties.split()

    @classmethod
    def zeros_of(cls, asked: Asked) -> str:
        """Whether the zeros of the padding take part in a max pool, as `zeros_win` has it."""
        return cls.zeros_win if asked.kind == "max_pool" else "never"

    @classmethod
    def border_of(cls, asked: Asked) -> str:
        """What a convolution or a max pool reads beyond the ends of an axis; "" for nothing that counts."""
        if asked.kind == "max_pool" and cls.zeros_of(asked) != "beside":
            # Zeros that win where a window has no inputs win over nothing that could be compared.
            return ""
        return "zeros"

    @classmethod
    def divisor_of(cls, asked: Asked) -> str:
        """What averages divide by, a name of `arithmetic.averaging.DIVISORS`; raises Refusal."""
        if asked.mode.startswith("same") and "same" in cls.averages:
            return cls.averages["same"]
        said = {None: next(iter(cls.averages)), True: "counted", False: "inputs"}[asked.counted]
        if said not in cls.averages:
            always = "always" if "counted" in cls.averages else "never"
            raise Refusal("E308", f"averages {always} count the padding here", key="padding")
        return cls.averages[said]

    @classmethod
    def divisors(cls, asked: Asked, others: Sequence[Asked] = ()) -> Sequence[Divisor]:
        """What each average along an axis is divided by; 0 where that is undefined.

        Where its inputs do not count alike, it is the share of each.
        """
        from cnncalc.arithmetic.averaging import DIVISORS

        if asked.kind == "adaptive_avg_pool":
            axis = cls.adapt(asked)
            return [len(axis.taps(u, asked.n)) for u in range(axis.positions(asked.n))]
        window, rule = cls.window(asked, others), DIVISORS[cls.divisor_of(asked)]
        count = window.positions(asked.n)
        # A window that sticks out further than what is padded is no more padded for it.
        window = window._replace(padding=(window.padding[0], cls.sides_of(asked)[1]))
        return [rule(window, u, asked.n) for u in range(count)]

    @classmethod
    def transpose(cls, asked: Asked) -> TransposedWindow:
        """How a transposed convolution spreads an axis.

        Raises Refusal where the framework refuses it, or a `target` is not in its `size_range`.
        """
        cls.assert_limits(asked)
        usual = cls.spread(asked._replace(target=None))
        if asked.target is None or usual.positions(asked.n) == asked.target:
            return usual
        low, most = cls.size_range(asked)
        if not low <= asked.target <= most:
            raise Refusal("E311", f"an output size of {asked.target} is not possible: valid sizes "
                          f"range from {low} to {most}", key="output_size", operands=True)  # fmt: skip
        return cls.spread(asked._replace(target=None, extra=asked.target - low))

    @classmethod
    def size_range(cls, asked: Asked) -> tuple[int, int]:
        """The least and the largest size that a transposed convolution can be asked for."""
        low = cls.spread(asked._replace(target=None, extra=0)).positions(asked.n)
        return low, low + asked.s - 1

    @classmethod
    def spread(cls, asked: Asked) -> TransposedWindow:
        """The window of a transposed convolution of which no size is asked; raises Refusal."""
        k, s, d, extra = asked.k, asked.s, asked.d, asked.extra
        if asked.mode:
            if asked.mode not in CUTS:
                raise _unknown(asked.mode)
            cut = cut_by_mode(asked.mode, k, s, d, extra, at_least_same=cls.transposed_valid_fills)
            return TransposedWindow(k, s, d, cut, asked.mode)
        before, after = asked.sides
        if cls.transposed_padding == "added":
            before, after = d * (k - 1) - before, d * (k - 1) - after
        return TransposedWindow(k, s, d, (before, after - (extra or 0)), "explicit")

    @classmethod
    def adapt(cls, asked: Asked) -> Axis:
        """How a pool reads an axis whose output size is given, its `target`; raises Refusal."""
        return AdaptiveWindow(asked.n if asked.target is None else asked.target)

    @classmethod
    def resize(cls, asked: Resizing) -> tuple[int, ...]:
        """The size of each axis of a map that is resized; raises Refusal."""
        if asked.sizes is not None:
            return asked.sizes
        return tuple(
            cls.scale(n, each) for n, each in zip(asked.n, asked.scales or (), strict=True)
        )

    @classmethod
    def scale(cls, n: int, factor: float) -> int:
        """The length of an axis that is resized by a factor: the product in 64 bits, as in PyTorch."""
        return floor(n * factor)


def _unknown(mode: str) -> Refusal:
    """The refusal of a word for padding."""
    return Refusal("E308", f"there is no padding `{mode}` here", key="padding",
                   help="write the numbers")  # fmt: skip
