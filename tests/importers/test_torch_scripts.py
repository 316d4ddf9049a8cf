"""TorchScript: modules that PyTorch scripted and traced, code by hand, and pickles that build data alone."""

import io
import json
import pickle
import random
import struct
import zipfile
from collections import OrderedDict

import pytest

import cnncalc
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.torch.giving import find_operator
from cnncalc.importers.base.torch.pickled import Made, Named, Stored, read_pickle
from cnncalc.importers.base.torch.script import Tensor

from .exported import DATA
from .reading import axes

FILES = zipfile.ZipFile(DATA / "torch_scripts.zip")
FACTS = json.loads(FILES.read("facts.json"))


def unpack(name, folder):
    path = folder / f"{name}.pt"
    path.write_bytes(FILES.read(f"{name}.pt"))
    return path


@pytest.mark.parametrize("way", ["script", "trace"])
@pytest.mark.parametrize("name", FACTS)
def test_modules_are_what_pytorch_says(name, way, tmp_path):
    net, facts = cnncalc.load(unpack(f"{name}.{way}", tmp_path), size=(32, 32)), FACTS[name]

    assert (net.params.value, net.macs.value) == (facts["params"], facts["macs"])
    assert [axes(net.nodes[i].output) for i in net.outputs.values()] == [facts["output"]]
    assert net.dialect == "torch"


def test_layers_are_called_as_in_the_module(tmp_path):
    net = cnncalc.load(unpack("residual.script", tmp_path), size=(32, 32))

    names = {node.name for node in net.nodes if node.op in ("conv", "dense", "batch_norm")}
    assert names == {"stem.0", "stem.1", "body.0.0", "body.0.1", "body.1.0", "body.1.1", "head"}


def test_the_spec_beside_it_says_how_large_the_input_is(tmp_path):
    path = unpack("dense.script", tmp_path)
    path.with_name("dense.script.pt.yaml").write_text("cnncalc: 1\ninput: {channels: 3, size: [32, 32]}\nexpect: {params: 220}\n")

    assert cnncalc.load(path).macs.value == FACTS["dense"]["macs"]


@pytest.mark.parametrize(("how", "message"), [
    ({}, "TorchScript does not say how large what goes in is"),
    ({"size": (32, 32), "channels": 4}, "the code cannot be followed: ValueError: a layer of 3 channels reads 4"),
    ({"size": (64, 64)}, "the code cannot be followed: ValueError: a layer of 16 features reads 64"),
    ({"size": (32,)}, "the code cannot be followed: ValueError: a layer of 3 channels reads 1"),
])  # fmt: skip
def test_a_size_that_does_not_fit_is_refused(how, message, tmp_path):
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(unpack("mixer.trace", tmp_path), **how)

    [found] = refused.value.diagnostics
    assert (found.code, found.message) == ("E701", message)
    assert "--size 224,224" in found.help


def module(**attributes):
    """The pickle of an object of the class `Net` of the file."""
    return b"\x80\x02c__torch__.net\nNet\n)\x81" + pickle.dumps(attributes, 2)[2:-1] + b"b."


HEAD = "class Net(Module):\n  __parameters__ = []\n  training : bool\n  width : Final[int] = 6\n"
METHOD = "  def forward(self: __torch__.net.Net,\n    x: Tensor) -> Tensor:\n"


def script(*lines, functions="", head=HEAD + METHOD, data=None, **attributes):
    """An archive with a module whose method has these lines."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("net/data.pkl", module(**attributes) if data is None else data)
        archive.writestr("net/code/__torch__/net.py", head + "".join(f"    {line}\n" for line in lines) + functions)
    return stream.getvalue()


def load(tmp_path, data):
    path = tmp_path / "net.pt"
    path.write_bytes(data)
    return cnncalc.load(path, size=(8, 6))


RELU = "y = torch.relu(x)"
LINES = {
    "a branch": (["if torch.eq(self.width, 6):", "  y = torch.relu(x)", "else:", "  y = torch.tanh(x)", "return y"], ["relu"]),
    "a loop": (["y = x", "for i in range(torch.sub(4, 2)):", "  y = torch.relu(y)", "return y"], ["relu", "relu"]),
    "as long as": (["i = 0", "y = x", "while torch.lt(i, 2):", "  i = torch.add(i, 1)", "  y = torch.relu(y)", "return y"], ["relu"] * 2),
    "parts": (["a, b, c, = torch.chunk(x, 3, 1)", "return torch.add(a, c)"], ["add"]),
    "an attribute": (["n : int = self.many", 'd = {"a": n}', "l = [n, -1]", "l[1] = 5", "if torch.__contains__(l, 5):", f"  {RELU}", "else:",
                      "  pass", "return torch.add(y, y, alpha=1)"], ["relu", "add"]),
    "of its own": (["return __torch__.net.twice(x, )"], ["relu", "relu"]),
    "a tuple with names": (["y, z, = __torch__.net.Pair(torch.relu(x), 1)", "return y"], ["relu"]),
    "what is asked": (["n, c, h, w, = torch.size(x)", "if torch.__is__(None, None):", "  pass", "else:", '  ops.prim.RaiseException("no")',
                       "y = torch.view(x, annotate(List[int], [n, torch.mul(c, h), -1]))", "if isinstance(y, Tensor):", "  pass",
                       "return torch.relu(torch.unchecked_cast(Tensor, y))"], ["reshape", "relu"]),
    "lists of tensors": (["l = torch.add([x], [torch.relu(x)])", "return torch.cat(l, 1)"], ["relu", "concat"]),
    "in place": (["y = torch.relu(x)", "_0 = torch.add_(y, 1)", "return torch.tanh(y)"], ["relu", "rescaling", "tanh"]),
}  # fmt: skip
TWICE = ("def twice(x: Tensor,\n    times: int=2) -> Tensor:\n  y = x\n  for i in range(times):\n    y = torch.relu(y)\n  return y\n"
         "class Pair(NamedTuple):\n  y : Tensor\n  n : int\n")  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_what_the_code_does_is_followed(name, tmp_path):
    lines, kinds = LINES[name]
    net = load(tmp_path, script(*lines, functions=TWICE, many=2))

    assert [node.op for node in net.nodes[1:] if node.op not in ("slice", "parameter")] == kinds


@pytest.mark.parametrize(("data", "message"), [
    (script("return torch.unheard(x)"), "the operator `unheard` of TorchScript is not known here"),
    (script("return torch.relu(1)"), "the operator `relu` of TorchScript is not known here"),
    (script('ops.prim.RaiseException("too small")'), "the module refuses what goes in: too small"),
    (script("ops.prim.RaiseException(3)"), "the module refuses what goes in: it says no more"),
    (script("if torch.gt(x, 1):", "  pass", "return x"), "the operator `gt` of TorchScript is not known here"),
    (script("if torch.relu(x):", "  pass", "return x"), "what the code does depends on the numbers that go in"),
    (script("return self.nothing"), "`` has no attribute `nothing`"),
    (script("return (self).other(x, )"), "`__torch__.net.Net` has no `other`"),
    (script("return __torch__.net.other(x, )"), "the code of `__torch__.net.other` is not in the archive"),
    (script("return __torch__.off.other(x, )"), "the code of `__torch__.off.other` is not in the archive"),
    (script("return [x for y in x]"), "the code has `ListComp`, which is not read"),
    (script("import os"), "the code has `Import`, which is not read"),
    (script("return x(1)"), "the code has `Call`, which is not read"),
    (script("return torch.view(x, [7])"), "the code cannot be followed: ValueError: a view of another number of elements"),
    (script("return torch.flatten(x, 9)"), "the code cannot be followed: ValueError: an axis that does not exist"),
    (script("return torch.matmul(x, x)"), "the code cannot be followed: ValueError: a product of matrices that do not fit"),
    (script("return nothing[0]"), "nothing goes in: no input of the module is read"),
    (script("return ("), "the code of `__torch__.net` is damaged: "),
    (script("return " + "(" * 70 + "x" + ")" * 70), "the code of `__torch__.net` is damaged: it is nested too deeply"),
    (script("return x" + ".a" * 400), "the code of `__torch__.net` is damaged: it is nested too deeply"),
    (script(*(" " * n + "if x:" for n in range(120))), "the code of `__torch__.net` is damaged: "),
    (script('y = f"{x}"'), "the code of `__torch__.net` is damaged: it has texts of a kind that TorchScript does not write"),
    (script(*["y = x"] * 50_000), "the code has more than 1,500,000 characters, or a module 400,000"),
    (script("y = " + "not " * 90_000 + "x"), "the code of `__torch__.net` is damaged: "),
    (script("return (self).forward(x, )"), "the code calls itself too often"),
    (script("return __torch__.net.again(x, )", functions="def again(x: Tensor) -> Tensor:\n  return __torch__.net.again(x, )\n"),
     "the code calls itself too often"),
    (script("n = torch.pow(10, 99)"), "what the code computes by `pow` is too large, or no number"),
    (script("n = torch.mul([1], 1000000000)"), "what the code computes by `mul` is too large, or no number"),
    (script("n = torch.mul(4611686018427387904, 4)"), "what the code computes by `mul` is too large, or no number"),
    (script("for i in range(100000000):", "  pass"), "a loop of the code runs more than 10,000 times"),
    (script("l = [x, x]", "for i in range(30):", "  l = [l, l]", "return torch.cat(l)"), "a list of the code has more than 10,000 elements"),
    (script("return x", data=pickle.dumps(3)), "this archive of TorchScript holds no module"),
    (script("return x", data=b"\x80\x02c__torch__.off\nNet\n)\x81}b."), "the code of `__torch__.off.Net` is not in the archive"),
    (script("return x", data=b"\x80\x02i"), "a pickle in the archive has the opcode 105, which builds no data"),
    (script("return x", data=b"\x80\x02]"), "a pickle in the archive is damaged: IndexError"),
    (script("return x", head=HEAD + "  def forward(self,\n    x: Tensor, y: Tensor) -> Tensor:\n"),
     "the module reads 2 tensors, and is followed if it reads one"),
    (script("return x", head=HEAD + "  def other(self):\n"), "the module reads 0 tensors, and is followed if it reads one"),
])  # fmt: skip
def test_what_cannot_be_followed_is_said(data, message, tmp_path):
    with pytest.raises(cnncalc.SpecError) as refused:
        load(tmp_path, data)

    assert refused.value.diagnostics[0].message.startswith(message)


def test_steps_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("cnncalc.importers.base.torch.script._STEPS", 1_000)
    with pytest.raises(cnncalc.SpecError, match="following the code takes too long"):
        load(tmp_path, script("while True:", "  pass"))


class Evil:
    """What a pickle of its kind would run."""

    def __reduce__(self):
        return print, ("run",)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_data_and_nothing_of_it_is_run(protocol, capsys):
    value = {"a": [1, -2, 300, 70_000, 2**40, 2.5, None, True, False], "b": (1, 2, 3, 4), "c": (), "d": ("x",), "e": "é" * 300, "f": [[7]],
             "g": OrderedDict([("h", 1)])}  # fmt: skip
    plain = {**value, "g": {}}

    assert read_pickle(pickle.dumps({**value, "g": {}}, protocol=2)) == plain
    if protocol < 4:
        assert read_pickle(pickle.dumps(Evil(), protocol)) == Named("builtins.print" if protocol > 2 else "__builtin__.print")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("data", [
    b"\x80\x02}(" + b")\x85" + b"\x85" * 20_000 + b"K\x01u.",
    b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((NN" + b")" + b"\x85" * 20_000 + b"NNtK\x00))tR.",
])  # fmt: skip
def test_what_is_nested_deeply_is_no_key(data):
    with pytest.raises(Unreadable, match="a pickle in the archive is damaged"):
        read_pickle(data)


def test_tensors_of_a_pickle_are_shapes():
    data = (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nLongStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu"
            b"K\x01tQK\x00))tR.")  # fmt: skip
    found = read_pickle(data)

    assert found == Stored(("0", 0, ()), (), "Long")
    assert (found.is_learnt, found.read_number(struct.pack("<q", -3)), found.read_number(b"")) == (False, -3, None)
    assert Stored(("0", 0, (2,)), (2,), "Float").is_learnt
    made = read_pickle(module(a=1))
    assert isinstance(made, Made)
    assert made.attributes == {"a": 1}


X = Tensor("x", (1, 4, 8, 6))
W = Tensor("w", (6, 4, 3, 3))
SHAPES = {
    "conv2d": ([X, W, None, 2, 1], (1, 6, 4, 3)),
    "conv2d of a word": ([X, W, None, [1, 1], "same", [2, 2]], (1, 6, 8, 6)),
    "conv2d without": ([X, W, None, [1, 1], "valid"], (1, 6, 6, 4)),
    "conv_transpose2d": ([X, Tensor("w", (4, 3, 2, 2)), None, [2, 2], 0, [1, 1], 2], (1, 6, 17, 13)),
    "max_pool2d": ([X, 3, [], 1], (1, 4, 3, 2)),
    "max_pool2d up": ([X, [3, 3], [2, 2], [0, 0], [1, 1], True], (1, 4, 4, 3)),
    "adaptive_avg_pool2d": ([X, [None, 2]], (1, 4, 8, 2)),
    "upsample_nearest2d": ([X, None, [2.0, 0.5]], (1, 4, 16, 3)),
    "upsample_bilinear2d": ([X, [5, 7], False], (1, 4, 5, 7)),
    "add": ([X, Tensor("y", (6,))], (1, 4, 8, 6)),
    "flatten": ([X, 1, 2], (1, 32, 6)),
    "bmm": ([Tensor("x", (2, 3, 4)), Tensor("y", (2, 4, 5))], (2, 3, 5)),
    "mean": ([X, [2, 3], True], (1, 4, 1, 1)),
    "sum": ([X, -1], (1, 4, 8)),
    "amax": ([X], ()),
    "stack": ([[X, X], 1], (1, 2, 4, 8, 6)),
    "split": ([X, 3, 1], [(1, 3, 8, 6), (1, 1, 8, 6)]),
    "split_with_sizes": ([X, [1, 3], 1], [(1, 1, 8, 6), (1, 3, 8, 6)]),
    "transpose": ([X, 1, -1], (1, 6, 8, 4)),
    "permute": ([X, [0, 2, 3, 1]], (1, 8, 6, 4)),
    "slice": ([X, 2, 1, None, 2], (1, 4, 4, 6)),
    "select": ([X, 1, 0], (1, 8, 6)),
    "unsqueeze": ([X, -1], (1, 4, 8, 6, 1)),
    "squeeze": ([X, 0], (4, 8, 6)),
    "squeeze nothing": ([X, 1], (1, 4, 8, 6)),
    "pad": ([X, [1, 2, 3, 0]], (1, 4, 11, 9)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_operators(name):
    given, wanted = SHAPES[name]
    _, names, give = find_operator(name.split(" ")[0])

    assert give(dict(zip(names, given, strict=False))) == wanted


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, 400))])
def test_a_damaged_archive_is_a_finding(seed, tmp_path):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    source = zipfile.ZipFile(io.BytesIO(FILES.read(chance.choice(["residual.script.pt", "mixer.trace.pt", "decoder.script.pt"]))))
    names = [name for name in source.namelist() if name.endswith((".py", "data.pkl", "constants.pkl"))]
    hit = chance.choice(names)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            data = bytearray(source.read(name))
            for _ in range(chance.randint(1, 4) if name == hit and data else 0):
                data[chance.randrange(len(data))] = chance.randrange(256)
            archive.writestr(name, bytes(data))
    path = tmp_path / "net.pt"
    path.write_bytes(stream.getvalue())
    try:
        cnncalc.load(path, size=(32, 32))
    except cnncalc.SpecError as error:
        assert all(found.code[0] == "E" for found in error.diagnostics)
