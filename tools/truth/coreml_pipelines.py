"""Pipelines of Core ML, written by coremltools of modules of PyTorch, with what PyTorch says of these.

`python -m tools.truth.coreml_pipelines ARCHIVE` writes a zip archive: of each pipeline its spec (the weights of
programs stay behind), and `facts.json`: `params` of the modules, their multiply-accumulates, and the shapes of
what goes out.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import coremltools as ct
import torch
from torch import nn

_DATE = (2026, 1, 1, 0, 0, 0)
_SHAPES = ((1, 3, 32, 32), (1, 12, 16, 16), (1, 16))


def modules() -> tuple[nn.Module, ...]:
    """A stem, a body and a head, one behind the other."""
    return (
        nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 12, 3, padding=1)),
        nn.Sequential(nn.Conv2d(12, 16, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        nn.Linear(16, 5),
    )


class Boxes(nn.Module):
    """A detector whose boxes are selected by what stands behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 4, 4)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.conv(x).flatten(2).transpose(1, 2)[0]
        return found[:, :2].sigmoid(), found[:, 2:]


def convert(module: nn.Module, form: str, reads: str, gives: list[str], shape: Any) -> Any:
    """A model of a module, its features called so."""
    traced = torch.jit.trace(module.eval(), torch.rand(shape))
    target = {"minimum_deployment_target": ct.target.iOS16} if form == "mlprogram" else {}
    return ct.convert(traced, inputs=[ct.TensorType(reads, shape)], skip_model_load=True, convert_to=form,
                      outputs=[ct.TensorType(name) for name in gives], **target)  # fmt: skip


def row(*forms: str) -> list[Any]:
    """The three modules, each in a form."""
    names = ("image", "features", "vector", "scores")
    return [
        convert(module, form, names[i], [names[i + 1]], _SHAPES[i])
        for i, (module, form) in enumerate(zip(modules(), forms, strict=True))
    ]


def selecting() -> Any:
    """A model that selects boxes."""
    spec = ct.proto.Model_pb2.Model(specificationVersion=5)
    spec.nonMaximumSuppression.iouThreshold = 0.5
    spec.nonMaximumSuppression.stringClassLabels.vector.extend(["a", "b"])
    for key, name in (("confidence", "scores"), ("coordinates", "boxes")):
        width = 2 if key == "confidence" else 4
        for features, called in ((spec.description.input, name), (spec.description.output, key)):
            feature = features.add(name=called)
            feature.type.multiArrayType.dataType = 65568
            feature.type.multiArrayType.shape.extend([64, width])
        setattr(spec.nonMaximumSuppression, f"{key}InputFeatureName", name)
        setattr(spec.nonMaximumSuppression, f"{key}OutputFeatureName", key)
    return ct.models.MLModel(spec, skip_model_load=True)


def classifier() -> Any:
    """A pipeline that is a classifier, its models named."""
    parts = [part.get_spec() for part in row("neuralnetwork", "neuralnetwork", "neuralnetwork")]
    last = ct.proto.Model_pb2.Model(specificationVersion=4)
    last.description.input.extend(parts[-1].description.input)
    last.description.output.add(name="label").type.stringType.SetInParent()
    last.neuralNetworkClassifier.layers.extend(parts[-1].neuralNetwork.layers)
    last.neuralNetworkClassifier.stringClassLabels.vector.extend("abcde")
    made = ct.proto.Model_pb2.Model(specificationVersion=4)
    made.description.input.extend(parts[0].description.input)
    made.description.output.extend(last.description.output)
    made.pipelineClassifier.pipeline.models.extend([*parts[:-1], last])
    made.pipelineClassifier.pipeline.names.extend(["stem", "body", "head"])
    return made


def main(archive: str) -> None:
    """Write the archive."""
    torch.manual_seed(0)
    programs, networks = ["mlprogram"] * 3, ["neuralnetwork"] * 3
    mixed = ["neuralnetwork", "mlprogram", "mlprogram"]
    params = sum(tensor.numel() for module in modules() for tensor in module.parameters())
    macs = 27 * 8 * 16**2 + 72 * 12 * 16**2 + 108 * 16 * 8**2 + 16 * 5
    made: dict[str, Any] = {name: ct.utils.make_pipeline(*row(*forms)) for name, forms in
                            (("programs", programs), ("networks", networks), ("mixed", mixed))}  # fmt: skip
    boxes = convert(Boxes(), "mlprogram", "image", ["scores", "boxes"], _SHAPES[0])
    made["boxes"] = ct.utils.make_pipeline(boxes, selecting())
    facts: dict[str, Any] = {
        name: {"params": params, "macs": macs, "outputs": [[5]]} for name in (*made, "classifier")
    }
    facts["boxes"] = {
        "params": 3 * 16 * 6 + 6,
        "macs": 3 * 16 * 6 * 64,
        "outputs": [[64, 2], [64, 4]],
    }
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, model in (*made.items(), ("classifier", classifier())):
            data = b""
            if hasattr(model, "save"):
                package = Path(folder, f"{name}.mlpackage")
                model.save(str(package))
                data = (package / "Data/com.apple.CoreML/model.mlmodel").read_bytes()
            else:
                data = model.SerializeToString()
            out.writestr(zipfile.ZipInfo(f"{name}.mlmodel", _DATE), data, zipfile.ZIP_DEFLATED)
        out.writestr(
            zipfile.ZipInfo("facts.json", _DATE), json.dumps(facts, indent=1), zipfile.ZIP_DEFLATED
        )


if __name__ == "__main__":
    main(sys.argv[1])
