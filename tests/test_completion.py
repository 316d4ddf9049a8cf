"""Completion as shells ask for it: the protocols of bash, zsh and fish."""

import os
import shutil
import subprocess
import sys

import pytest

from cnncalc import registry
from cnncalc.calculator import formula as formulas
from cnncalc.cli import main as cli
from cnncalc.cli.commands import init
from cnncalc.language import zoo
from cnncalc.solving import solver as solvers


@pytest.fixture
def ask(monkeypatch, capsys):
    """Ask as a shell does, by variables: what is printed."""

    def ask(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(cli, "_COMPLETING", True)
        with pytest.raises(SystemExit):
            cli.main([])
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return ask


@pytest.fixture
def bash(ask):
    """What bash is told to suggest for the end of a line, which it cuts at colons."""

    def bash(line):
        words = line.replace(":", " : ").split() + ([""] if line[-1] == " " else [])
        return ask(_CNNCALC_COMPLETE="complete_bash", COMP_WORDS="\n".join(words),
                   COMP_CWORD=str(len(words) - 1)).split()  # fmt: skip

    return bash


COMMANDS = sorted({name.replace("_", "-") for folder in ("cli.commands", "analyzers") for name in registry.names(folder)})


@pytest.mark.parametrize(("line", "suggested"), [
    ("cnncalc ", COMMANDS),
    ("cnncalc sha", ["shapes"]),
    ("cnncalc nonsense ", COMMANDS),
    ("cnncalc draw net.yaml --style ", ["graph", "layer", "volumes"]),
    ("cnncalc draw net.yaml --format t", ["text", "tikz"]),
    ("cnncalc draw net.yaml --by rec", ["receptive_field"]),
    ("cnncalc draw net.yaml --scale l", ["log", "linear"]),
    ("cnncalc explain ", [*registry.names("layers"), "E001"]),
    ("cnncalc explain depth", ["depth_to_space", "depthwise_conv"]),
    ("cnncalc explain solve", [f"solve:{name}" for name in solvers.names()]),
    ("cnncalc explain solve:", solvers.names()),
    ("cnncalc explain solve:conv", ["conv", "conv-transpose"]),
    ("cnncalc explain calc:io", ["iou"]),
    ("cnncalc explain cal", [f"calc:{name}" for name in formulas.names()]),
    ("cnncalc calc iou --kind ", ["iou", "giou", "diou", "ciou"]),
    ("cnncalc calc iou --kind g", ["giou"]),
    ("cnncalc calc iou --form c", ["corners", "centre"]),
    ("cnncalc calc params lstm --dialect k", ["keras"]),
    ("cnncalc calc iou --a ", []),
    ("cnncalc explain E30", [f"E30{digit}" for digit in range(1, 10)]),
    ("cnncalc shapes net.yaml --form", ["--format"]),
    ("cnncalc shapes net.yaml --format ", ["csv", "html", "json", "latex", "markdown", "rich", "text"]),
    ("cnncalc check nets --format s", ["sarif"]),
    ("cnncalc check --select X", ["X501", "X502", "X503"]),
    ("cnncalc check --ignore X501,W60", [f"X501,W60{digit}" for digit in range(10)]),
    ("cnncalc shapes net.yaml --color a", ["auto", "always"]),
    ("cnncalc init --template ", init.templates()),
    ("cnncalc zoo s", ["show"]),
    ("cnncalc zoo show resnet50_", [name for name in zoo.names() if name.startswith("resnet50_")]),
    ("cnncalc shapes n", []),
    ("cnncalc shapes zoo", [f"zoo:{name}" for name in zoo.names()]),
    ("cnncalc shapes zoo:", list(zoo.names())),
    ("cnncalc shapes zoo:vgg", [name for name in zoo.names() if name.startswith("vgg")]),
])  # fmt: skip
def test_bash_gets_what_may_stand_there(bash, monkeypatch, tmp_path, line, suggested):
    monkeypatch.chdir(tmp_path)
    found = bash(line)

    assert found[: len(suggested)] == suggested
    assert suggested or found == []


def test_a_file_that_begins_like_the_zoo_is_left_to_the_shell(bash, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoology.yaml").write_text("")

    assert bash("cnncalc shapes zoo") == []
    assert bash("cnncalc shapes zoo:") == list(zoo.names())


def test_zsh_gets_whole_words(ask):
    out = ask(_CNNCALC_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="cnncalc shapes zoo:vgg16")

    assert out == "_arguments '*: :((\"zoo\\\\:vgg16\"))'\n"


def test_fish_gets_a_word_in_a_line(ask):
    out = ask(_CNNCALC_COMPLETE="complete_fish", _TYPER_COMPLETE_FISH_ACTION="get-args",
              _TYPER_COMPLETE_ARGS="cnncalc explain conv_")  # fmt: skip

    assert out == "conv_lstm\nconv_transpose\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_itself_understands_the_script_that_is_shown(ask, tmp_path):
    script = ask(_CNNCALC_COMPLETE="source_bash")
    (tmp_path / "cnncalc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cnncalc "$@"\n')
    (tmp_path / "cnncalc").chmod(0o755)
    test = script + (
        "\nCOMP_WORDS=(cnncalc explain conv_tr); COMP_CWORD=2\n_cnncalc_completion cnncalc\necho ${COMPREPLY[@]}"
        "\nCOMP_WORDS=(cnncalc shapes zoo : unet_s); COMP_CWORD=4\n_cnncalc_completion cnncalc\necho ${COMPREPLY[@]}"
    )
    done = subprocess.run([shutil.which("bash"), "-c", test], capture_output=True, text=True, check=True, cwd=tmp_path,
                          env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})  # fmt: skip

    assert done.stdout.split() == ["conv_transpose", "unet_same"]


def test_the_start_knows_nothing_of_completion():
    code = "import sys, cnncalc.cli.main; print('cnncalc.cli.completion' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
