"""Starting a spec: what is written is sound, what is there stays."""

from functools import partial
from pathlib import Path

import pytest

import cnncalc
from cnncalc.cli.commands import init
from cnncalc.language.schema import text

TEMPLATES = init.templates()
LINE = "# yaml-language-server: $schema="


@pytest.fixture
def cli(cnncalc, monkeypatch, tmp_path):
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return partial(cnncalc, stdin="")


def first_line(path):
    return Path(path).read_text(encoding="utf-8").partition("\n")[0]


def test_the_first_spec_comes_with_the_schema(cli, tmp_path):
    assert cli("init", "mynet") == (0, (
        "wrote mynet.yaml\n"
        "wrote cnncalc.schema.json, by which editors know the language\n"
        "next: cnncalc check mynet.yaml\n"
    ), "")  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cnncalc.schema.json", "mynet.yaml"]
    assert first_line("mynet.yaml") == LINE + "cnncalc.schema.json"
    assert (tmp_path / "cnncalc.schema.json").read_text(encoding="utf-8") == text()
    assert cnncalc.load("mynet.yaml").name == "mynet"


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_written_meets_its_own_expectations(cli, template):
    assert cli("init", "nets/first", "--template", template)[0] == 0
    code, out, err = cli("check", "--strict", "nets")

    assert (code, err) == (0, "")
    assert " passed" in out

    spec = Path("nets/first.yaml").read_text(encoding="utf-8")

    assert "\nexpect: " in spec or "\nexpect:\n" in spec or "    expect: " in spec
    assert "\nname: first\n" in spec
    assert f"name: {template}" not in spec


def test_the_classifier_has_the_weights_that_can_be_counted_by_hand(cli):
    cli("init")
    filters = [32, 32, 64, 64, 128, 128]
    kernels = sum(9 * before * after for before, after in zip([3, *filters], filters, strict=False))

    assert cnncalc.load("net.yaml").params.value == kernels + 2 * sum(filters) + 128 * 10 + 10


def test_the_signal_has_the_weights_that_can_be_counted_by_hand(cli):
    cli("init", "-t", "signal")
    kernels = 33 * 1 * 32 + 9 * (32 * 64 + 64 * 64 + 64 * 128)

    assert cnncalc.load("net.yaml").params.value == kernels + 2 * (32 + 64 + 64 + 128) + 128 * 6 + 6


def test_nothing_is_overwritten(cli, tmp_path):
    (tmp_path / "mynet.yaml").write_text("mine")

    for name in ("mynet", "mynet.yaml"):
        assert cli("init", name) == (2, "", "cnncalc: mynet.yaml exists already (init overwrites nothing)\n")
    assert (tmp_path / "mynet.yaml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["mynet.yaml"]


def test_a_schema_that_is_there_is_used_and_left_alone(cli, tmp_path):
    (tmp_path / "cnncalc.schema.json").write_text("older")
    code, out, _ = cli("init", "mynet")

    assert code == 0
    assert out.split("\n")[1] == (
        "cnncalc.schema.json is of another version: cnncalc schema --output cnncalc.schema.json --overwrite renews it"
    )
    assert (tmp_path / "cnncalc.schema.json").read_text() == "older"


def test_the_specs_of_a_repository_share_a_schema(cli, tmp_path):
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    cli("init", "repository/first")
    code, out, _ = cli("init", "repository/nets/small/second.yml")

    assert code == 0
    assert out == "wrote repository/nets/small/second.yml\nnext: cnncalc check repository/nets/small/second.yml\n"
    assert first_line("repository/nets/small/second.yml") == LINE + "../../cnncalc.schema.json"


def test_the_schema_of_another_repository_is_not_looked_for(cli, tmp_path):
    (tmp_path / "cnncalc.schema.json").write_text("of somebody else")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    cli("init", "repository/nets/first")

    assert first_line("repository/nets/first.yaml") == LINE + "cnncalc.schema.json"
    assert Path("repository/nets/cnncalc.schema.json").read_text(encoding="utf-8") == text()


@pytest.mark.parametrize(("place", "line"), [
    ("https://example.org/cnncalc.json", LINE + "https://example.org/cnncalc.json"),
    ("../schema.json", LINE + "../schema.json"),
    ("", "# A classifier of small images: convolutions and pooling, then one score per class."),
])  # fmt: skip
def test_a_schema_that_is_named_is_not_written(cli, tmp_path, place, line):
    assert cli("init", "mynet", "--schema", place)[0] == 0
    assert first_line("mynet.yaml") == line
    assert [path.name for path in tmp_path.iterdir()] == ["mynet.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my net", "größe", "3d-unet", "v1.2", "true", "a: b", '"'])
def test_any_name_of_a_file_is_the_name_of_the_network(cli, name):
    code, out, _ = cli("init", name)

    assert code == 0
    assert cnncalc.load(f"{name}.yaml").name == name
    assert out.endswith(f"next: cnncalc check {init.shlex.quote(name + '.yaml')}\n")


def test_a_name_that_looks_like_an_option_is_checked_as_a_file(cli):
    assert cli("init", "--", "-x")[1].endswith("next: cnncalc check ./-x.yaml\n")


def test_a_folder_that_cannot_be_made_is_said(cli, tmp_path):
    (tmp_path / "file").write_text("")

    assert cli("init", "file/net") == (2, "", "cnncalc: cannot make the folder file: File exists\n")


def test_a_template_can_be_printed(cli, tmp_path):
    code, out, err = cli("init", "-", "--template", "unet")

    assert (code, err) == (0, "")
    assert list(tmp_path.iterdir()) == []
    assert cli("check", "-", stdin=out)[0] == 0


def test_every_template_is_listed_with_what_it_is(cli):
    code, out, _ = cli("init", "--list")
    rows = [line.split("  ", 1) for line in out.rstrip("\n").split("\n")]

    assert code == 0
    assert [name for name, _ in rows] == TEMPLATES
    assert all(described.strip()[:2] in ("A ", "Tw") and described.endswith(".") for _, described in rows)


@pytest.mark.parametrize(("arguments", "complaint"), [
    (["-t", "unte"], "there is no template `unte` (did you mean `unet`?)"),
    (["-t", "zzz"], f"there is no template `zzz` (templates: {', '.join(TEMPLATES)})"),
    ([".yaml"], ".yaml is not the name of a file (cnncalc init mynet)"),
    (["nets/"], "nets/ is not the name of a file (cnncalc init mynet)"),
])  # fmt: skip
def test_what_cannot_be_started_is_said(cli, tmp_path, arguments, complaint):
    assert cli("init", *arguments) == (2, "", f"cnncalc: {complaint}\n")
    assert list(tmp_path.iterdir()) == []
