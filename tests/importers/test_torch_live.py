"""Live modules, and those that a name finds: what of PyTorch is asked for is played by stand-ins of the tests.

What PyTorch itself exports is tried by `make truth`.
"""

import json
import sys
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace

import pytest

import cnncalc
from cnncalc.importers.base.torch import live, sizes


class Tensor:
    """A tensor without numbers."""

    device = "cpu"
    dtype = "float32"

    def __init__(self, *shape, whole=False):
        self.shape = shape
        self.whole = whole

    def is_floating_point(self):
        return not self.whole

    def is_complex(self):
        return False


class Module:
    """What torch.nn.Module is: parts by name, weights, and whether it is being trained."""

    def __init__(self, parts=(), weights=(), **facts):
        self.parts, self.weights, self.training = dict(parts), dict(weights), True
        for name, value in facts.items():
            setattr(self, name, value)

    def forward(self):
        """Never called."""

    def eval(self):
        for _, part in self.named_modules():
            part.training = False

    def named_modules(self):
        yield "", self
        yield from self.parts.items()

    def modules(self):
        return [part for _, part in self.named_modules()]

    def named_parameters(self, remove_duplicate=True):
        return list(self.weights.items())

    def parameters(self):
        return list(self.weights.values())

    def named_buffers(self, remove_duplicate=True):
        return []

    def buffers(self):
        return []


def graph_node(op, name, target=None, args=(), kwargs=None, val=None, stack=None):
    """A node of torch.fx."""
    meta = {"val": val, "nn_module_stack": stack}
    return SimpleNamespace(op=op, name=name, target=target, args=args, kwargs=kwargs or {}, meta=meta)


def operator_(name, *arguments):
    """An operator with its schema."""
    return SimpleNamespace(_schema=SimpleNamespace(name=name, arguments=[SimpleNamespace(name=a) for a in arguments]))


CONV = operator_("aten::conv2d", "input", "weight", "bias", "stride", "padding")
CHUNK = operator_("aten::chunk", "self", "chunks", "dim")
ADD = operator_("aten::add", "self", "other")


def exported(module, inputs):
    """A convolution, whose channels are cut in two and added, as torch.export has it."""
    batch, channels, *side = inputs[0].shape
    if channels != 3 or len(side) != 2:
        raise ValueError(f"Expected 3 channels,\n got {channels}")
    kind, spec = SimpleNamespace, SimpleNamespace
    x = graph_node("placeholder", "x", val=Tensor(batch, 3, *side))
    w = graph_node("placeholder", "p_w", val=Tensor(8, 3, 1, 1))
    k = graph_node("placeholder", "c_one", val=Tensor())
    stack = {"a": ("", "net.Net"), "b": ("stem@1", Module)}
    conv = graph_node("call_function", "conv2d", CONV, (x, w), {"padding": [0, 0]}, Tensor(batch, 8, *side), stack)
    halves = graph_node("call_function", "chunk", CHUNK, (conv, 2, 1), None, (Tensor(batch, 4, *side), Tensor(batch, 4, *side)))
    get = SimpleNamespace(__name__="getitem")
    one, other = (graph_node("call_function", f"getitem_{i}", get, (halves, i), None, Tensor(batch, 4, *side)) for i in (0, 1))
    odd = graph_node("call_function", "odd", SimpleNamespace(__name__="mul"), (2, {"a": 3}), None, 6)
    out = graph_node("call_function", "add", ADD, (one, other), None, Tensor(batch, 4, *side))
    end = graph_node("output", "output", None, ((out, None),))
    specs = [
        spec(arg=spec(name="p_w"), kind=kind(name="PARAMETER"), target="again.weight"),
        spec(arg=spec(name="c_one"), kind=kind(name="CONSTANT_TENSOR"), target="one"),
        spec(arg=spec(name="x"), kind=kind(name="USER_INPUT"), target=None),
    ]
    nodes = [w, k, x, conv, halves, one, other, odd, out, end]
    return SimpleNamespace(graph=SimpleNamespace(nodes=nodes), graph_signature=SimpleNamespace(input_specs=specs))


@pytest.fixture
def torch(monkeypatch):
    """A stand-in for PyTorch."""
    made = ModuleType("torch")
    made.nn = SimpleNamespace(Module=Module)
    made.conv_net = conv_net
    made.float32, made.int64 = "float32", "int64"
    made.zeros = lambda shape, **_: Tensor(*shape)
    made.no_grad = nullcontext
    made.device = lambda name: nullcontext()
    made.export = SimpleNamespace(export=lambda module, inputs, strict: exported(module, inputs))
    monkeypatch.setitem(sys.modules, "torch", made)
    return made


def in_block(module, inputs):
    """A convolution and its halves within `with torch.no_grad():`, and the sum behind it."""
    whole = exported(module, inputs)
    *inner, out, end = whole.graph.nodes
    part = SimpleNamespace(graph=SimpleNamespace(nodes=[*inner, graph_node("output", "output", None, ((inner[-3], inner[-2]),))]))
    w, k, x = (graph_node("placeholder", node.name, val=node.meta["val"]) for node in inner[:3])
    held = SimpleNamespace(op="get_attr", name="submod", target="submod_1", meta={}, graph=SimpleNamespace(owning_module=SimpleNamespace(submod_1=part)))
    both = (inner[-3].meta["val"], inner[-2].meta["val"])
    wrap = graph_node("call_function", "wrap", SimpleNamespace(__name__="wrap_with_set_grad_enabled"), (False, held, w, k, x), None, both)
    get = SimpleNamespace(__name__="getitem")
    parts = [graph_node("call_function", f"getitem_{i + 2}", get, (wrap, i), None, both[i]) for i in (0, 1)]
    out.args = tuple(parts)
    whole.graph.nodes = [w, k, x, held, wrap, *parts, out, end]
    return whole


def test_calls_without_gradients_are_read_as_others(torch):
    torch.export.export = lambda module, inputs, strict: in_block(module, inputs)
    net = cnncalc.from_torch(conv_net(), (3, 8, 6))

    assert [node.name for node in net.nodes] == ["input", "stem", "chunk.0", "chunk.1", "add"]
    assert (net.params.value, net.macs.value) == (24, 8 * 6 * 8 * 3)


def test_a_module_whose_way_depends_on_data_is_told_what_helps(torch):
    def export(module, inputs, strict):
        raise RuntimeError("GuardOnDataDependentSymNode: 4*u1 > 4000")

    torch.export.export = export
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.from_torch(conv_net(), (3, 8, 6))

    [found] = refused.value.diagnostics
    assert found.message == "torch.export cannot follow the module: RuntimeError: GuardOnDataDependentSymNode: 4*u1 > 4000"
    assert found.help == "read the part before what depends on data, such as a backbone, or the module as an ONNX file"


def conv_net(**facts):
    """A module whose weight has two names."""
    weight = Tensor(8, 3, 1, 1)
    stem = Module(weight=weight, in_channels=3)
    return Module({"stem": stem}, {"stem.weight": weight, "again.weight": weight}, **facts)


@pytest.mark.parametrize("size", [(3, 8, 6), (1, 3, 8, 6), (8, 6), [(3, 8, 6)], {"x": (1, 3, 8, 6)}, Tensor(1, 3, 8, 6)])
def test_a_module_is_followed_at_the_size_that_is_said(torch, size):
    net = cnncalc.from_torch(conv_net(), size)

    assert [(node.name, str(node.output)) for node in net.nodes] == [
        ("input", "3×8×6"), ("stem", "8×8×6"), ("chunk.0", "4×8×6"), ("chunk.1", "4×8×6"), ("add", "4×8×6"),
    ]  # fmt: skip
    assert (net.name, net.params.value, net.macs.value) == ("Module", 24, 8 * 6 * 8 * 3)


def test_a_module_is_as_before_afterwards(torch):
    module = conv_net()
    module.parts["stem"].training = False
    cnncalc.from_torch(module, (3, 8, 6))

    assert [part.training for part in module.modules()] == [True, False]


def test_the_size_that_a_module_knows_need_not_be_said(torch):
    assert str(cnncalc.from_torch(conv_net(default_cfg={"input_size": (3, 5, 5)})).nodes[0].output) == "3×5×5"
    assert str(cnncalc.from_torch(conv_net(pretrained_cfg={"input_size": "x"}), (5, 5)).nodes[0].output) == "3×5×5"


@pytest.mark.parametrize(("size", "code", "message"), [
    (None, "E703", "the module leaves the size of what goes in open"),
    ((4, 8, 8), "E701", "torch.export cannot follow the module: ValueError: Expected 3 channels, got 4"),
    ((3, 0, 8), "E701", "[3, 0, 8] is no shape"),
    ("wide", "E701", "'wide' is no shape"),
    (7.5, "E701", "7.5 is no shape"),
])  # fmt: skip
def test_what_cannot_be_followed_says_why(torch, size, code, message):
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.from_torch(conv_net(), size)

    [found] = refused.value.diagnostics
    assert (found.code, found.message, found.source.name) == (code, message, "Module")


def test_without_pytorch_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.from_torch(conv_net(), (3, 8, 8))

    [found] = refused.value.diagnostics
    assert (found.message, found.help) == ("modules are followed by PyTorch, which is not installed", 'pip install "cnncalc[torch]"')


def test_what_is_no_module_is_refused(torch):
    with pytest.raises(cnncalc.SpecError, match="7 is no module of PyTorch"):
        cnncalc.from_torch(7, (3, 8, 8))


@pytest.mark.parametrize(("module", "ways"), [
    (Module({"fc": Module(weight=Tensor(5, 9), in_features=9)}), [[(1, 9)]]),
])  # fmt: skip
def test_vectors_need_no_size(module, ways):
    entrance = sizes.find_entrance(module)

    assert sizes._ways(entrance, None, None) == ways


@pytest.mark.parametrize(("module", "entrance"), [
    (conv_net(), sizes.Entrance(3, 2)),
    (Module({"table": Module(weight=Tensor(50, 8), num_embeddings=50)}), sizes.Entrance(0, 1, ids=True)),
    (Module({"lstm": Module(input_size=6, hidden_size=4)}), sizes.Entrance(6, 1)),
    (Module(), None),
])  # fmt: skip
def test_the_first_layer_says_what_goes_in(module, entrance):
    assert sizes.find_entrance(module) == entrance


def test_a_symbol_is_as_long_as_in_the_example():
    lengths = [live._length(n) for n in (4, SimpleNamespace(node=SimpleNamespace(hint=7)), SimpleNamespace())]

    assert lengths == [4, 7, 1]


# What a name finds ------------------------------------------------------------------------------


CODE = """
from torch import conv_net, nn

class Net(nn.Module):
    def __new__(cls, depth=1):
        print("made")
        return conv_net()

class Broken:
    def __init__(self):
        raise RuntimeError("no such file")

ready = conv_net(default_cfg={"input_size": [3, 9, 9]})
seven = 7
"""


@pytest.fixture
def nets(torch, tmp_path, monkeypatch):
    """A module of Python in the folder where one is."""
    (tmp_path / "own_nets.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    yield
    sys.modules.pop("own_nets", None)


@pytest.mark.parametrize(("spec", "options", "size"), [
    ("torch:own_nets:Net", {"size": (8, 6)}, "3×8×6"),
    ("torch:own_nets:Net(depth=2)@3,4,4", {}, "3×4×4"),
    ("torch:own_nets:Net@3x4x4", {"size": (8, 8), "channels": 3}, "3×8×8"),
    ("torch:own_nets:ready", {}, "3×9×9"),
])  # fmt: skip
def test_a_name_is_a_spec_whose_code_runs(nets, capsys, spec, options, size):
    net = cnncalc.load(spec, **options)

    assert str(net.nodes[0].output) == size
    assert net.params.value == 24
    assert capsys.readouterr().out == ""


def test_what_makes_any_model_is_called_by_the_name_of_one(nets):
    assert cnncalc.load("torch:own_nets:Net('small')@3,4,4").name == "small"


def test_commands_take_it_and_the_size_that_goes_in(nets, cnncalc):
    shown = json.loads(cnncalc("shapes", "torch:own_nets:Net", "--size", "8,6", "-f", "json").out)

    assert shown["totals"]["params"] == 24
    assert cnncalc("inputs", "torch:own_nets:ready").code == 0
    assert "unchanged" in cnncalc("diff", "torch:own_nets:ready", "torch:own_nets:ready").out
    assert "--size 224,224" in cnncalc("shapes", "torch:own_nets:Net").err


@pytest.mark.parametrize(("spec", "message"), [
    ("torch:own_nets", "`own_nets` is no name of a callable"),
    ("torch:no_such_nets:Net", "`no_such_nets` cannot be imported: ModuleNotFoundError: No module named 'no_such_nets'"),
    ("torch:own_nets:Nothing", "`own_nets` has no `Nothing`"),
    ("torch:own_nets:Broken", "`Broken` cannot be made: RuntimeError: no such file"),
    ("torch:own_nets:seven", "7 is no module of PyTorch"),
    ("torch:own_nets:Net(depth=open('x'))", "`(depth=open('x'))` are no arguments: they must be literals"),
    ("torch:own_nets:Net(1)(2)", "`(1)(2)` are no arguments: they must be literals"),
])  # fmt: skip
def test_a_name_that_finds_no_module_says_why(nets, spec, message):
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(spec)

    [found] = refused.value.diagnostics
    assert (found.code, found.message) == ("E701", message)


def test_no_file_names_code_that_runs(nets, tmp_path):
    (tmp_path / "outer.yaml").write_text("input: {channels: 3, size: [8, 8]}\nlayers: [net: {of: 'torch:own_nets:Net'}]\n")
    with pytest.raises(cnncalc.SpecError):
        cnncalc.load("outer.yaml")

    assert "own_nets" not in sys.modules


# Keras ------------------------------------------------------------------------------------------


class KerasModel:
    """What a model of Keras is asked for."""

    name = "small"

    def __init__(self, side=None):
        layers = [
            {"class_name": "InputLayer", "config": {"name": "image", "batch_shape": [None, side, side, 3]}},
            {"class_name": "Conv2D", "config": {"name": "conv", "filters": 8, "kernel_size": [3, 3], "activation": "relu"}},
        ]
        self.config = {"class_name": "Sequential", "config": {"name": "any", "layers": layers}}

    def to_json(self):
        return json.dumps(self.config)


def test_a_model_of_keras_is_read_from_its_configuration():
    for net in (cnncalc.from_keras(KerasModel(10)), cnncalc.from_keras(KerasModel(), (10, 10))):
        assert (net.params.value, str(net.nodes[-1].output)) == (224, "8×8×8")


@pytest.mark.parametrize(("model", "code", "message"), [
    (KerasModel(), "E703", "the file leaves the size of `input` (?×?) open"),
    (7, "E701", "the model has no configuration: AttributeError: 'int' object has no attribute 'to_json'"),
])  # fmt: skip
def test_a_model_of_keras_that_is_none_or_open_is_refused(model, code, message):
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.from_keras(model)

    [found] = refused.value.diagnostics
    assert (found.code, found.message) == (code, message)
