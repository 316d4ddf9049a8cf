"""Models of frameworks that are there, or that a name finds, as the networks that they are.

`torch:package.module:callable` runs the code of others, and nothing else here does: it is never read out of a
file, only where a person types it.
"""

from __future__ import annotations

import ast
import re
import sys
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

from cnncalc.errors import Source
from cnncalc.foreign import cut
from cnncalc.importers.base.description import Description, Unreadable
from cnncalc.importers.base.names import title
from cnncalc.language.described import tree
from cnncalc.language.importing import report_unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_FORM = "torch:package.module:callable, as torch:torchvision.models:resnet18"
_CALLABLE = re.compile(r"([\w.]+):([\w.]+)(\(.*\))?(?:@([\d,x]+))?", re.DOTALL)
_TOLD = 300
"""So much of what the code of others says of a failure is shown."""


def read_torch(
    text: str, title: str, origin: object, size: Any = None, channels: Any = None
) -> Source:
    """What `package.module:callable` is as a source that messages call `title`; raises SpecError."""

    def describe() -> Description:
        name, module, typed = _find(text)
        return _describe(module, typed if size is None else size, channels, name)

    return _source(title, describe, origin)


def source_of_module(module: Any, size: Any, title: str) -> Source:
    """A module of PyTorch as a source; raises SpecError."""
    return _source(title, lambda: _describe(module, size, None, title))


def source_of_keras(model: Any, title: str) -> Source:
    """A model of Keras as a source; raises SpecError."""
    return _source(title, lambda: _describe_keras(model))


def _source(title: str, describe: Callable[[], Description], origin: object = None) -> Source:
    try:
        with _aside():
            description = describe()
    except Unreadable as error:
        raise report_unreadable(title, error) from None
    source = Source(title, description.text, origin)
    source.tree, source.stated = tree(description), description.stated
    source.open = description.open
    return source


@contextmanager
def _aside() -> Iterator[None]:
    """What the code of others prints or warns of is no result of ours."""
    import warnings

    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        yield


def _describe(module: Any, size: Any, channels: Any, name: str) -> Description:
    try:
        import torch
    except ImportError:
        raise Unreadable("modules are followed by PyTorch, which is not installed",
                         help='pip install "cnncalc[torch]"') from None  # fmt: skip
    from cnncalc.importers.base.torch.sizes import describe_module

    if not isinstance(module, torch.nn.Module):
        raise Unreadable(f"{cut(repr(module), _TOLD)} is no module of PyTorch", help=_FORM)
    return describe_module(module, size, channels=channels)._replace(name=name)


def _with_shapes(text: str, model: Any) -> str:
    """A configuration that says the shapes of its outputs, which stand where a layer is read otherwise."""
    import json

    data = json.loads(text)
    config = data.get("config", {})
    entries = _entries(config.get("output_layers"))
    outputs = list(getattr(model, "outputs", None) or ())
    if not entries or len(entries) != len(outputs):
        return text
    config["output_layers"] = [
        {
            "class_name": "__keras_tensor__",
            "config": {"shape": list(made.shape), "keras_history": entry},
        }
        for entry, made in zip(entries, outputs, strict=True)
    ]
    return json.dumps(data)


def _entries(found: Any) -> list[Any]:
    """The `[layer, call, output]` of a configuration, however they are nested."""
    if isinstance(found, list) and found and isinstance(found[0], str):
        return [found]
    parts = list(found.values()) if isinstance(found, dict) else found
    return [entry for part in parts for entry in _entries(part)] if isinstance(parts, list) else []


def _describe_keras(model: Any) -> Description:
    from cnncalc.importers.keras import describe_text

    try:
        text = _with_shapes(model.to_json(), model)
    except Exception as error:  # noqa: BLE001 - whatever the code of others raises
        raise Unreadable(f"the model has no configuration: {_message(error)}") from None
    return describe_text(text)


def _find(text: str) -> tuple[str, Any, Any]:
    """The name, the module, and the size that is typed behind it; raises Unreadable."""
    match = _CALLABLE.fullmatch(text)
    if match is None:
        raise Unreadable(f"`{cut(text, _TOLD)}` is no name of a callable", help=_FORM)
    package, path, arguments, size = match.groups()
    found = _import(package)
    try:
        for part in path.split("."):
            found = getattr(found, part)
    except AttributeError:
        raise Unreadable(f"`{package}` has no `{cut(path, _TOLD)}`", help=_FORM) from None
    name = path.rpartition(".")[2]
    typed = tuple(int(n) for n in re.split("[,x]", size) if n) if size else None
    is_module = callable(getattr(found, "forward", None)) and not isinstance(found, type)
    if arguments is None and callable(found) and not is_module:
        arguments = "()"
    if arguments is None:
        return name, found, typed
    given, named = _arguments(arguments)
    made = _call(found, name, given, named)
    # What makes any model is told by the name of one.
    return title(given[0]) if given and isinstance(given[0], str) else name, made, typed


def _import(package: str) -> Any:
    """A module of Python, also one of the folder that one is in; raises Unreadable."""
    import importlib
    import os

    sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(package)
    except Exception as error:  # noqa: BLE001 - whatever the code of others raises
        raise Unreadable(f"`{package}` cannot be imported: {_message(error)}", help=_FORM) from None
    finally:
        sys.path.pop(0)


def _call(made: Any, name: str, given: list[Any], named: dict[str, Any]) -> Any:
    """What a callable gives, its weights without numbers if it can be made so; raises Unreadable."""
    try:
        import torch
    except ImportError:
        return made(*given, **named)
    try:
        with torch.device("meta"):
            return made(*given, **named)
    except Exception:  # noqa: BLE001 - whatever the code of others raises
        # It computes with numbers while it is made, which there are none of on that device.
        try:
            found = made(*given, **named)
        except Exception as error:  # noqa: BLE001 - whatever the code of others raises
            help = "arguments may be typed: torch:timm:create_model('resnet18')"
            raise Unreadable(f"`{name}` cannot be made: {_message(error)}", help=help) from None
    return found


def _arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """Literals as they stand in a call; raises Unreadable."""
    try:
        call = ast.parse(f"f{text}", mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise ValueError(text)  # noqa: TRY004 - as what is no literal
        given = [ast.literal_eval(value) for value in call.args]
        named = {key.arg or "": ast.literal_eval(key.value) for key in call.keywords}
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        raise Unreadable(f"`{cut(text, _TOLD)}` are no arguments: they must be literals") from None
    return given, named


def _message(error: Exception) -> str:
    shown = "".join(c if c.isprintable() else " " for c in f"{type(error).__name__}: {error}")
    return cut(" ".join(shown.split()), _TOLD)
