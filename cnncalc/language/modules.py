"""Models that a program has, of PyTorch and of Keras, as the networks that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.live import source_of_keras, source_of_module

if TYPE_CHECKING:
    from cnncalc.network import Network


def from_torch(module: Any, size: Any = None, *, name: str = "") -> Network:
    """The network of a PyTorch module, which is followed by `torch.export` as it is in evaluation.

    `size` is the shape of what goes in, channels first, `(3, 224, 224)`; a batch in front may be there.
    Several inputs are a list of such, or a mapping by the names of `forward`. A tensor stands for its
    shape. `name` is what messages call it; the name of its class by default.

    Raises SpecError if torch.export cannot follow it, or what goes in is not known.

    >>> from torchvision.models import resnet18  # doctest: +SKIP
    >>> cnncalc.from_torch(resnet18(), (3, 224, 224)).params  # doctest: +SKIP
    """
    title = name or type(module).__name__
    return build(Document(source_of_module(module, size, title)))


def from_keras(model: Any, size: Any = None, *, name: str = "") -> Network:
    """The network of a Keras model, which is read from its configuration.

    `size` is the size of what goes in where the model leaves it open: `(224, 224)`, or a mapping by the
    names of the inputs. `name` is what messages call it.

    Raises SpecError if it is not known what a layer gives, or a size is open.
    """
    title = name or str(getattr(model, "name", "")) or type(model).__name__
    return build(Document(source_of_keras(model, title)), size=size)
