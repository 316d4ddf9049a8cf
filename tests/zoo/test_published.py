"""The specs that come with cnncalc: sound, and as their sources say they are.

The numbers are in `published/`, a table for each part of the zoo; they come from the source named
there, never from cnncalc.
"""

import csv
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from cnncalc import registry
from cnncalc.language import zoo
from cnncalc.quantity import parse
from tests.nets import document, network

from .models import names, text

TABLES = sorted((Path(__file__).parent / "published").glob("*.csv"))


class Published(NamedTuple):
    """What others say of a network; MACs with as many digits as they give."""

    name: str
    params: str
    buffers: str
    macs: str
    output: str
    source: str


def published():
    """The rows of all tables."""
    for table in TABLES:
        with table.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert tuple(header) == Published._fields, table.name
        yield from (Published(*row) for row in rows)


PUBLISHED = list(published())


def each(rows):
    """The rows as cases that are called by their names."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in rows])


def test_the_tables_list_every_model_and_variant_once_and_nothing_else():
    assert sorted(row.name for row in PUBLISHED) == sorted(names())


@each(PUBLISHED)
def test_the_numbers_are_the_published_ones(row):
    net = network(row.name)

    assert net.params.value == int(row.params)
    assert net.buffers.value == int(row.buffers)
    assert net.macs.value in parse(row.macs)
    outputs = [str(net.nodes[index].output) for index in net.outputs.values()]
    assert "; ".join(sorted(outputs)) == row.output
    assert row.source


@pytest.mark.parametrize("name", names())
def test_what_a_spec_claims_holds(name):
    net = network(name)
    checks = {check: registry.load("check.claims", check) for check in registry.names("check.claims")}

    findings = [finding for check in checks.values() for finding in check.judge(net)]

    assert not [finding.message for finding in findings]
    assert {claim.kind for claim in net.claims} <= {*checks}


@pytest.mark.parametrize("name", names())
def test_a_spec_claims_its_totals_to_the_digit(name):
    net = network(name)
    exact = {claim.keys[0]: claim.text for claim in net.claims if claim.kind == "expect"}

    assert exact["params"] == str(net.params.value)
    assert exact["macs"] == str(net.macs.value)
    assert exact.get("buffers", "0") == str(net.buffers.value)
    assert "output" in exact or " " in name


@pytest.mark.parametrize("stem", zoo.names())
def test_a_spec_says_where_it_and_its_totals_come_from(stem):
    head, mark, _ = text(stem).partition("cnncalc: 1\n")
    heading = zoo.heading(head)

    assert mark
    assert all(line.startswith("# ") for line in head.splitlines())
    assert heading.what
    assert heading.totals.endswith(".")
    if "no paper" not in head:
        assert heading.authors
        assert 1980 <= int(heading.year) <= 2026
        assert heading.title
        assert re.fullmatch(
            r"arXiv:\d{4}\.\d{4,5}(, (figure|table) \d+)?|(Proc\.|NIPS|ICML|[A-Z]\w+ [\w ]+) ?.*",
            heading.reference,
        )


LONG = {"efficientdet_d0", "yolo11n"}
"""Specs that may have 120 lines, as their networks have seven kinds of block or more."""


@pytest.mark.parametrize("stem", zoo.names())
def test_a_spec_is_short_and_called_like_its_file(stem):
    lines = text(stem).splitlines()

    assert document(stem).name == stem
    assert re.fullmatch(r"[a-z0-9_]+", stem)
    assert len(lines) <= (120 if stem in LONG else 90)
    assert max(map(len, lines)) <= 100


def test_resnet50_is_a_page_without_its_head_comment():
    _, mark, body = text("resnet50").partition("cnncalc: 1\n")

    assert len((mark + body).splitlines()) <= 35


def test_every_variant_has_a_name_of_its_own():
    called = list(zoo.names())
    for stem in zoo.names():
        models = document(stem).models
        variants = [variant for model in models.values() for variant in model.variants]
        assert all(variant.named for variant in variants)
        called += [variant.name for variant in variants]
        # `zoo:mobilenet_v3_small` is a model of mobilenet_v3.
        called += [f"{stem}_{model}" for model in models if len(models) > 1]
        # Variants are looked up without compiling the specs.
        assert zoo._variants(text(stem)) == [variant.name for variant in variants]

    assert sorted(called) == sorted(set(called))


def test_blocks_of_one_name_are_the_same_in_every_spec():
    bodies = {}
    for stem in zoo.names():
        for name, body in blocks(stem):
            bodies.setdefault(name, {}).setdefault(body, []).append(stem)

    assert {"Basic", "Bottleneck", "SE"} <= set(bodies)
    assert {n: sorted(found.values()) for n, found in bodies.items() if len(found) > 1} == {}


def test_equal_blocks_have_the_same_name_in_every_spec():
    called = {}
    for stem in zoo.names():
        for name, body in blocks(stem):
            called.setdefault(body, set()).add(name)

    assert [found for found in called.values() if len(found) > 1] == []


def blocks(stem):
    """The blocks of a spec: the name of each, and the lines below it."""
    section = "".join(re.findall(r"^blocks:.*\n((?: .*\n)+)", text(stem), re.MULTILINE))
    return re.findall(r"^  (\w+):.*\n((?:    .*\n)+)", section, re.MULTILINE)
