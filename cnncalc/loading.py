"""Networks for programs: what `cnncalc.load` and `cnncalc.loads` are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.errors import Source, SpecError
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.network import Network


@pause
def load(
    path: str,
    *,
    set: Mapping[str, Any] | None = None,
    size: Any = None,
    channels: Any = None,
    allowed: Iterable[str] = (),
) -> Network:
    """The network in a file: `load("specs/resnet50.yaml", set={"classes": 10})`.

    `path` may name a model, `dcgan.yaml::generator`, or a variant, `vgg16.yaml::vgg19_bn`;
    `zoo:resnet50` is a spec that comes with cnncalc, `HEAD~1:net.yaml` one in git, and `-` the
    standard input. `set` changes variables; `size` and `channels` change the input: a tuple and an
    int, or mappings by the names of the inputs. Then the numbers that the file expects are not
    judged. What the file names by `net:` is read in its own folder, and in those that are `allowed`.

    Raises SpecError with every finding if the spec is bad, OSError if it cannot be read.
    """
    given = {"size": size, "channels": channels, "settings": set}
    opened = open_spec(path, allowed, given)
    return _build(opened.source, opened.model, settings=set, size=size, channels=channels)


@pause
def loads(
    text: str,
    *,
    name: str = "<string>",
    model: str | None = None,
    set: Mapping[str, Any] | None = None,
    size: Any = None,
    channels: Any = None,
) -> Network:
    """The network in a text; `name` is what messages call it. Otherwise as `load`."""
    return _build(Source(name, text), model, settings=set, size=size, channels=channels)


def _build(source: Source, model: str | None, **changes: Any) -> Network:
    """The network; raises SpecError, which finds sizes that fit once somebody looks at what is wrong."""
    document = Document(source)
    try:
        return build(document, model, **changes)
    except SpecError as error:
        if error.network is not None:
            error.put_off(partial(_add_sizes, document))
        raise


def _add_sizes(document: Document, error: SpecError) -> SpecError:
    from cnncalc.input_sizes.advice import add_sizes

    return add_sizes(error, document)
