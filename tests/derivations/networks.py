"""Which networks of the zoo are looked at quickly."""

import pytest

# A few networks show each kind of row at once; all of them, and the rest, are looked at where time does not matter.
QUICK = ("lenet5", "alexnet", "googlenet", "mobilenet_v2", "resnet18", "unet", "crnn", "dcgan", "text_cnn", "yolov3_tiny")


def each(names):
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in names]
