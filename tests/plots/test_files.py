"""Pictures as files: which, where, and never in place of another."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.plots.base import plot

from .pictures import ROOT

SPEC = str(ROOT / "docs/examples/chain.yaml")


@pytest.fixture
def network():
    return cnncalc.load(SPEC)


@pytest.fixture
def run(cnncalc):
    """`cnncalc receptive-field`, or another command, of the example."""

    def run(*arguments, command="receptive-field"):
        return cnncalc(command, SPEC, *arguments)

    return run


@pytest.mark.parametrize(("ending", "begin"), [
    ("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("SVG", b"<?xml"),
])  # fmt: skip
def test_the_ending_says_the_format(tmp_path, network, ending, begin):
    file = tmp_path / f"picture.{ending}"
    cnncalc.plot(network, "receptive-field", file)
    assert file.read_bytes().startswith(begin)


def test_the_command_draws_besides_its_table(tmp_path, run):
    file = tmp_path / "picture.svg"
    code, out, err = run("--plot", file)
    assert (code, err) == (0, f"wrote {file}\n")
    assert (0, out, "") == run()
    assert file.exists()


def test_the_command_hands_its_options_on(tmp_path, run):
    code, _, _ = run("--layer", "c", "--unit", "3,4", "--plot", tmp_path / "picture.svg")
    assert code == 0
    assert "what c[3,4] sees" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["picture", "picture.jpeg", ".svg", "svg", "picture.", "picture.svg.gz"])
def test_an_unknown_ending_is_refused(tmp_path, run, name):
    code, out, err = run("--plot", tmp_path / name)
    assert (code, out) == (2, "")
    assert "what kind of picture" in err
    assert ".svg, .png, .pdf" in err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unasked(tmp_path, run):
    file = tmp_path / "picture.svg"
    file.write_text("mine", encoding="utf-8")
    code, out, err = run("--plot", file)
    assert (code, out) == (2, "")
    assert f"{file} exists already" in err
    assert "--overwrite" in err
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("--plot", file, "--overwrite")[0] == 0
    assert file.read_text(encoding="utf-8") != "mine"
    assert list(tmp_path.iterdir()) == [file]


def test_what_came_in_the_meantime_is_not_overwritten(tmp_path, network, monkeypatch):
    file = tmp_path / "picture.svg"
    real = plot.style.save_bytes

    def slow(*given):
        file.write_text("theirs", encoding="utf-8")
        return real(*given)

    monkeypatch.setattr(plot.style, "save_bytes", slow)
    with pytest.raises(UsageError, match="exists already"):
        cnncalc.plot(network, "receptive-field", file)
    assert file.read_text(encoding="utf-8") == "theirs"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written(tmp_path, run):
    code, out, err = run("--plot", tmp_path / "nowhere" / "picture.svg")
    assert (code, out) == (2, "")
    assert "cannot write" in err


def test_what_is_wrong_with_the_question_leaves_no_file(tmp_path, run):
    code, _, err = run("--layer", "z", "--plot", tmp_path / "picture.svg")
    assert code == 2
    assert "no layer `z`" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--overwrite",), ("--image", "a.png"), ("--dpi", "300"), ("--plot-size", "3,3")])
def test_an_option_of_a_picture_alone_is_refused(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert f"{arguments[0]} is about a picture" in err


@pytest.mark.parametrize(("asked", "size"), [
    ({"plot_size": "3.5,2.5", "dpi": 100}, (350, 250)), ({"plot_size": (3, 2), "dpi": 50}, (150, 100)),
    ({"plot_size": "89mm x 60mm", "dpi": 254}, (890, 600)), ({"plot_size": "8.89cm,180pt", "dpi": 200}, (700, 500)),
])  # fmt: skip
def test_the_size_of_the_page_is_kept(tmp_path, network, asked, size):
    cnncalc.plot(network, "receptive-field", tmp_path / "a.png", **asked)
    head = (tmp_path / "a.png").read_bytes()[16:24]
    assert (int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")) == size


def test_letters_are_as_large_as_asked_for(tmp_path, network):
    def sizes(**asked):
        cnncalc.plot(network, "receptive-field", tmp_path / "a.svg", overwrite=True, **asked)
        found = re.findall(r"font(?:-size)?: [^;]*?([0-9.]+)px", (tmp_path / "a.svg").read_text(encoding="utf-8"))
        return [float(size) for size in found]

    assert sizes() == sizes(font_size=9)
    assert sizes(font_size=18) == [2 * size for size in sizes()]


def test_letters_of_a_pdf_are_truetype(tmp_path, network):
    cnncalc.plot(network, "receptive-field", tmp_path / "a.pdf")
    found = (tmp_path / "a.pdf").read_bytes()
    assert b"/CIDFontType2" in found
    assert b"/Type3" not in found


@pytest.mark.parametrize(("arguments", "says"), [
    (("--plot-size", "3"), "--plot-size takes width and height, got 3 (--plot-size 3.5,2.5 in inches, or --plot-size 89mm,60mm)"),
    (("--plot-size", "3,2km"), "--plot-size takes width and height, got 3,2km"),
    (("--plot-size", "89,60"), "--plot-size takes 1 to 50 inches for each side, got 89,60"),
    (("--plot-size", "50,50", "--dpi", "2400"), "a picture has at most 100,000,000 pixels"),
    (("--font-size", "1"), "--font-size takes 3 to 72, got 1"),
    (("--dpi", "7"), "--dpi takes 30 to 2400, got 7"),
])  # fmt: skip
def test_a_page_that_is_none(tmp_path, run, arguments, says):
    code, out, err = run("--plot", tmp_path / "a.png", *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_an_analyzer_without_a_picture_has_no_such_option(run):
    assert run("--plot", "a.svg", command="shapes")[0] == 2


def test_without_matplotlib_it_says_how_to_get_it(tmp_path, run, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, err = run("--plot", tmp_path / "picture.svg")
    assert (code, out) == (2, "")
    assert "a picture needs matplotlib, which is not installed" in err
    assert f"{sys.executable} -m pip install matplotlib" in err
    assert list(tmp_path.iterdir()) == []


def test_matplotlib_is_loaded_for_pictures_only(tmp_path):
    code = (
        "import sys, cnncalc\n"
        "from cnncalc.cli.main import main\n"
        "def run(*more):\n"
        "    try: main(['receptive-field', sys.argv[1], '--format', 'csv', *more])\n"
        "    except SystemExit: pass\n"
        "    names = ('matplotlib', 'numpy', 'matplotlib.pyplot')\n"
        "    print(*(name in sys.modules for name in names), file=sys.stderr)\n"
        "run()\nrun('--plot', sys.argv[2])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, SPEC, tmp_path / "a.svg"],
                          capture_output=True, text=True, check=True, cwd=ROOT)  # fmt: skip
    lines = [line for line in done.stderr.splitlines() if not line.startswith("wrote")]
    assert lines == ["False False False", "True True False"]


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"unit": [3, 4]}])
@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_the_same_picture_is_the_same_file(tmp_path, network, ending, options):
    files = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for file in files:
        cnncalc.plot(network, "receptive-field", file, **options)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert not re.search(rb"20\d\d-\d\d-\d\d|CreationDate|Matplotlib v", files[0].read_bytes())


def test_settings_of_the_user_change_nothing_and_are_not_changed(tmp_path, network):
    matplotlib = pytest.importorskip("matplotlib")
    cnncalc.plot(network, "receptive-field", tmp_path / "a.svg")
    with matplotlib.rc_context({"lines.linewidth": 17, "font.size": 31, "axes.facecolor": "red"}):
        cnncalc.plot(network, "receptive-field", tmp_path / "b.svg")
        assert matplotlib.rcParams["lines.linewidth"] == 17
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_library_knows_pictures_and_their_options(network):
    with pytest.raises(UsageError, match="there is no picture `receptive-fields`.*did you mean `receptive-field`"):
        cnncalc.plot(network, "receptive-fields", "a.svg")
    with pytest.raises(UsageError, match="the picture receptive-field has no option `units`.*did you mean `unit`"):
        cnncalc.plot(network, "receptive-field", "a.svg", units=[1])
    assert not Path("a.svg").exists()


@pytest.mark.parametrize("name", registry.names("plots"))
def test_a_picture_is_that_of_an_analyzer(name):
    assert registry.exists("analyzers", name)
