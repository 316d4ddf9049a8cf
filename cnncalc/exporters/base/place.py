"""A layer at its place, as exporters look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Diagnostic, Refusal, SpecError
from cnncalc.exporting.python import docstring
from cnncalc.layers.base.named_axes import choose_axes
from cnncalc.layers.base.shape import names_of
from cnncalc.layers.base.sliding import sliding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.exporting.parts import Class
    from cnncalc.exporting.terms import Term
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node

P = TypeVar("P", bound="Place")
T = TypeVar("T")

_EPSILONS = {"keras": 1e-3}
"""Epsilons of norms by dialect."""
RMS_EPSILON = 1.1920929e-07
"""That of PyTorch's norm by the root mean square: the least of the precision of the numbers, here of 32 bits."""
_RMS_EPSILONS = {"torch": RMS_EPSILON}
"""Those of norms by the root mean square by dialect."""
_SLOPES = {"keras": 0.3, "darknet": 0.1}
"""Slopes of leaky ReLUs by dialect."""


class Place:
    """A node with the shapes that it reads; its layer's keys are `place.layer.KEY`."""

    def __init__(self, network: Network, node: Node) -> None:
        """`node` is not an input of the network."""
        self.network = network
        self.node = node
        self.inputs: list[Shape] = [network.nodes[i].output for i in node.inputs]
        self.output: Shape = node.output

    @property
    def layer(self) -> Any:
        """The layer."""
        return self.node.layer

    @property
    def plain(self) -> Layer:
        """The layer for the type checker; raises ValueError of an input."""
        if self.node.layer is None:
            raise ValueError(self.node.name)
        return self.node.layer

    @property
    def x(self) -> Shape:
        """The first shape that it reads."""
        return self.inputs[0]

    @property
    def rank(self) -> int:
        """The axes of the map that it reads."""
        return self.x.rank

    @property
    def windows(self) -> tuple[Any, ...]:
        """How it reads each axis."""
        return self.node.facts.windows

    def sliding_windows(self) -> list[Window]:
        """The windows that slide over the map with the keys of the layer.

        A `padding_mode` that continues the map, or what the layer makes of the windows, is left out.
        Raises Refusal if they do not slide.
        """
        layer = self.layer
        if getattr(layer, "padding_mode", "zeros") != "zeros":
            chosen = {**layer.chosen_keys(), "padding_mode": "zeros"}
            layer = type(layer)(dialect=layer.dialect, **chosen)
            windows = list(layer.facts(*self.inputs).windows)
        elif self.node.op == "unfold":
            keys = layer.kernel, layer.stride, layer.padding, layer.dilation
            windows = list(sliding(self.x, *keys))
        else:
            windows = list(self.windows)
        if not all(isinstance(window, Window) for window in windows):
            raise self.refuse("its windows are not those of a convolution")
        return windows

    def divisor_rule(self) -> str:
        """What the averages of a pool divide by: as the layer says, or its dialect does."""
        layer, averages = self.layer, self.plain.rules.averages
        usual = next(iter(averages))
        padding = getattr(layer, "padding", 0)
        if isinstance(padding, str) and padding.startswith("same"):
            usual = averages.get("same", usual)
        said = {None: usual, True: "counted", False: "inputs"}[
            getattr(layer, "count_padding", None)
        ]
        return averages.get(said, said)

    def counts_padding(self) -> bool:
        """Whether the averages of a pool count the padding."""
        return self.divisor_rule() != "inputs"

    def epsilon(self, usual: float = 1e-5) -> float:
        """What a norm adds to the variance: as the layer says, or as its dialect has by default."""
        if self.layer.eps is not None:
            return float(self.layer.eps)
        return _EPSILONS.get(self.layer.dialect or "", usual)

    def rms_epsilon(self) -> float:
        """What a norm adds to the mean square: as the layer says, or as its dialect has by default."""
        if self.layer.eps is not None:
            return float(self.layer.eps)
        return _RMS_EPSILONS.get(self.layer.dialect or "", 1e-6)

    def slope(self) -> float:
        """The slope of a leaky ReLU: as the layer says, or as its dialect has by default."""
        if self.layer.slope is not None:
            return float(self.layer.slope)
        return _SLOPES.get(self.layer.dialect or "", 0.01)

    def is_approximate(self) -> bool:
        """Whether a GELU is computed by the hyperbolic tangent."""
        return self.layer.approximate in ("tanh", True)

    def axes(self) -> list[int]:
        """The numbers of the axes that the key `axis` names, in order, the batch being 0."""
        chosen = choose_axes(self.x, self.layer.axis, "axis", self.plain.axis_rules)
        return [i for i, name in enumerate(names_of(self.x), 1) if name in chosen]

    def lacks_batch(self, operand: int) -> bool:
        """Whether an operand depends on no input of the network: there is one of it for all examples."""
        seen: set[int] = set()
        waiting = [self.node.inputs[operand]]
        while waiting:
            node = self.network.nodes[waiting.pop()]
            if node.layer is None:
                return False
            new = [index for index in node.inputs if index not in seen]
            seen.update(new)
            waiting += new
        return True

    def with_batch(self) -> int | None:
        """The first operand that has examples, where others have none and must be as many; else None."""
        lacking = [self.lacks_batch(i) for i in range(len(self.inputs))]
        return lacking.index(False) if len({*lacking}) == 2 else None

    def constant_value(self) -> float:
        """What each element of a `constant` is; raises Refusal if the spec does not say it."""
        if self.layer.value is None:
            raise self.refuse("what its elements are is not stated",
                              help="say it, as in constant: {value: 0.5}")  # fmt: skip
        return float(self.layer.value)

    def refuse(self, why: str, help: str = "") -> Refusal:
        """That the target cannot say this layer."""
        return Refusal("E801", f"`{self.node.name}` ({self.node.op}): {why}", help=help)


def translate(
    network: Network,
    layers: Mapping[str, Callable[[P], T]],
    why: Mapping[str, str],
    title: str,
    place_of: Callable[[Network, Node], P] = Place,  # type: ignore[assignment]
) -> dict[int, T]:
    """What each layer is in the target, its code for example, by its index.

    `why` says of kinds that have none why that is so; `title` is what the target is called, and
    `place_of` how it looks at a layer.
    Raises SpecError with a finding for each kind of layer, or each reason, that has none.
    """
    found: dict[int, T] = {}
    refused: dict[str, Diagnostic] = {}
    for node in network.nodes:
        if node.layer is None:
            continue
        place = place_of(network, node)
        try:
            if node.op not in layers:
                raise place.refuse(
                    why.get(node.op, f"it is not among the layers that are written for {title}")
                )
            found[node.index] = layers[node.op](place)
        except Refusal as refusal:
            reason = refusal.message.partition("): ")[2]
            finding = Diagnostic(refusal.code, refusal.message, network.source, node.span, help=refusal.help,
                                 model=network.model, layer=node.name)  # fmt: skip
            refused.setdefault(f"{node.op}: {reason}", finding)
    if refused:
        raise SpecError(refused.values(), network)
    return found


def says(network: Network) -> str:
    """What the docstring of the file says: what it is, and what cnncalc says of it."""
    title = docstring(network.description or network.name)
    inputs = ", ".join(str(node.output) for node in network.nodes if node.layer is None)
    numbers = f"{network.params} parameters, {network.macs} multiply-accumulates for {inputs}"
    end = "" if title.endswith((".", "!", "?")) else "."
    return f"{title}{end}\n\n{docstring(numbers.replace('×', 'x').replace('≥', 'at least'))} (cnncalc).\n"


def find_functions(classes: Sequence[Class]) -> set[str]:
    """The functions of the language that the numbers of the classes call."""
    terms = [term for made in classes for term in _terms(made)]
    return {name for term in terms for name in term.functions()}


def _terms(made: Class) -> list[Term]:
    found = list(made.flags.values())
    for part in made.parts:
        found += part.terms.values()
        for run in part.runs:
            found += [*run.arguments.values(), run.times]
    return found
