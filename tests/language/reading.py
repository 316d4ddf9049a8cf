"""Short ways to load a spec and to say what came out."""

import pytest

import cnncalc
from tests.nets import spec

VECTOR = "input: {features: 6}\n"


def net(*items, set=None, **parts):
    """The network of such a spec."""
    return cnncalc.loads(spec(*items, **parts), set=set)


def layers(network):
    """Names and outputs of everything but the inputs: `stem 64×16×16`."""
    return [f"{node.name} {node.output}" for node in network.nodes if node.layer is not None]


def names(network):
    """The names of everything but the inputs."""
    return [node.name for node in network.nodes if node.layer is not None]


def findings(text, **options):
    """What is wrong with a text."""
    with pytest.raises(cnncalc.SpecError) as error:
        cnncalc.loads(text, **options)
    return list(error.value.diagnostics)


def finding(text, **options):
    """The only thing that is wrong with a text."""
    found = findings(text, **options)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def codes(text, **options):
    """The codes of what is wrong, in the order of the file."""
    return [found.code for found in findings(text, **options)]


def marked(found):
    """The stretch of the source that a finding marks."""
    line = found.source.line(found.span.line)
    end = found.span.end_column - 1 if found.span.end_line == found.span.line else None
    return line[found.span.column - 1 : end]
