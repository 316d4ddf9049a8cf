"""From a compiled document to a network: variables set, inputs shaped, layers expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.errors import UsageError
from cnncalc.language.claims import judgeable
from cnncalc.language.context import ExpandContext
from cnncalc.language.expand import Expander
from cnncalc.language.limits import Limits, report_excess
from cnncalc.language.nodes import Nodes
from cnncalc.language.report import Report
from cnncalc.language.values import Failed
from cnncalc.layers.base.shape_key import SHAPE
from cnncalc.network import Network, Origin
from cnncalc.system.gc_pause import pause
from cnncalc.work import Budget, TooMuch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.language.document import Document
    from cnncalc.language.model import Model, Variant
    from cnncalc.language.tape import Tape
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Claim, Deployment


@pause
def build(
    document: Document,
    model: str | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    size: Any = None,
    channels: Any = None,
    variant: Variant | None = None,
    budget: Budget | None = None,
    way: Deployment = (),
    tape: Tape | None = None,
) -> Network:
    """One network of a document; raises SpecError with everything found.

    `model` may name a variant. A variant sets its variables and brings its own claims. What is left of
    `budget` is for it and for its analyses; without one it is a reading of its own, as is a network
    that is built anew with other settings. `way` is how it is run where its claims say nothing else.
    A new `tape` notes what `rebuild` needs for a network with other settings.
    """
    document, settings, symbols = _with_lengths(document, size, settings)
    if document.report and not document.models:
        raise document.report.error()
    chosen, named = document.select(model)
    variant = variant or named
    report = Report(document.source)
    for finding in document.report.findings():
        report.add(finding)
    network = None
    try:
        taken = budget or Budget()
        taken.networks.spend(1, (variant or chosen).node)
        changes = {**(variant.settings if variant else {}), **(settings or {})}
        scope = document.scope(changes, report, taken)
        context = ExpandContext(report, taken, scope, scope, tape=tape)
        shapes = _inputs(chosen, context, size, channels)
        judged = not settings and not symbols and size is None and channels is None
        called = (chosen.name, variant.name if variant else None)
        origin = Origin(
            document.source, *called, document.reads_cin, scope, document.sweep, budget, way,
            chosen.targets,
        )  # fmt: skip
        network = _expand(document, chosen, variant, shapes, context, origin, judged=judged)
        if document.source.stated and judged:
            _compare_shapes(network, document.source.stated, report)
    except TooMuch as error:
        report_excess(error, report)
    if report or network is None:
        known = network is not None and (network.failures or document.source.stated)
        raise report.error(network if known else None)
    return network


@pause
def rebuild(
    document: Document,
    model: str | None,
    tape: Tape,
    settings: Mapping[str, Any],
    size: Any,
    channels: Any,
) -> Network | None:
    """What `build` gives with these settings, found by the decisions on a `tape` of another build.

    None where one of them comes out differently, or there would be a finding. What frames say of the
    arguments of blocks is what they were then.
    """
    before = tape.network
    if before is None or any(isinstance(value, (list, dict)) for value in settings.values()):
        return None
    from cnncalc.language.tape import replay

    report, budget = Report(document.source), Budget()
    chosen, variant = document.select(model)
    try:
        changes = {**(variant.settings if variant else {}), **settings}
        scope = document.scope(changes, report, budget)
        context = ExpandContext(report, budget, scope, scope)
        shapes = _inputs(chosen, context, size, channels)
        nodes = Nodes(chosen, Limits(budget), document.stocks.find(chosen.dialect))
        found = None if report else replay(tape, context, shapes.values(), nodes)
    except TooMuch:
        return None
    if found is None or report:
        return None
    origin = Origin(
        before.source, before.model, before.variant, before.reads_cin, scope, before.sweep, None,
        before.way, before.targets,
    )  # fmt: skip
    return Network(before.name, found, before.outputs, origin=origin, dialect=before.dialect,
                   description=before.description)  # fmt: skip


def shapes_of_inputs(
    document: Document, model: str | None, settings: Mapping[str, Any], size: Any, channels: Any
) -> dict[str, Shape] | None:
    """The shapes that `build` would give the inputs; None where it has something to say of them.

    Raises UsageError if the request does not fit the inputs.
    """
    if document.source.again is not None or document.source.open:
        return None
    chosen, variant = document.select(model)
    report = Report(document.source)
    budget = Budget()
    try:
        changes = {**(variant.settings if variant else {}), **settings}
        scope = document.scope(changes, report, budget)
        shapes = _inputs(chosen, ExpandContext(report, budget, scope, scope), size, channels)
    except TooMuch:
        return None
    return None if report else {name: shape for name, shape in shapes.items() if shape is not None}


def _with_lengths(
    document: Document, size: Any, settings: Mapping[str, Any] | None
) -> tuple[Document, Mapping[str, Any] | None, Mapping[str, Any]]:
    """A model file read for the lengths that are given; the settings that are none, and those that are.

    What a file makes of its lengths is its own arithmetic.
    """
    source = document.source
    symbols = {name: n for name, n in (settings or {}).items() if name in source.symbols}
    if source.again is None or (size is None and not symbols):
        return document, settings, {}
    from cnncalc.language.document import Document

    rest = {name: value for name, value in (settings or {}).items() if name not in symbols}
    return Document(source.again(size, symbols)), rest, symbols


def _ask_sizes(left_open: Mapping[str, str], size: Any, report: Report) -> None:
    """Report the inputs whose size neither a model file nor its reader says; raises SpecError."""
    given = left_open if size is not None and not isinstance(size, dict) else size or ()
    missing = {name: lengths for name, lengths in left_open.items() if name not in given}
    if not missing:
        return
    shown = " and ".join(
        f"`{name}` ({lengths.replace(',', '×')})" for name, lengths in missing.items()
    )
    alone = len(left_open) == 1 and "input" in left_open
    options = [
        f"--set {lengths.replace('?', '128').replace(',', ' --set ')}"
        if "=" in lengths
        else f"--size {'' if alone else f'{name}='}{lengths.replace('?', '224')}"
        for name, lengths in missing.items()
    ]
    report.find("E703", f"the file leaves the size of {shown} open", None, help=" ".join(options))
    raise report.error()


def _compare_shapes(network: Network, stated: Mapping[str, Any], report: Report) -> None:
    """Hold the shapes that a model file says of its layers against those that come out here."""
    for node in network.nodes:
        wanted = stated.get(node.name)
        if wanted is not None and wanted != node.output.to_dict():
            report.find("E702", f"the file says that `{node.name}` gives {SHAPE.parse(wanted)}, "
                        f"and it gives {node.output} here", node.span, layer=node.name,
                        help="the first layer that differs; what follows may differ for it")  # fmt: skip
            return


def _expand(
    document: Document,
    model: Model,
    variant: Variant | None,
    shapes: dict[str, Shape | None],
    context: ExpandContext,
    origin: Origin,
    *,
    judged: bool,
) -> Network:
    """The network on inputs of these shapes, as far as it is sound; its claims if they are `judged`."""
    expander = Expander(model, context, document.stocks.find(model.dialect))
    outputs = expander.run(shapes)
    found: list[Claim] = []
    if judged:
        found = list(judgeable((variant or model).claims, context))
        found += expander.claims if variant is None else ()
    nodes = expander.nodes
    sound = nodes.sound if nodes.failures else len(nodes.list)
    network = Network(
        title(document, model, variant),
        nodes.list[:sound],
        {} if nodes.failures else outputs,
        origin=origin,
        dialect=model.dialect,
        description=model.description,
        claims=found,
        failures=nodes.failures[:1],
    )
    if context.tape is not None and not judged:
        context.tape.end(network)
    return network


def title(document: Document, model: Model, variant: Variant | None = None) -> str:
    """What a network is called: `resnet50`, `dcgan::generator`, `resnet101`, `net (w=0.5)`."""
    name = document.name if len(document.models) == 1 else f"{document.name}::{model.name}"
    if variant is not None:
        name = variant.name if variant.named else f"{name} ({variant.name})"
    # Every message and every row of a report repeats it.
    return foreign.cut(name, foreign.NAME)


def _inputs(
    model: Model, context: ExpandContext, size: Any, channels: Any
) -> dict[str, Shape | None]:
    """The shapes of the inputs, changed from outside where that is asked for."""
    _ask_sizes(context.report.source.open, size, context.report)
    shapes: dict[str, Shape | None] = {}
    for name, value in model.inputs.items():
        try:
            shapes[name] = value.evaluate(context)
        except Failed:
            shapes[name] = None
    _change(shapes, "size", size)
    _change(shapes, "channels", channels)
    return shapes


def _change(shapes: dict[str, Shape | None], what: str, wanted: Any) -> None:
    if wanted is None:
        return
    by_name = wanted if isinstance(wanted, dict) else dict.fromkeys(shapes, wanted)
    for name, value in by_name.items():
        if name not in shapes:
            raise UsageError(f"there is no input `{name}`", "inputs: " + ", ".join(shapes))
        shape = shapes[name]
        if shape is None:
            continue
        if what == "size":
            sizes = (value,) if isinstance(value, int) else tuple(value)
            if len(sizes) != shape.rank or min(sizes, default=0) < 1:
                raise UsageError(f"the input `{name}` has {shape.rank} axes, got {len(sizes)}",
                                 f"it is {shape}")  # fmt: skip
            shapes[name] = shape._replace(size=sizes)
        elif shape.form or value < 1:
            raise UsageError(f"the input `{name}` cannot have {value} channels", f"it is {shape}")
        else:
            shapes[name] = shape._replace(channels=value)
