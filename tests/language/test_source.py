"""What SPEC means: a file, a model of it, the zoo, the standard input, a revision."""

import pytest

import cnncalc
from cnncalc.errors import SpecError, UsageError
from cnncalc.language import zoo
from cnncalc.language.source import (
    FILE,
    REVISION,
    STREAM,
    ZOO,
    Origin,
    content,
    decode,
    locate,
    open_spec,
)

TEXT = "cnncalc: 1\ninput: {features: 3}\nlayers: [dense: 2]\n"


@pytest.mark.parametrize(("text", "origin"), [
    ("net.yaml", Origin("net.yaml")),
    ("net.yaml::small", Origin("net.yaml", FILE, "small")),
    ("nets/a::b::small", Origin("nets/a::b", REVISION, "small")),
    ("net.yaml::", Origin("net.yaml::", REVISION)),
    ("::small", Origin("::small")),
    ("-", Origin("-", STREAM)),
    ("-::small", Origin("-", STREAM, "small")),
    ("zoo:resnet50", Origin(zoo.path("resnet50"), ZOO)),
    ("zoo:resnet101", Origin(zoo.path("resnet50"), ZOO, "resnet101")),
    ("zoo:dcgan::generator", Origin(zoo.path("dcgan"), ZOO, "generator")),
    ("HEAD~1:net.yaml", Origin("HEAD~1:net.yaml", REVISION)),
    ("HEAD~1:net.yaml::small", Origin("HEAD~1:net.yaml", REVISION, "small")),
    (r"C:\nets\net.yaml", Origin(r"C:\nets\net.yaml")),
    (r"C:\nets\net.yaml::small", Origin(r"C:\nets\net.yaml", FILE, "small")),
    ("C:/nets/net.yaml", Origin("C:/nets/net.yaml")),
])  # fmt: skip
def test_what_a_text_means(text, origin, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert locate(text) == origin


@pytest.mark.parametrize("name", ["net.yaml::small", "HEAD:net.yaml", "zoo:resnet50", "a:b"])
def test_what_exists_is_a_file_of_that_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    except OSError:
        pytest.fail(f"this file system has no file called {name}")

    assert locate(name) == Origin(name)
    assert open_spec(name).source.text == TEXT
    assert cnncalc.load(name).params.value == 8


def test_a_file_called_like_the_standard_input_is_not_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").write_text(TEXT, encoding="utf-8")

    assert locate("-") == Origin("-", STREAM)
    assert locate("-").name == "<stdin>"


def test_a_model_of_a_file_that_has_a_colon_in_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b.yaml").write_text(TEXT, encoding="utf-8")

    assert locate("a:b.yaml::small") == Origin("a:b.yaml", FILE, "small")


def test_what_was_opened_says_where_it_is_from(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    opened = open_spec(f"{path}::small")

    assert opened.source.name == str(path)
    assert opened.source.text == TEXT
    assert opened.model == "small"
    assert opened.origin == Origin(str(path), FILE, "small")


def test_only_so_many_bytes_are_read(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(TEXT, encoding="utf-8")

    assert content(Origin(str(path)), 7) == b"cnncalc"
    assert content(Origin(str(path)), -1) == TEXT.encode()


def test_what_is_not_utf_8_is_refused():
    with pytest.raises(SpecError) as refused:
        decode(Origin("net.yaml"), "name: é".encode("latin-1"))

    assert refused.value.diagnostics[0].code == "E001"
    assert refused.value.diagnostics[0].source.name == "net.yaml"


def test_what_the_zoo_does_not_have_is_refused():
    with pytest.raises(UsageError, match="the zoo has no `resnet51`"):
        locate("zoo:resnet51")


def test_what_is_in_no_revision_is_a_file_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(FileNotFoundError) as missing:
        cnncalc.load("main:net.yaml")

    assert missing.value.filename == "main:net.yaml"
