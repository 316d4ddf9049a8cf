"""torchinfo's summary of a model on the meta device: shapes, parameters, mult-adds."""

from __future__ import annotations

import json

import torch
from timing import best
from torch_resnet import resnet50
from torchinfo import summary


def main() -> None:
    def once() -> int:
        with torch.device("meta"):
            model = resnet50()
        found = summary(model, input_size=(1, 3, 224, 224), device="meta", verbose=0)
        return int(found.total_params)

    print(json.dumps({"params": once(), "seconds": best(once)}))


if __name__ == "__main__":
    main()
