"""`check --update`: numbers of `expect` that do not hold are rewritten, and nothing else."""

import itertools
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.check import judge
from cnncalc.language.build import build
from cnncalc.language.compose import compose
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.language.tree import Scalar
from cnncalc.quantity import like, parse

SPECS = sorted((Path(__file__).parent.parent.parent / "specs").rglob("*.yaml"))


# How a number is written anew ----------------------------------------------------------------


@pytest.mark.parametrize(("text", "number", "new"), [
    # Digits alone stay digits alone.
    ("447",         448,             "448"),
    ("0",           25_557_032,      "25557032"),
    ("25557032",    0,               "0"),
    ("25_557_032",  1_234,           "1_234"),
    ("25_557_032",  999,             "999"),
    ("25,557,032",  11_689_512,      "11,689,512"),
    ("100B",        7,               "7B"),
    # With a unit as many digits stay.
    ("9.99G",       4_089_184_256,   "4.09G"),
    ("4.09G",       809_123_456,     "0.81G"),
    ("4.09G",       12_345_678_901,  "12.3G"),
    ("4.09G",       94_300_000,      "94.3M"),
    ("4.09G",       9_996_000_000,   "10.0G"),
    ("4.09G",       4_199_000_000_000, "4.20T"),
    ("0.825G",      714_188_480,     "0.714G"),
    ("15.5G",       150_428_424_448, "150G"),
    ("16k",         9_700,           "10k"),
    ("16k",         320_000,         "320k"),
    ("1k",          10**15,          "1P"),
    ("1.5K",        9_700,           "9.7K"),
    ("97.5MiB",     102_236_161,     "97.5MiB"),
    ("97.5 MiB",    3 * 2**30,       "3.00 GiB"),
    ("256KiB",      512 * 2**10,     "512KiB"),
    ("1e6",         1_500_000,       "2e6"),
    ("4.1e9",       7_801_405_440,   "7.8e9"),
    ("1_000.5k",    2_000_300,       "2000.3k"),
    # What would be rounded to nothing gets its digits.
    ("1e3",         224,             "224"),
    ("16k",         400,             "400"),
    ("16 KiB",      400,             "400 B"),
    ("1e3",         0,               "0e3"),
    # What is no number stays.
    ("$n", 1, None), ("*a", 1, None), ("", 1, None), ("1.5.2", 1, None), ("4Q", 1, None), ("-4", 4, None), ("4", -4, None),
])
def test_a_number_is_written_as_the_one_before(text, number, new):
    assert like(text, number) == new


@given(st.integers(0, 10**14), st.sampled_from(["7", "7_000", "4.09G", "97.5 MiB", "0.714M", "12k", "1.0e3", "3.5KiB", "1P"]))
def test_what_is_written_holds(number, text):
    written = like(text, number)

    assert written is not None
    assert number in parse(written)
    assert like(written, number) == written


# Every spec ----------------------------------------------------------------------------------


def networks(path):
    """All networks of a file."""
    document = Document(open_spec(os.fspath(path)).source)
    for model in document.models.values():
        yield from (build(document, model.name, variant=variant) for variant in (None, *model.variants))


def places(path):
    """Where the numbers of the claims that are judged stand: (line, column, end)."""
    source = open_spec(os.fspath(path)).source
    nodes, found = [compose(source)[0]], {}
    while nodes:
        node = nodes.pop()
        found[node.span] = node
        nodes += [v for _, v in node.pairs] if hasattr(node, "pairs") else getattr(node, "items", [])
    for network in networks(path):
        for claim in network.claims:
            node = found.get(claim.span)
            if claim.kind == "expect" and node is not None:
                for scalar in [node] if isinstance(node, Scalar) else getattr(node, "items", []):
                    if isinstance(scalar, Scalar) and parse(scalar.text):
                        yield (scalar.span.line, scalar.span.column, scalar.span.end_column)


def falsified(text, numbers):
    """A text with other digits in every number."""
    lines = text.split("\n")
    for line, start, end in sorted(numbers, reverse=True):
        before = lines[line - 1]
        number = before[start - 1 : end - 1]
        wrong = re.sub(r"\d", lambda m: str(int(m[0]) % 9 + 1), number)
        lines[line - 1] = before[: start - 1] + wrong + before[end - 1 :]
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_a_spec_with_every_number_falsified_is_restored_byte_for_byte(path, check, write, repository):
    sound, numbers = path.read_bytes(), set(places(path))
    name = write(path.name, falsified(sound.decode(), numbers))

    done = check(name, "--update", "--format", "gitlab", "--ignore", "W")

    assert (repository / name).read_bytes() == sound
    assert (done.code, json.loads(done.out)) == (0, [])
    assert len(done.err.splitlines()) == len(numbers) > 0


# One at a time -------------------------------------------------------------------------------

HEAD = "input: {channels: 3, size: [32, 32]}\nlayers:\n"


@pytest.fixture
def updated(check, write, repository):
    """The text after an update, and the codes that remain."""
    def run(text, *options, name="net.yaml"):
        write(name, text)
        done = check(name, "--update", "--format", "json", *options)
        after = (repository / name).read_bytes()
        return after if isinstance(text, bytes) else after.decode(), [d["code"] for d in json.loads(done.out)["diagnostics"]]
    return run


@pytest.mark.parametrize(("before", "after"), [
    ("expect: {params: 1}",                              "expect: {params: 448}"),
    ("expect: {params: '1'}",                            "expect: {params: '448'}"),
    ('expect: {params: "1_000", macs: "1.00M"}  # 1 M',  'expect: {params: "448", macs: "0.39M"}  # 1 M'),
    ("expect:\n  # params: 1\n  params:   1   # not 1\n", "expect:\n  # params: 1\n  params:   448   # not 1\n"),
    ("expect: {output: {channels: 1, size: [30,  3]}}",  "expect: {output: {channels: 16, size: [30,  30]}}"),
    ("expect:\n  output:\n    size:\n    - 3 # H\n    - 3 # W\n", "expect:\n  output:\n    size:\n    - 30 # H\n    - 30 # W\n"),
    ("{params: 1, depth: 7, layers: 7}",                 "{params: 448, depth: 1, layers: 1}"),
    ("expect: {params: 1}\nbudget: {params: 500}",       "expect: {params: 448}\nbudget: {params: 500}"),
])
def test_only_the_number_changes(updated, before, after):
    text = f"# 🧱\r\n{HEAD}  - conv: {{filters: 16, kernel: 3}}\nexpect: "
    before, after = (claim if claim.startswith("expect") else f"expect: {claim}" for claim in (before, after))
    text = text.removesuffix("expect: ")

    assert updated(text + before) == (text + after, [])


@pytest.mark.parametrize(("claims", "codes"), [
    ("expect: {params: {min: 500, max: 600}}",       ["X501"]),  # a range is a decision
    ("expect: {params: {min: 500}}",                 ["X501"]),
    ("budget: {params: 1, macs: 1M}",                ["X503"]),  # so is a budget
    ("expect: {params: $n}",                         ["X501"]),  # the variable is right elsewhere, perhaps
    ("expect: {params: $(2*n)}",                     ["X501"]),
    ("expect: {output: {size: [$n, 30]}}",           ["X501"]),
    ("expect: {output: {size: [30]}}",               ["X501"]),  # another number of axes
    ("expect: {output: {features: 10}}",             ["X501"]),  # there is none
    ("expect: {params: 9}  # cnncalc: ignore[X501]", []),        # nobody wants to hear of it
    ("x-n: &n 9\nexpect: {params: *n}",              ["X501"]),  # what an alias stands for is not in `expect`
    ("x-n: &n {params: 9}\nexpect: *n",              ["X501"]),
    ("x-n: &n [9, 9]\nexpect: {output: {size: *n}}", ["X501"]),
    ("expect: &n {params: 9}\nbudget: *n",           ["X501", "X503"]),  # it is a budget as well
    ("expect: {params: &n 9}",                       ["X501"]),
])
def test_what_is_no_number_of_an_expect_stays(updated, claims, codes):
    text = f"vars: {{n: 9}}\n{HEAD}  - conv: {{filters: 16, kernel: 3}}\n{claims}\n"

    after, remaining = updated(text)

    assert (after, sorted(set(remaining))) == (text, codes)


def test_a_number_that_is_unknown_stays(updated):
    text = "input: {features: 3}\nlayers: [opaque: {output: {features: 10}}]\nexpect: {params: 5}\n"

    assert updated(text) == (text, ["X502"])


def test_a_number_that_two_uses_need_to_be_different_stays(updated):
    text = f"blocks:\n  B: {{args: {{n: 1}}, layers: [conv: {{filters: $n, kernel: 1, expect: {{channels: 9}}}}]}}\n{HEAD}  - B: 4\n  - B: %d\n"

    assert updated(text % 5)[0] == text % 5
    assert updated(text % 4) == ((text % 4).replace("9", "4"), [])


def test_a_number_that_is_right_for_one_model_and_wrong_for_another_stays(updated):
    text = "models:\n  a: {input: {features: 2}, layers: [dense: 3], expect: &e {params: 9}}\n  b: {input: {features: %d}, layers: [dense: 3], expect: *e}\n"

    assert updated(text % 4) == (text % 4, ["X501"])
    assert updated(text.replace("9", "7") % 2) == (text % 2, [])


def test_what_is_not_selected_is_not_rewritten(updated):
    text = f"{HEAD}  - conv: {{filters: 16, kernel: 3}}\nexpect: {{params: 1}}\n"

    assert updated(text, "--ignore", "X") == (text, [])


def test_a_wrong_spec_is_not_touched_and_its_sound_models_are(updated):
    text = "models:\n  a: {input: {features: 2}, layers: [dense: 3], expect: {params: 1}}\n  b: {input: {features: 2}, layers: [max_pool: 2]}\n"

    assert updated(text) == (text.replace("params: 1", "params: 9"), ["E303"])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_the_byte_order_mark_stay(updated, newline, mark):
    text = f"# é 🧱 \u2028{newline}{HEAD}  - conv: {{filters: 16, kernel: 3}}{newline}expect: {{params: %d}}".replace("\n", newline)

    assert updated(mark + (text % 1).encode()) == (mark + (text % 448).encode(), [])


def test_what_is_rewritten_is_told_on_the_error_output(check, write):
    done = check(write("net.yaml", f"{HEAD}  - conv: {{filters: 16, kernel: 3}}\nexpect: {{params: 1, macs: 1k, output: {{size: [30, 3]}}}}\n"), "--update")

    assert done.err == "net.yaml:4: params 1 → 448\nnet.yaml:4: macs 1k → 389k\nnet.yaml:4: output.size 3 → 30\n"
    assert (done.code, done.out.startswith("✓ 1 model passed")) == (0, True)


# The file ------------------------------------------------------------------------------------


def test_the_mode_stays_and_a_link_stays_a_link(updated, repository):
    text = f"{HEAD}  - relu\nexpect: {{params: 1}}\n"
    (repository / "real.yaml").write_text(text)
    (repository / "real.yaml").chmod(0o640)
    (repository / "net.yaml").symlink_to("real.yaml")

    assert updated(text)[1] == []
    assert (repository / "net.yaml").is_symlink()
    assert stat.S_IMODE((repository / "real.yaml").stat().st_mode) == 0o640
    assert "params: 0" in (repository / "real.yaml").read_text()


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_file_that_cannot_be_written_stays_as_it_is(check, write, repository, monkeypatch, step):
    text = f"{HEAD}  - relu\nexpect: {{params: 1}}\n"
    name = write("net.yaml", text)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"os.{step}", fail)

    assert check(name, "--update") == (2, "", "cnncalc: cannot write net.yaml: No space left on device\n")
    assert (repository / name).read_text() == text
    assert sorted(p.name for p in repository.iterdir()) == [".git", "net.yaml"]


def test_a_file_that_is_read_only_stays(check, write, repository):
    text = f"{HEAD}  - relu\nexpect: {{params: 1}}\n"
    (repository / write("net.yaml", text)).chmod(0o444)

    assert check("net.yaml", "--update") == (2, "", "cnncalc: cannot write net.yaml: Permission denied\n")
    assert (repository / "net.yaml").read_text() == text


def test_a_file_that_needs_no_change_is_not_written(check, write, repository):
    name = write("net.yaml", f"{HEAD}  - relu\nexpect: {{params: 0}}\n")
    before = (repository / name).stat()

    check(name, "--update")

    after = (repository / name).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_several_files_are_updated_in_one_run(check, write, repository):
    names = [write(f"{n}.yaml", f"cnncalc: 1\n{HEAD}  - relu\nexpect: {{layers: {n}}}\n") for n in range(1, 5)]

    assert check(".", "--update").code == 0
    assert {(repository / name).read_text()[-3:] for name in names} == {"1}\n"}
    assert list(itertools.chain(*(re.findall(r"layers: (\d)", (repository / name).read_text()) for name in names))) == ["1"] * 4


def test_what_others_change_at_the_same_time_is_not_lost(check, write, repository, monkeypatch):
    name = write("net.yaml", f"cnncalc: 1\n{HEAD}  - relu\nexpect: {{params: 1, layers: 9}}\n")
    real, edits = judge.build, iter(["# theirs\n", "# and more\n"])

    def build(*arguments, **options):
        network = real(*arguments, **options)
        if edit := next(edits, ""):
            with (repository / name).open("a") as file:
                file.write(edit)
        return network

    monkeypatch.setattr(judge, "build", build)

    assert check(name, "--update").code == 0
    assert (repository / name).read_text().endswith("expect: {params: 0, layers: 1}\n# theirs\n# and more\n")


def test_a_file_that_never_rests_is_not_updated(check, write, repository, monkeypatch):
    name = write("net.yaml", f"cnncalc: 1\n{HEAD}  - relu\nexpect: {{params: 1}}\n")
    real = judge.build

    def build(*arguments, **options):
        with (repository / name).open("a") as file:
            file.write("#\n")
        return real(*arguments, **options)

    monkeypatch.setattr(judge, "build", build)

    assert check(name, "--update") == (2, "", "cnncalc: cannot update net.yaml: others change it all the time\n")
    assert "params: 1" in (repository / name).read_text()


def test_runs_at_once_lose_no_edit(write, repository):
    models = [f"  m{n}:\n    input: {{features: 2}}\n    layers: [dense: {n}]\n    expect: {{params: 99}}\n" for n in range(1, 5)]
    name = write("net.yaml", "cnncalc: 1\nmodels:\n" + "".join(models))
    text = (repository / name).read_text()
    for _ in range(2):
        (repository / name).write_text(text)
        runs = [subprocess.Popen([sys.executable, "-m", "cnncalc", "check", f"{name}::m{n}", "--update"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL) for n in range(1, 5)]  # fmt: skip

        assert [run.wait() for run in runs] == [0] * 4
        assert re.findall(r"params: (\d+)", (repository / name).read_text()) == ["3", "6", "9", "12"]
        assert sorted(p.name for p in repository.iterdir()) == [".git", "net.yaml"]
