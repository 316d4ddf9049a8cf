"""docs/ci.md is true: its commands run, its files are what they are said to be, nothing is left out."""

import inspect
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from cnncalc import registry
from cnncalc.check import config
from cnncalc.cli.commands import check as command
from cnncalc.quantity import like

PAGE = (Path(__file__).parent.parent.parent / "docs" / "ci.md").read_text(encoding="utf-8")
NET = "cnncalc: 1\nname: net\ninput: {channels: 3, size: [32, 32]}\nlayers:\n  - conv: {filters: 16, kernel: 3}\n\n\nexpect: {params: %d}\n"
GAN = "cnncalc: 1\nmodels:\n  generator: {input: {features: 2}, layers: [dense: 3]}\n"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def commands():
    """Every `cnncalc check …` of the page, as arguments."""
    found = re.findall(r"cnncalc check\b([^`\n#<]*)", "\n".join(blocks("sh") + blocks("yaml")) + "\n".join(re.findall(r"`[^`\n]+`", PAGE)))
    return sorted({text.strip() for text in found})


@pytest.fixture
def project(write, repository):
    write("specs/net.yaml", NET % 448)
    write("specs/gan.yaml", GAN)


def test_the_page_has_commands():
    assert {"", "specs", "specs --format github", "- --stdin-filename specs/net.yaml"} <= {text.strip() for text in commands()}


@pytest.mark.parametrize("text", commands())
def test_the_commands_run(text, project, check):
    done = check(*shlex.split(text), stdin=NET % 448)

    assert (done.code, done.err) == (0, "")


def test_one_model_of_a_file_can_be_named_as_the_page_says(project, check):
    assert "`specs/gan.yaml::generator`" in PAGE
    assert check("specs/gan.yaml::generator").code == 0


@pytest.mark.parametrize("text", blocks("yaml"))
def test_the_yaml_is_yaml(text):
    assert yaml.safe_load(text)


def test_the_finding_in_json_is_what_is_printed(check, write):
    [shown] = blocks("json")
    write("specs/net.yaml", NET % 449)

    assert [json.loads(shown)] == json.loads(check("specs", "--format", "json").out)["diagnostics"]


def test_the_settings_are_all_there_are_and_can_be_read(write, check, project):
    [shown] = blocks("toml")
    write("pyproject.toml", shown)

    assert re.findall(r"^(\w+) =", shown, re.MULTILINE) == [name for name in config.Config._fields if name != "file"]
    assert check(".").code == 0


def test_the_silenced_finding_is_silenced(check, write):
    [shown] = [text for text in blocks("yaml") if "ignore[X501]" in text]
    silent, loud = write("a.yaml", shown), write("b.yaml", shown.split("  # cnncalc: ignore")[0])

    assert (check(silent, "--strict").code, check(loud).code) == (0, 1)


def test_the_recipe_for_pytest_finds_what_is_wrong(project, write):
    [recipe] = blocks("python")
    names = {}
    exec(recipe, names)  # noqa: S102
    names["test_a_spec_holds"](Path("specs/net.yaml"))
    write("specs/net.yaml", NET % 449)

    with pytest.raises(AssertionError, match="expected 449"):
        names["test_a_spec_holds"](Path("specs/net.yaml"))


def test_every_format_and_every_option_is_described():
    formats = [name for name in registry.names("formats") if hasattr(registry.load("formats", name), "report")]
    section = PAGE.split("\n## Formats\n")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == formats
    options = {f"--{name.replace('_', '-')}" for name in inspect.signature(command.run).parameters} - {"--paths"}
    missing = {option for option in options if option not in PAGE}
    assert missing == {"--color"}, "what every command has"


def test_the_numbers_are_rewritten_as_the_page_says():
    examples = re.findall(r"`([\d_.G]+)` becomes `([\d_.G]+)`", PAGE)

    assert [like(before, int(after.replace("_", ""))) if "G" not in after else like(before, 7_801_405_440) for before, after in examples] == [
        after for _, after in examples
    ]
    assert len(examples) == 2
