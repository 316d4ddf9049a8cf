"""specs/slim/: networks of TF-Slim, whose fields test_tables.py holds to the published tables.

Here, that they are what they say: written like the rest of the zoo, and layer by layer as wide as in
TF-Slim, for they cost to the last digit what the table of google-research/receptive_field says.
"""

import re
from math import prod

import pytest

from cnncalc import registry
from cnncalc.language import zoo
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.receptive_field.exact import find

from .tables import SLIM, SLIM_SPECS, network, networks, rows
from .test_tables import endpoint

FILES = sorted(SLIM.glob("*.yaml"))
ZOO = [SLIM.parent / f"{stem}.yaml" for stem in zoo.names()]


def by_file(test):
    return pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)(test)


@by_file
def test_a_spec_reads_like_the_others(path):
    lines = path.read_text("utf-8").splitlines()
    head, mark, _ = "\n".join(lines).partition("cnncalc: 1\n")
    heading = zoo.heading(head)

    assert Document(open_spec(str(path)).source).name == path.stem
    assert mark
    assert all(line.startswith("# ") for line in head.splitlines())
    assert "TF-Slim" in heading.what
    assert 2012 <= int(heading.year) <= 2019
    assert heading.reference.startswith("arXiv:")
    assert "google-research/receptive_field" in heading.totals
    assert len(lines) <= 90
    assert max(map(len, lines)) <= 100


@by_file
def test_what_a_spec_claims_holds(path):
    document = Document(open_spec(str(path)).source)
    (model,) = document.models.values()
    checks = {check: registry.load("check.claims", check) for check in registry.names("check.claims")}

    for variant in (None, *model.variants):
        net = build(document, model.name, variant=variant)
        assert {claim.keys[0] for claim in net.claims} >= {"params"}
        assert not [finding.message for check in checks.values() for finding in check.judge(net)]


def test_every_file_is_in_the_tables_and_every_variant():
    assert {spec.partition("::")[0] for spec in SLIM_SPECS.values()} == {path.name for path in FILES}
    variants = [
        variant.name
        for path in FILES
        for model in Document(open_spec(str(path)).source).models.values()
        for variant in model.variants
    ]
    # One more is at the size for which TF-Slim states its costs.
    assert set(variants) - set(SLIM_SPECS) == {"mobilenet_v1_075_128"}


def test_blocks_of_one_name_are_the_same_as_in_the_zoo():
    bodies, called = {}, {}
    for path in (*FILES, *ZOO):
        for name, body in blocks(path):
            bodies.setdefault(name, set()).add(body)
            if path in FILES:
                called.setdefault(body, set()).add(name)

    ours = {name for names in called.values() for name in names}
    assert [name for name in ours if len(bodies[name]) > 1] == []
    assert [names for names in called.values() if len(names) > 1] == []


def blocks(path):
    """The blocks of a spec as (name, text without comments)."""
    _, _, rest = path.read_text("utf-8").partition("\nblocks:\n")
    section = re.split(r"^\w", rest, maxsplit=1, flags=re.MULTILINE)[0]
    for block in re.split(r"^(?=  \w)", section, flags=re.MULTILINE):
        if block.strip():
            lines = [re.sub(r" +#.*", "", line) for line in block.splitlines()]
            yield lines[0].strip(" :"), "\n".join(lines[1:])


# What the networks cost ------------------------------------------------------------------------------------


def ancestors(net, index):
    """A layer and all that it depends on, the input aside."""
    found, new = set(), [index]
    while new:
        index = new.pop()
        if index not in found and net.nodes[index].layer is not None:
            found.add(index)
            new += net.nodes[index].inputs
    return found


def operations(name, node):
    """What TensorFlow's profiler counts: two per multiply-add, the taps of a pooling, one per bias.

    But for the ResNets and MobileNet the networks were built without their norms, and have biases
    in their place; MobileNet's norms count one as well. Additions are not counted, but the
    scaling before those of Inception-ResNet is, which our spec leaves out.
    """
    elements = node.output.channels * prod(node.output.size)
    if node.op in ("max_pool", "avg_pool"):
        return elements * prod(axis.kernel for axis in node.facts.windows)
    if node.op == "add":
        return elements if name.startswith("inception_resnet") else 0
    if not node.op.endswith("conv"):
        return 0
    biased = node.layer.bias if name.startswith("resnet") else True
    return 2 * node.facts.macs + elements * biased


@pytest.mark.parametrize("name", [name for _, name in networks("google")])
def test_the_costs_of_the_table(name):
    for row in rows("google"):
        if row.network == name and row.flops:
            net = network("google", name, int(row.size))
            before = ancestors(net, find(net, endpoint(row)))
            total = sum(operations(name, net.nodes[index]) for index in before)
            assert f"{total / 1e9:.3f}" == row.flops, row.where
