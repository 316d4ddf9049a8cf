"""The two ends of a network: what goes in is read, and what goes out has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.env import EACH, POISON, SEVERAL

if TYPE_CHECKING:
    from cnncalc.language.env import Env
    from cnncalc.language.model import Model


def find_outputs(model: Model, env: Env) -> dict[str, int]:
    """The tensors that go out: those under `outputs:`, or the last one."""
    report, budget, refs = env.context.report, env.context.budget, model.outputs
    if refs is None:
        if env.prev == SEVERAL:
            report.find("E212", "the last layer has several outputs", model.items[-1].op_node.span,
                        help="outputs: [NAME.0, NAME.1] names those of the network")  # fmt: skip
        return {"output": env.prev} if env.prev >= 0 else {}
    budget.links.spend(len(refs))
    found: dict[str, int] = {}
    for ref in refs:
        indices = env.tensors(ref)
        base = ref.text.removesuffix(EACH)
        rows = {f"{base}.{number}": index for number, index in enumerate(indices)}
        found |= rows if ref.text.endswith(EACH) else {ref.text: indices[0]}
    env.used.update(found.values())
    return {name: index for name, index in found.items() if index != POISON}


def check_inputs(model: Model, env: Env) -> None:
    """Every input is read by something: one that is not was mistaken for another."""
    for name, value in model.inputs.items():
        if env.names[name].out not in env.used:
            env.context.report.find("E210", f"the input `{name}` is never read", value.node.span,
                                    help=f"refer to it by `from: {name}`, or remove it")  # fmt: skip
