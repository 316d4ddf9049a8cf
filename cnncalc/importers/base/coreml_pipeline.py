"""The networks of a Core ML file as one graph: a pipeline hands on what its models give, by names of features.

What stands in a pipeline and is no network is left out, as what selects boxes behind a detector: its weights are
no layers, and what a network reads of it has the shape that the network says.

Source: Model.proto of coremltools 9.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.coreml_spec import NETWORKS, PROGRAM, Spec, default_function
from cnncalc.importers.base.description import Unchosen, Unreadable
from cnncalc.importers.base.mil import Program
from cnncalc.importers.base.names import legal
from cnncalc.importers.base.onnx.model import Graph
from cnncalc.importers.base.wire import read
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.importers.base.wire import Message, Wire

PIPELINES = {200: 1, 201: 1, 202: 0}
"""The fields of pipelines, and how deep the list of their models lies."""

_DEPTH = 8
_MODELS = 1000
_OTHERS = {
    300: "glmRegressor", 301: "supportVectorRegressor", 302: "treeEnsembleRegressor", 400: "glmClassifier",
    401: "supportVectorClassifier", 402: "treeEnsembleClassifier", 404: "kNearestNeighborsClassifier",
    501: "itemSimilarityRecommender", 555: "customModel", 556: "linkedModel", 560: "classConfidenceThresholding",
    600: "oneHotEncoder", 601: "imputer", 602: "featureVectorizer", 603: "dictVectorizer", 604: "scaler",
    606: "categoricalMapping", 607: "normalizer", 609: "arrayFeatureExtractor", 610: "nonMaximumSuppression",
    900: "identity", 2000: "textClassifier", 2001: "wordTagger", 2002: "visionFeaturePrint",
    2003: "soundAnalysisPreprocessing", 2004: "gazetteer", 2005: "wordEmbedding", 2006: "audioFeaturePrint",
}  # fmt: skip
"""Models that are no networks, by their fields."""


class Whole(NamedTuple):
    """What a file holds: one graph, how many networks are in it, and what else is told of it."""

    graph: Graph
    networks: int
    functions: tuple[str, ...]
    """The functions of a program that is alone, the one that is read first."""
    left_out: tuple[str, ...]
    """The models that are no networks."""


class _Stage(NamedTuple):
    """A network of a pipeline: the values that are its features by their names."""

    name: str
    graph: Graph
    gives: dict[str, str]
    functions: tuple[str, ...] = ()


def read_whole(wire: Wire, root: Message, asked: str | None = None) -> Whole:
    """The graph of a file, or of its function or network that is called `asked`; raises Unreadable, Unchosen."""
    if PIPELINES.keys().isdisjoint(root):
        stage = _read_stage(wire, root, "", asked)
        if stage is None:
            raise Unreadable("there is neither a program nor a neural network in the file")
        return Whole(stage.graph, 1, stage.functions, ())
    stages: list[_Stage] = []
    left_out: list[str] = []
    models = list(_models(wire, root))
    if asked is not None:
        named = [found for found in models if found[0] == asked]
        if not named:
            raise Unchosen([name for name, _ in models if name])
        models = named[:1]
    for name, model in models:
        stage = _read_stage(wire, model, name)
        if stage is None:
            left_out.append(next((_OTHERS[key] for key in model if key in _OTHERS), "model"))
        else:
            stages.append(stage)
    if not stages:
        told = ", ".join(left_out[:8]) or "no models"
        raise Unreadable(f"there is no network in this pipeline: {told}")
    return Whole(_join(stages), len(stages), (), tuple(left_out))


def _models(wire: Wire, root: Message, depth: int = 0) -> Iterator[tuple[str, Message]]:
    """The models of a pipeline with their names, those of pipelines in it as well; raises Unreadable."""
    if depth > _DEPTH:
        raise Unreadable(f"pipelines are nested more than {_DEPTH} times")
    field = next(key for key in PIPELINES if key in root)
    pipeline = read(wire, root[field][0])
    for _ in range(PIPELINES[field]):
        pipeline = read(wire, pipeline[1][0]) if 1 in pipeline else {}
    models = pipeline.get(1, ())
    if len(models) > _MODELS:
        raise Unreadable(f"the pipeline has more than {_MODELS:,} models")
    names = [wire.text(part) for part in pipeline.get(2, ())]
    for number, part in enumerate(models):
        model = read(wire, part)
        if PIPELINES.keys().isdisjoint(model):
            yield names[number] if len(names) == len(models) else "", model
        else:
            yield from _models(wire, model, depth + 1)


def _read_stage(wire: Wire, model: Message, name: str, asked: str | None = None) -> _Stage | None:
    """The network that a model is, with the function that is `asked` for; None if it is something else.

    Raises Unreadable, Unchosen.
    """
    if PROGRAM in model:
        program = Program(wire, model[PROGRAM][0], asked or default_function(wire, model))
        if asked not in (None, program.name):
            raise Unchosen(program.functions)
        functions = (program.name, *(other for other in program.functions if other != program.name))
        return _Stage(name, program.graph, program.gives, functions)
    if not any(key in model for key in NETWORKS):
        return None
    graph = Spec(wire, model).graph
    return _Stage(name, graph, {output: output for output in graph.outputs})


def _join(stages: Sequence[_Stage]) -> Graph:
    """One graph of several, in which each reads what those before it give; raises Unreadable."""
    whole = Graph()
    features: dict[str, str] = {}
    used: set[str] = set()
    read_later: set[str] = set()
    for number, stage in enumerate(stages):
        name = legal(stage.name).replace(".", "_") if stage.name else f"model{number}"
        while name in used:
            name += str(number)
        used.add(name)
        read_later.update(stage.graph.inputs)
        given = _add(whole, stage, f"{name}/" if len(stages) > 1 else "", features)
        features |= given
    # What goes out is what no network reads.
    ends = [value for feature, value in features.items() if feature not in read_later]
    whole.outputs += ends or list(features.values())[-1:]
    return whole


def _add(whole: Graph, stage: _Stage, prefix: str, features: dict[str, str]) -> dict[str, str]:
    """A network behind the others; what it gives, by the names of features."""
    graph = stage.graph

    def renamed(name: str) -> str:
        if name in graph.inputs:
            return features.get(name, name)
        return f"{prefix}{name}" if name else ""

    for name, said in graph.inputs.items():
        if name not in features:
            whole.inputs.setdefault(name, said)
    for name, tensor in graph.weights.items():
        whole.weights[renamed(name)] = tensor._replace(name=f"{prefix}{tensor.name}")
    for name, dims in graph.stated.items():
        if name not in graph.inputs:
            whole.stated[renamed(name)] = dims
    if len(whole.nodes) + len(graph.nodes) > LIMITS["nodes"].most:
        raise Unreadable(f"the networks have more than {LIMITS['nodes'].most:,} layers")
    for node in graph.nodes:
        inputs, outputs = map(renamed, node.inputs), map(renamed, node.outputs)
        whole.nodes.append(
            node._replace(name=f"{prefix}{node.name}", inputs=[*inputs], outputs=[*outputs],
                          line=len(whole.nodes) + 1)
        )  # fmt: skip
    return {feature: renamed(value) for feature, value in stage.gives.items()}


def tell(whole: Whole) -> str:
    """What a file is, and what of it is shown."""
    said = "Core ML"
    if whole.networks > 1:
        said += f", a pipeline of {whole.networks} networks"
    if len(whole.functions) > 1:
        told = ", ".join(cut(name, NAME) for name in whole.functions[1:9])
        said += f", function {cut(whole.functions[0], NAME)} (the others: {told})"
    if whole.left_out:
        said += f"; without what is no network: {', '.join(whole.left_out[:8])}"
    return said
