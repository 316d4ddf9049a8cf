"""Files of `torch.export` put together again from what is recorded of them, and archives of other kinds."""

import gzip
import io
import json
import zipfile
from functools import cache
from pathlib import Path

from .onnx_files import network
from .reading import axes

DATA = Path(__file__).parent / "data" / "torch.json.gz"


@cache
def recorded():
    """The networks and PyTorch's facts of them, by name."""
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        return json.load(file)


def archive(files):
    """A zip archive of these texts by name, not packed, as PyTorch writes them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, text in files.items():
            made.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


def saved(program, weights=None):
    """A .pt2 file of a program."""
    files = {"net/archive_format": "pt2", "net/models/model.json": json.dumps(program)}
    if weights is not None:
        files["net/data/weights/model_weights_config.json"] = json.dumps(weights)
    return archive(files)


def file_of(name):
    """The .pt2 file of a recorded network."""
    return saved(recorded()[name]["program"], recorded()[name]["weights"])


def tensor(*sizes, dtype=7):
    """What a program says of a tensor of 32 bits; sizes are numbers, or expressions with an example."""
    said = [{"as_int": n} if isinstance(n, int) else {"as_expr": {"expr_str": n[0], "hint": n[1] and {"as_int": n[1]}}} for n in sizes]
    return {"dtype": dtype, "sizes": said}


def ref(name):
    """An argument that is a value."""
    return {"as_tensor": {"name": name}}


def call(op, outputs, module="", cls="net.Part", **inputs):
    """A call: operands are values by their names, numbers, or lists of numbers."""

    def argument(value):
        if value is None:
            return {"as_none": True}
        if isinstance(value, dict):
            return value
        kind = {bool: "as_bool", int: "as_int", float: "as_float", list: "as_ints"}.get(type(value))
        return ref(value) if kind is None else {kind: value}

    said = [{"name": name, "arg": argument(value)} for name, value in inputs.items()]
    stack = f"L__self__,,net.Net;L__self__x,{module},{cls}" if module else ""
    return {"target": f"torch.ops.{op}", "inputs": said, "outputs": [ref(name) for name in outputs.split()],
            "metadata": {"nn_module_stack": stack}}  # fmt: skip


def program(calls, tensors, outputs="out", *, inputs="x", params=(), buffers=(), numbers=None):
    """A program: `tensors` are by name what is said of them, parameters and buffers are called p_NAME, b_NAME."""
    specs = [{"parameter": {"arg": {"name": f"p_{name}"}, "parameter_name": name}} for name in params]
    specs += [{"buffer": {"arg": {"name": f"b_{name}"}, "buffer_name": name, "persistent": True}} for name in buffers]
    specs += [{"user_input": {"arg": ref(name)}} for name in inputs.split()]
    graph = {"nodes": calls, "tensor_values": tensors, "sym_int_values": numbers or {}}
    signature = {"input_specs": specs, "output_specs": [{"user_output": {"arg": ref(name)}} for name in outputs.split()]}
    return {"graph_module": {"graph": graph, "signature": signature}, "torch_version": "2.14.1"}


def refs(value):
    """A list of names as an argument."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        return {"as_tensors": [{"name": name} for name in value]}
    return value


def layers_of_all(calls, tensors, *, params=(), buffers=(), outputs="out"):
    """Kind, output and parameters of the layers that these calls become."""
    made = program(calls, {name: tensor(*dims) for name, dims in tensors.items()}, outputs, params=params, buffers=buffers)
    net = network(saved(made), "net.pt2")
    return [(node.layer.kind, axes(node.output), node.facts.params) for node in net.nodes if node.layer]
