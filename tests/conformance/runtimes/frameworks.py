"""The forms of less-used frameworks, whose rows are lists: the same columns in each, but for the options."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from cnncalc.dialects.base.asked import Asked

from .rows import Form, Row, operators, padding

KINDS = {"adaptive_avg": "adaptive_avg_pool", "adaptive_max": "adaptive_max_pool"}

UP = ("ceil_mode", "use_ceil", "cover_all")
"""Options that say that windows are rounded up."""
COUNTING = {"include": 1, "including_pad": 1, "exclusive": 0}
"""Options that say whether averages count the padding, and the value with which they do."""
MODES = {"average": True, "average_count_exclude_padding": False, "average_inc_pad": True, "average_exc_pad": False}


def ask(dialect: str, op: str, row: list[Any]) -> Asked:
    """The question that a row is."""
    _, n, k, s, d, pad, options, *_ = row
    if op in KINDS:
        return Asked(KINDS[op], n, target=k)
    said: dict[str, Any] = dict(padding(dialect, pad))
    if any(options.get(name) for name in UP) or options.get("ignore_border") == 0:
        said["rounding"] = "ceil"
    elif any(name in options for name in (*UP, "ignore_border")):
        said["rounding"] = "floor"
    for name, counting in COUNTING.items():
        if name in options:
            said["counted"] = options[name] == counting
    if options.get("mode") in MODES:
        said["counted"] = MODES[options["mode"]]
    if "pad_value" in options:
        said["counted"] = options["pad_value"] is not None
    said["extra"] = options.get("output_padding")
    if options.get("axis"):
        said["way"] = options["axis"]
    if options.get("transpose_kernel"):
        said["way"] = "transposed kernel"
    if options.get("pooling_convention") == "same":
        said["mode"] = "same"
    return Asked(op, n, k, s, d, **said, target=_target(row, options))


def _target(row: list[Any], options: dict[str, Any]) -> int | None:
    """The size that is asked for, which a row says as a difference: to the size without, or to L·s."""
    _, n, k, s, d, pad, *_ = row
    for name, more in options.items():
        if name.endswith("_minus_Ls"):
            return n * s + more
        if name.endswith("_minus_default"):
            # What the rows call the default is without padding, unless that is one number.
            return (n - 1) * s + d * (k - 1) + 1 - (2 * pad if isinstance(pad, int) else 0) + more
    return None


def measured(dialect: str, op: str, row: list[Any]) -> Iterator[Row]:
    """A row with its answer."""
    number, n, *_, length, masks, aux = row
    asked = ask(dialect, op, row)
    if length is None:
        yield Row(dialect, op, number, asked, None)
        return
    reads = [[i for i in range(n) if mask >> i & 1] for mask in masks]
    start = aux[0] if op.startswith("conv") and aux else None
    if row[6].get("filter_flip") and aux and not aux[1]:
        start = None  # A single tap was seen, which does not tell on which side of it the others are.
    divisors = None
    if "avg" in op and aux is not None:
        divisors = aux if isinstance(aux, list) else [aux] * length
    yield Row(dialect, op, number, asked, length, reads, divisors, start)


NAMES = ("chainer", "equinox", "flax", "haiku", "megengine", "mindspore", "mlx", "mxnet", "nnabla", "objax",
         "oneflow", "paddle", "tensorlayerx", "theano", "tinygrad")  # fmt: skip

FORMS = {name: Form(name, partial(measured, name), operators) for name in NAMES}
