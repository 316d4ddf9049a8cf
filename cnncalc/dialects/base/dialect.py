"""The contract of a dialect: how a framework spells things, its rules, what it refuses.

A dialect is one class in one file of `dialects/`, found by the file's name, which a spec gives as
`dialect:`. Layers ask `rules` for what they need to know, and never for the name of a framework.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc import registry
from cnncalc.dialects.base import limits
from cnncalc.dialects.base.porting import Porting
from cnncalc.dialects.base.windows import WindowRules
from cnncalc.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.dialects.base.asked import Asked
    from cnncalc.layers.base.layer import Facts

    Refuses = Callable[..., None]


class Rules(WindowRules):
    """The rules in which frameworks differ. The values here hold where no framework is chosen."""

    recurrent_biases: ClassVar[int] = 1
    """How many biases a gate has: one, or one each for the input and the state."""
    gru_state_biases: ClassVar[str] = "all"
    """Which gates of a gated recurrent unit have a bias of the state beside that of the input: `all`,
    the `new` state alone, or `none`."""
    recurrent_twice: ClassVar[bool] = False
    """Whether the weights of recurrent layers are listed twice, as one array and each by itself."""
    averages_hidden: ClassVar[bool] = False
    """Whether a batch norm keeps what its moving averages are corrected from beside them."""
    scales_per_group: ClassVar[bool] = False
    """Whether group normalisation has a scale and a shift per group, or per channel."""
    channels_last: ClassVar[bool] = False
    """Whether the channels are the last axis, or the first."""
    dense_flattens: ClassVar[bool] = False
    """Whether a fully connected layer flattens a map; otherwise it connects its last axis."""
    merges_spread: ClassVar[bool] = False
    """Whether all merges spread operands along axes of size 1, as a multiplication does."""
    merges_pad: ClassVar[bool] = False
    """Whether merges take operands of fewer axes, which get axes of size 1 behind the batch."""
    splits_unevenly: ClassVar[bool] = False
    """Whether the last of equal parts may be shorter, and parts may be fewer."""
    squeeze_skips: ClassVar[bool] = False
    """Whether leaving out an axis of more elements than one leaves it as it is."""
    nearest: ClassVar[str] = "nearest"
    """What resizing to a size takes for nearest: the element under the `start` of the output
    (`nearest`), or the one under its centre (`nearest_exact`)."""
    slopes_shared: ClassVar[str | tuple[str, ...]] = ()
    """The axes along which a parametric activation has one slope, unless it says so."""
    sums_weighed: ClassVar[bool] = False
    """Whether a batch norm keeps sums, and beside them the number by which both are divided."""
    singular_vectors: ClassVar[int] = 2
    """How many singular vectors spectral normalisation keeps: both, or that of the last axis."""
    crop_enlarges: ClassVar[bool] = False
    """Whether cropping to a size enlarges a map of two axes that is smaller."""
    spectra_stored: ClassVar[bool] = True
    """Whether the window of a spectrogram and what weights its bins are kept as buffers."""
    heads_divide: ClassVar[bool] = False
    """Whether the heads of attention must divide the channels, whatever the features per head."""


EVERYWHERE = (
    "add concat dense dropout flatten global_avg_pool global_max_pool identity multiply pad relu "
    "rescaling sigmoid softmax tanh"
)
"""Kinds that compute and hold the same wherever there are maps and channels."""


class Dialect(Rules, Porting):
    """A framework. Subclasses set the attributes; the rules they leave out are those of `Rules`."""

    title: ClassVar[str] = ""
    """What the framework is called in sentences."""
    version: ClassVar[str] = ""
    """The version that was asked for the rules."""
    source: ClassVar[str] = ""
    """Where the rules come from."""
    partial: ClassVar[bool] = False
    """Whether it is known for no kinds of layer but those in `spelling` and `plain`."""
    plain: ClassVar[str] = ""
    """Kinds that are known, too, and called as anywhere, separated by spaces."""
    spelling: ClassVar[str] = ""
    """A line for each kind: `kind | what the framework calls it | key: argument, key: argument`.

    Keys that are called the same are left out. An indented line continues the one above."""
    words_for_padding: ClassVar[str] = ""
    """Its words for padding and ours: `word: mode, word: mode`."""
    told: ClassVar[str] = ""
    """Its rules for windows, a line for each kind: `kind | in words | as a formula`.

    An indented line continues the one above."""
    inputs: ClassVar[str] = ""
    """Arguments that say what goes in, which is known, separated by spaces."""
    neutral: ClassVar[str] = ""
    """Arguments that change no number, separated by spaces."""
    defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Kind to its keys that have another default than in `layers/`, in their final form."""
    refusals: ClassVar[Mapping[str, Sequence[Refuses]]] = {}
    """Kind, or another moment that a layer names to `Layer.check`, to functions of the layer and of
    what is known then. They raise `Refusal` for what the framework raises an error for."""

    @classmethod
    def reading(cls, asked: Asked, others: Sequence[Asked] = ()) -> Axis:
        """How an axis is read; raises Refusal, also for a kind that is not known."""
        if not cls.covers(asked.kind):
            raise cls.refuse_kind(asked.kind)
        return super().reading(asked, others)

    @classmethod
    def assert_limits(cls, asked: Asked, others: Sequence[Asked] = ()) -> None:
        """Raises Refusal for windows that the framework has not, or that it cannot pad like this."""
        super().assert_limits(asked, others)
        if not cls.pads_apart:
            limits.padding_without_words(cls, asked, others)

    @classmethod
    def refuse(cls, reason: str, *, key: str = "", help: str = "") -> Refusal:
        """The refusal of what the framework does not accept: `E308` with its rule as the reason."""
        return Refusal("E308", f"{cls.title} refuses this: {reason}", key=key, help=help)

    @classmethod
    def words(cls, kind: str) -> str:
        """What the framework calls a kind of layer, separated by commas; empty if it has none."""
        return _read(cls.spelling).get(kind, ("", {}))[0]

    @classmethod
    def arguments(cls, kind: str) -> Mapping[str, str]:
        """The keys of a kind that the framework calls by another name, and that name."""
        return _read(cls.spelling).get(kind, ("", {}))[1]

    @classmethod
    def rule(cls, kind: str) -> tuple[str, str]:
        """The rule for the windows of a kind, in words and as a formula; empty if it has none."""
        for line in cls.told.replace("\n    ", " ").strip().split("\n"):
            name, _, told = line.partition(" | ")
            if name == kind:
                words, _, formula = told.partition(" | ")
                return words, formula
        return "", ""

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """The kinds of layer that have a word in the framework, or whose keys have."""
        return tuple(_read(cls.spelling))

    @classmethod
    def covers(cls, kind: str) -> bool:
        """Whether the rules for a kind of layer are known."""
        return not cls.partial or kind in _read(cls.spelling) or kind in cls.plain.split()

    @classmethod
    def refuse_kind(cls, kind: str) -> Refusal:
        """The refusal of a kind for which the rules are not known."""
        return Refusal("E308", f"the dialect of {cls.title} does not cover `{kind}`",
                       help=f"it covers {', '.join(sorted({*cls.kinds(), *cls.plain.split()}))}")  # fmt: skip


@cache
def _read(spelling: str) -> dict[str, tuple[str, dict[str, str]]]:
    """`spelling` by kind: the words, and the arguments by key."""
    found = {}
    for line in spelling.replace("\n    ", " ").strip().split("\n"):
        kind, words, arguments = (*line.split(" | "), "", "")[:3]
        pairs = (pair.split(": ") for pair in arguments.split(", ") if pair)
        found[kind.strip()] = words.strip(), {key.strip(): word.strip() for key, word in pairs}
    return found


@cache
def find(name: str) -> type[Dialect]:
    """The class of `dialects/NAME.py`, whose name is the file's in CamelCase; raises KeyError."""
    module = registry.load("dialects", name)
    found: type[Dialect] = getattr(module, "".join(part.capitalize() for part in name.split("_")))
    return found


def dialect_names() -> tuple[str, ...]:
    """The names of all dialects, none of them loaded."""
    return registry.names("dialects")


def dialects() -> dict[str, type[Dialect]]:
    """All dialects by name, those first that are asked where none is chosen."""
    return dict(_each())


def _each() -> Iterator[tuple[str, type[Dialect]]]:
    """The same one by one, none loaded before its turn."""
    asked = _asked_names()
    for name in sorted(dialect_names(), key=lambda name: (name not in asked, name)):
        yield name, find(name)


def _asked_names() -> tuple[str, ...]:
    """The names that the registry itself knows, so that no other dialect is loaded to find them."""
    names: tuple[str, ...] = import_module("cnncalc.dialects").ASKED
    return names


def asked_dialects() -> dict[str, type[Dialect]]:
    """The dialects that are asked where none is chosen."""
    return {name: find(name) for name in _asked_names()}


def spellings(kind: str, key: str) -> list[str]:
    """What frameworks call a key of a kind of layer, each word once."""
    words = (dialect.arguments(kind).get(key, "") for dialect in dialects().values())
    return [word for word in dict.fromkeys(words) if word]


@cache
def key_of(kind: str, word: str) -> str | None:
    """The key of a kind that a framework calls by this word, if one does."""
    for _, dialect in _each():
        for key, argument in dialect.arguments(kind).items():
            if argument == word:
                return key
    return None


def arguments(sort: str) -> frozenset[str]:
    """All arguments of a sort, `inputs` or `neutral`."""
    return frozenset(
        word for dialect in dialects().values() for word in getattr(dialect, sort).split()
    )


_NUMBERS = {
    "output": "output {}", "params": "{:,} params", "buffer_count": "{:,} buffers",
    "macs": "{:,} MACs", "windows": "",
}  # fmt: skip
"""The facts on which frameworks must agree, and how messages show them."""


def agree(found: Mapping[str, tuple[str, Facts]], instead: str = "") -> Facts | None:
    """The facts of a layer if all dialects, by name with their titles, say the same.

    None if there is no dialect. Raises Refusal with the first numbers that differ; `instead` is a
    way around.
    """
    said = {name: facts for name, (_, facts) in found.items()}
    differing = [
        name for name in _NUMBERS if len({getattr(facts, name) for facts in said.values()}) > 1
    ]
    if not differing:
        return next(iter(said.values()), None)
    texts = [name for name in differing if _NUMBERS[name]][:2]
    told = [
        f"{title} {', '.join(_NUMBERS[name].format(getattr(facts, name)) for name in texts)}"
        for title, facts in found.values()
    ]
    titles = " and ".join(title for title, _ in found.values())
    numbers = ", ".join(told) if texts else f"{titles} read other inputs for the same output"
    choices = " or ".join(f"`dialect: {name}`" for name in found)
    raise Refusal("E307", f"the frameworks differ here: {numbers}",
                  help=f"set {choices} for the whole spec{instead and f', or {instead}'}")  # fmt: skip
