"""`net`: the network of another file as a layer of this one."""

import os
import subprocess

import pytest

from cnncalc import load, loads
from cnncalc.diff.models import CHANGED, compare
from cnncalc.diff.sides import side
from cnncalc.errors import SpecError
from cnncalc.language.write import write as written

INNER = """
vars: {width: 8, wide: $(width * 2)}
blocks:
  Down: {args: {n: required}, layers: [conv: {filters: $n, kernel: 3, stride: 2, padding: same}]}
input: {channels: 3, size: [32, 32]}
layers:
  - Down: {n: $width, name: first}
  - conv: {filters: 5, kernel: 1, name: aside}
  - Down: {n: $wide, from: first, name: second}
  - dense: {units: 10, name: head, from: flat} # after what is below
variants:
  - {name: slim, set: {width: 2}, expect: {params: 1}}
""".replace("  - dense", "  - flatten: {name: flat}\n  - dense")
HEAD = "input: {channels: 3, size: [16, 16]}\nlayers:\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The inner network beside the outer one, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner.yaml").write_text(INNER)

    def read(*items, head=HEAD):
        (tmp_path / "outer.yaml").write_text(head + "".join(f"  - {item}\n" for item in items))
        return load("outer.yaml")

    return read


def shown(network):
    return [f"{node.name} {node.output}" for node in network.nodes[1:]]


@pytest.mark.parametrize(("item", "expected"), [
    ("net: inner.yaml", ["net1.first.conv1 8×8×8", "net1.aside 5×8×8", "net1.second.conv1 16×4×4", "net1.flat 256", "net1.head 10"]),
    ("net: {of: inner.yaml, until: second, name: b}", ["b.first.conv1 8×8×8", "b.second.conv1 16×4×4"]),
    ("net: {of: inner.yaml, until: first}", ["net1.first.conv1 8×8×8"]),
    ("net: {of: inner.yaml, until: head}", ["net1.first.conv1 8×8×8", "net1.second.conv1 16×4×4", "net1.flat 256", "net1.head 10"]),
    ("net: {of: inner.yaml, until: second, set: {width: 4}}", ["net1.first.conv1 4×8×8", "net1.second.conv1 8×4×4"]),
    ("net: {of: inner.yaml, until: second, set: {wide: 3}}", ["net1.first.conv1 8×8×8", "net1.second.conv1 3×4×4"]),
    ("net: {of: 'inner.yaml::slim', until: second}", ["net1.first.conv1 2×8×8", "net1.second.conv1 4×4×4"]),
    ("net: {of: 'inner.yaml::slim', until: second, set: {width: 3}}", ["net1.first.conv1 3×8×8", "net1.second.conv1 6×4×4"]),
    ("net: {of: ./inner.yaml, until: first, when: false}", []),
    ("net: {of: inner.yaml, until: first, set: {width: 3}, repeat: 2}", ["net1.0.first.conv1 3×8×8", "net1.1.first.conv1 3×4×4"]),
])  # fmt: skip
def test_its_layers_are_layers_of_this_network(files, item, expected):
    assert shown(files(item)) == expected


def test_what_it_sets_may_be_an_expression_of_this_file(files):
    head = "vars: {k: 3}\nblocks:\n  B: {args: {n: required}, layers: [net: {of: inner.yaml, until: first, set: {width: $(n * k)}}]}\n" + HEAD

    assert shown(files("B: 2", "net: {of: inner.yaml, until: first, set: {width: $(k + i)}, repeat: 2}", head=head)) == [
        "B1.net1.first.conv1 6×8×8", "net1.0.first.conv1 3×4×4", "net1.1.first.conv1 4×2×2",
    ]  # fmt: skip


def test_variables_blocks_and_defaults_of_each_file_are_its_own(files):
    head = "vars: {width: 100}\ndefaults: {conv: {padding: 7}}\nblocks: {Down: {layers: [relu]}}\n" + HEAD
    found = files("Down", "net: {of: inner.yaml, until: first, name: n}", "conv: {filters: $width, kernel: 1}", head=head)

    assert shown(found) == ["Down1.relu1 3×16×16", "n.first.conv1 8×8×8", "conv1 100×22×22"]


def test_names_inside_are_reached_as_those_of_a_block(files):
    found = files("net: {of: inner.yaml, until: second, name: b}", "upsample: 2", "concat: [prev, b.first]")

    assert [found.nodes[i].name for i in found.nodes[-1].inputs] == ["upsample1", "b.first.conv1"]


def test_it_is_frozen_reused_and_applied_to_every_step_as_a_block_is(files):
    head = "inputs: {a: {channels: 3, size: [16, 16]}, b: {channels: 3, size: [16, 16]}}\nlayers:\n"
    found = files("net: {of: inner.yaml, until: first, name: e, from: a, trainable: false, dtype: fp16}",
                  "reuse: {layer: e, from: b, name: f}", "add: [e, f]", head=head)  # fmt: skip
    steps = files("time_distributed: {layer: {net: {of: inner.yaml, until: first}}}", head=HEAD.replace("[16", "[5, 16"))

    assert (found.params.value, found.nodes[2].trainable, found.nodes[2].dtype) == (3 * 8 * 9 + 8, False, "fp16")
    assert steps.nodes[-1].output.to_dict() == {"channels": 8, "size": [5, 8, 8]}


def test_of_several_inputs_each_is_given_and_of_several_outputs_one_is_named(files, tmp_path):
    (tmp_path / "two.yaml").write_text(
        "inputs: {a: {channels: 3, size: [8]}, b: {channels: 3, size: [8]}}\nlayers:\n"
        "  - add: {from: [a, b], name: sum}\n  - relu: {from: a, name: one}\noutputs: [one, sum]\n"
    )
    found = files("net: {of: two.yaml, name: n, from: [input, input]}", "multiply: [n.sum, n.one]")
    assert [found.nodes[i].name for i in found.nodes[-1].inputs] == ["n.sum", "n.one"]

    with pytest.raises(SpecError) as several:
        files("net: {of: two.yaml, name: n, from: [input, input]}", "relu: {from: n}")
    with pytest.raises(SpecError) as one:
        files("net: two.yaml")
    assert [(f.code, f.message, f.help) for f in (*several.value.diagnostics, *one.value.diagnostics)] == [
        ("E212", "`n` has several outputs", "say which with `from:`: n.one, n.sum"),
        ("E207", "network `two.yaml` takes 2 inputs (a, b), got 1", "name them with `from: […]`"),
    ]


def test_the_model_of_a_file_is_chosen(files, tmp_path):
    (tmp_path / "gan.yaml").write_text(
        "models:\n  g: {input: {features: 2}, layers: [dense: 3]}\n  d: {input: {features: 3}, layers: [dense: 1]}\n"
    )
    assert shown(files("net: gan.yaml::d", head="input: {features: 9}\nlayers:\n")) == ["net1.dense1 1"]


@pytest.mark.parametrize(("item", "code", "message", "help"), [
    ("net", "E106", "`net` needs `of`", "- net: zoo:resnet50"),
    ("net: 3", "E104", "`of` must be the name of a spec", "of: zoo:resnet50"),
    ("net: {of: inner.yaml, untli: x}", "E103", "unknown parameter `untli` for `net`", "did you mean `until`?"),
    ("net: none.yaml", "E213", "there is no file `none.yaml`", "a path is that from the folder of this spec"),
    ("net: ../x.yaml", "E213", "`../x.yaml` is not in the folder of this spec", "put it there, or let it be read: --allow DIR"),
    ("net: /etc/hosts", "E213", "`/etc/hosts` is not in the folder of this spec", "put it there, or let it be read: --allow DIR"),
    ("net: zoo:resnet51", "E213", "the zoo has no `resnet51`", "did you mean `resnet56`?"),
    ("net: inner.yaml::wide", "E213", "inner.yaml::wide has no model or variant `wide`", "there are: inner, slim"),
    ("net: outer.yaml", "E206", "`outer.yaml` contains itself: outer.yaml → outer.yaml", ""),
    ("net: bad.yaml", "E213", "`bad.yaml` cannot be used: E102, line 4: unknown kind of layer `cnov`, and 1 more error", "cnncalc check bad.yaml shows all that is wrong"),
    ("net: empty.yaml", "E213", "`empty.yaml` cannot be used: E101: the file is empty", "cnncalc check empty.yaml shows all that is wrong"),
    ("net: broken.yaml", "E213", "`broken.yaml` cannot be used: E001, line 2: not valid YAML: did not find expected node content", "cnncalc check broken.yaml shows all that is wrong"),
    ('net: "inner\\0.yaml"', "E213", "no file can have such a name", ""),
    ("net: {of: inner.yaml, until: 3}", "E104", "`until` must be the name of a layer", ""),
    ("net: {of: inner.yaml, until: secnd}", "E201", "`inner.yaml` has no layer named `secnd`", "did you mean `second`?"),
    ("net: {of: inner.yaml, until: first.conv}", "E201", "`first.conv` stands inside `first` of `inner.yaml`", "a network is cut behind an item of its own list: until: first"),
    ("net: {of: inner.yaml, set: {widht: 1}}", "E401", "`inner.yaml` has no variable `widht`", "did you mean `width`?"),
    ("net: {of: inner.yaml, set: {width: $k}}", "E401", "unknown name `k`", "declare it under `vars:`"),
    ("net: {of: keras.yaml}", "E214", "`keras.yaml` is a network of keras, and this file says no dialect", "dialect: keras"),
    ("net: {of: inner.yaml, set: {width: 0}}", "E105", "in line 4 of `inner.yaml`: `filters` must be at least 1, got 0", ""),
    ("net: {of: inner.yaml, name: n, set: {width: 0.5}}", "E405", "in line 4 of `inner.yaml`: `filters` must be a whole number, got 0.5", "n"),
    ("zoo:lenet5", "E102", "unknown kind of layer `zoo:lenet5`", "a network is used by `net`: - net: zoo:lenet5"),
])  # fmt: skip
def test_one_finding_says_what_is_wrong_and_where(files, tmp_path, item, code, message, help):
    (tmp_path / "bad.yaml").write_text("input: {features: 3}\nlayers:\n  - relu\n  - cnov: 3\n  - dense: x\n")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "broken.yaml").write_text("input: [")
    (tmp_path / "keras.yaml").write_text("dialect: keras\ninput: {features: 3}\nlayers: [dense: 1]\n")
    with pytest.raises(SpecError) as caught:
        files("relu", item)

    [found] = caught.value.diagnostics
    assert (found.code, found.message) == (code, message)
    assert help in found.help
    assert (found.source.name, found.span.line) == ("outer.yaml", 4)


def test_a_layer_that_does_not_fit_is_told_where_the_network_is_used(files):
    with pytest.raises(SpecError) as caught:
        files("max_pool: 16", "net: {of: zoo:alexnet, name: n}", head="dialect: torch\n" + HEAD)

    [found] = caught.value.diagnostics
    assert (found.code, found.layer, found.span.line) == ("E301", "n.conv1", 5)
    assert found.message == "in line 17 of `zoo:alexnet`: kernel 11 does not fit: the padded input has 5 along axis H: max_pool1 3×1×1"
    assert not found.related
    assert caught.value.network.failures[0].name == "n.conv1"


def test_two_files_that_use_each_other_are_a_circle(files, tmp_path):
    (tmp_path / "inner.yaml").write_text(HEAD + "  - net: outer.yaml\n")
    with pytest.raises(SpecError) as caught:
        files("net: inner.yaml")

    assert caught.value.diagnostics[0].code == "E206"
    assert caught.value.diagnostics[0].message == "`outer.yaml` contains itself: outer.yaml → inner.yaml → outer.yaml"


@pytest.mark.parametrize("count", [31, 33, 500])
def test_files_stand_in_each_other_as_deep_as_blocks_may(files, tmp_path, count):
    (tmp_path / "n0.yaml").write_text(HEAD + "  - relu\n")
    for i in range(1, count):
        (tmp_path / f"n{i}.yaml").write_text(HEAD + f"  - net: n{i - 1}.yaml\n")
    if count == 31:
        assert len(files("net: n30.yaml").nodes) == 2
        return
    with pytest.raises(SpecError) as caught:
        files(f"net: n{count - 1}.yaml")

    [found] = caught.value.diagnostics
    assert (found.code, found.message) == ("E206", "files stand more than 32 deep in each other")


def test_the_outputs_of_a_network_above_are_told_by_their_names(files, tmp_path):
    (tmp_path / "two.yaml").write_text(HEAD + "  - relu: {name: p}\n  - relu: {name: q, from: input}\noutputs: [p, q]\n")
    for item, names in (("net: {of: two.yaml, name: b}", "b.p, b.q"), ("net: two.yaml", "NAME.p, NAME.q"),
                        ("split: {parts: 3, name: b}", "b.0, b.1, b.*"), ("split: 3", "NAME.0, NAME.1, NAME.*")):  # fmt: skip
        with pytest.raises(SpecError) as caught:
            files(item, "relu")

        [found] = caught.value.diagnostics
        assert (found.code, found.message, found.help) == ("E212", "the layer above has several outputs",
                                                           f"say which with `from:`: {names}")  # fmt: skip


def test_only_files_beside_or_below_are_read_unless_it_is_allowed(files, tmp_path, cnncalc):
    below = tmp_path / "below"
    below.mkdir()
    (below / "up.yaml").write_text("cnncalc: 1\n" + HEAD + "  - net: {of: ../inner.yaml, until: first}\n")
    (below / "out.yaml").symlink_to(tmp_path / "inner.yaml")
    (below / "link.yaml").write_text("cnncalc: 1\n" + HEAD + "  - net: {of: out.yaml, until: first}\n")
    (below / "all.yaml").write_text(f"cnncalc: 1\n{HEAD}  - net: {{of: '{tmp_path}/inner.yaml', until: first}}\n")

    for name in ("up", "link", "all"):
        path = f"below/{name}.yaml"
        for command in ("shapes", "check", "expand", "inputs", "working"):
            assert "E213" in (cnncalc(command, path).err + cnncalc(command, path).out), command
            assert cnncalc(command, path, "--allow", ".").code == 0, command
        assert cnncalc("what-if", path, "--size", "8,8", "--allow", ".").code == 0
        assert cnncalc("diff", path, path, "--allow", ".").code == 0
        assert shown(load(path, allowed=["."])) == ["net1.first.conv1 8×8×8"]


def test_a_text_without_a_folder_reads_the_zoo_alone():
    text = HEAD + "  - net: inner.yaml\n"
    with pytest.raises(SpecError, match="a text has no folder in which another file could be"):
        loads(text)

    found = loads("dialect: torch\n" + HEAD + "  - net: {of: zoo:resnet18, until: stem}\n")
    assert found.nodes[-1].output.to_dict() == {"channels": 64, "size": [8, 8]}


def test_a_net_that_is_left_out_has_no_layers(files):
    with pytest.raises(SpecError) as caught:
        files("net: {of: inner.yaml, when: false, name: b}", "relu: {from: b.second}")

    [found] = caught.value.diagnostics
    assert (found.code, found.help) == ("E201", "it is not there: its `when` is false, or it is repeated no time")


def test_the_file_to_be_checked_is_named_as_the_command_line_finds_it(tmp_path, monkeypatch):
    (tmp_path / "my nets").mkdir()
    (tmp_path / "my nets" / "bad.yaml").write_text(INNER.replace("kernel", "kernal"))
    (tmp_path / "my nets" / "outer.yaml").write_text(HEAD + "  - net: bad.yaml\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SpecError) as caught:
        load("my nets/outer.yaml")
    [found] = caught.value.diagnostics
    assert found.help == f"cnncalc check '{os.path.join('my nets', 'bad.yaml')}' shows all that is wrong"


def test_the_standard_input_stands_in_the_current_folder(files, cnncalc):
    text = HEAD + "  - net: {of: inner.yaml, until: first}\n"

    assert cnncalc("shapes", "-", stdin=text).code == 0
    assert cnncalc("check", "-", stdin=text).code == 0
    assert cnncalc("check", "-", "--stdin-filename", "below/net.yaml", stdin=text).code == 1


def test_a_revision_reads_in_that_revision(files, tmp_path):
    head = "cnncalc: 1\n" + HEAD
    files("net: {of: inner.yaml, until: first}", head=head)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, cwd=tmp_path)
    (tmp_path / "inner.yaml").write_text(INNER.replace("width: 8", "width: 9"))

    assert shown(load("HEAD:outer.yaml")) == ["net1.first.conv1 8×8×8"]
    assert shown(load("HEAD:./outer.yaml")) == ["net1.first.conv1 8×8×8"]
    # The file itself has not changed, what it uses has.
    outer = next(model for model in compare(side("HEAD:.", "old"), side(".", "new")).models if "outer" in str(model.new))
    assert outer.status == CHANGED
    (tmp_path / "inner.yaml").unlink()
    assert shown(load("HEAD:outer.yaml")) == ["net1.first.conv1 8×8×8"]
    (tmp_path / "outer.yaml").write_text(HEAD + "  - net: ../inner.yaml\n")
    subprocess.run([*git, "commit", "-qam", "y"], check=True, cwd=tmp_path)
    with pytest.raises(SpecError, match="not in the folder of this spec"):
        load("HEAD:outer.yaml")


def test_a_revision_reads_in_a_folder_that_is_allowed(files, tmp_path, monkeypatch):
    (tmp_path / "nets").mkdir()
    (tmp_path / "blocks").mkdir()
    (tmp_path / "nets" / "outer.yaml").write_text(HEAD + "  - net: {of: ../blocks/inner.yaml, until: first}\n")
    (tmp_path / "nets" / "absolute.yaml").write_text(HEAD + "  - net: /blocks/inner.yaml\n")
    (tmp_path / "blocks" / "inner.yaml").write_text(INNER)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, cwd=tmp_path)
    (tmp_path / "blocks" / "inner.yaml").unlink()

    assert shown(load("HEAD:nets/outer.yaml", allowed=["blocks"])) == ["net1.first.conv1 8×8×8"]
    assert shown(load("HEAD:./nets/outer.yaml", allowed=["blocks"])) == ["net1.first.conv1 8×8×8"]
    for allowed in ([], ["nets"]):
        with pytest.raises(SpecError, match="not in the folder of this spec"):
            load("HEAD:nets/outer.yaml", allowed=allowed)
    with pytest.raises(SpecError, match="is a path of the disk, which a revision does not have"):
        load("HEAD:nets/absolute.yaml", allowed=["blocks"])
    monkeypatch.chdir(tmp_path / "nets")
    assert shown(load("HEAD:nets/outer.yaml", allowed=["../blocks"])) == ["net1.first.conv1 8×8×8"]
    assert shown(load("HEAD:outer.yaml", allowed=["../blocks"])) == ["net1.first.conv1 8×8×8"]


def test_an_absolute_path_in_the_folder_is_refused_for_what_it_is(files, tmp_path):
    with pytest.raises(SpecError) as caught:
        files(f"net: {tmp_path}/inner.yaml")

    [found] = caught.value.diagnostics
    assert "is an absolute path, which holds on this machine alone" in found.message
    assert found.help == "write it from the folder of this spec: inner.yaml"


def test_its_claims_and_what_is_unused_in_it_are_no_matter_of_this_file(files, cnncalc):
    files("net: 'inner.yaml::slim'")

    checked = cnncalc("check", "--strict", "outer.yaml")
    assert checked.code == 0, checked.out


def test_expanded_it_gives_the_same_numbers(files):
    network = files("net: {of: inner.yaml, name: b, until: second, trainable: false}", "flatten", "dense: 3")
    again = loads(written(network))

    assert [(n.name, n.output, n.trainable) for n in again.nodes] == [(n.name, n.output, n.trainable) for n in network.nodes]


def test_what_is_too_much_is_put_down_to_the_item_that_uses_it(files, tmp_path):
    (tmp_path / "large.yaml").write_text("vars: {n: 100000}\ninput: {features: 3}\nlayers:\n- relu: {repeat: $n}\n- relu\n- relu\n")
    with pytest.raises(SpecError) as caught:
        files("relu", "net: large.yaml")

    [found] = caught.value.diagnostics
    assert (found.code, found.message, found.span.line) == ("E408", "the network would have more than 100,000 layers", 4)
    assert found.help == "99 % is for `net` in line 4: fewer layers in it, or fewer uses of it"


def test_all_files_of_a_spec_share_the_limit_of_text(files, tmp_path):
    for number in range(6):
        (tmp_path / f"n{number}.yaml").write_text("input: {features: 3}\nlayers: [relu]\n#" + "x" * 999_000 + "\n")
    items = [f"net: n{number}.yaml" for number in range(6)]
    with pytest.raises(SpecError) as caught:
        files(*items, head="input: {features: 3}\nlayers:\n")

    [found] = caught.value.diagnostics
    assert (found.code, found.message, found.span.line) == ("E408", "the file comes to more than 5,000,000 characters", 8)

