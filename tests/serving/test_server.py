"""The server of `cnncalc serve`, asked through real sockets."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import pytest

from cnncalc.errors import UsageError
from cnncalc.serving.folder import Folder, mark_of
from cnncalc.serving.server import TOKEN, Server

SPEC = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 2, kernel: 3}\n"


@contextmanager
def serving(folder):
    """A server of a folder at work."""
    with Server(Folder(str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fill(place):
    home = place / "home"
    (home / "deep").mkdir(parents=True)
    (home / "net.yaml").write_text(SPEC, encoding="utf-8")
    (home / "deep" / "other.yaml").write_text(SPEC, encoding="utf-8")
    (home / "notes.yaml").write_text("a: 1", encoding="utf-8")
    (place / "outside.yaml").write_text(SPEC, encoding="utf-8")
    (home / "link.yaml").symlink_to(place / "outside.yaml")
    return home


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path)


@pytest.fixture
def server(folder):
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def same(tmp_path_factory):
    """One server for all who change nothing."""
    with serving(fill(tmp_path_factory.mktemp("same"))) as server:
        yield server


def ask(server, path, body=None, *, method=None, token=True, **headers):
    """The status and the answer."""
    sent = {**({TOKEN: server.token} if token else {}), **{name.replace("_", "-"): value for name, value in headers.items()}}
    if isinstance(body, dict):
        body = json.dumps(body)
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)) as connection:
        connection.request(method or ("GET" if body is None else "POST"), path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, json.loads(text) if "json" in answer.headers["Content-Type"] else text


def test_it_listens_on_this_machine_alone(same):
    assert same.server_address[0] == "127.0.0.1"
    assert same.url == f"http://127.0.0.1:{same.server_port}/?key={same.token}"


def test_the_page_has_the_token_and_may_ask_its_server_only(same):
    status, text = ask(same, f"/?key={same.token}", token=False)
    assert status == 200
    assert f'"token": "{same.token}"' in text
    assert "connect-src &#x27;self&#x27;;" in text


def test_the_specs_of_the_folder_and_none_from_outside(same):
    _, found = ask(same, "/files")
    assert list(found["files"]) == ["deep/other.yaml", "net.yaml"]


@pytest.mark.parametrize("name", ["link.yaml", "notes.yaml", "../outside.yaml", "/etc/passwd", "", "deep", "net.yaml\0", "..%2foutside.yaml"])
def test_nothing_else_is_read_or_written(server, folder, name):
    ask(server, "/files")
    before = sorted((path, path.read_bytes()) for path in folder.parent.rglob("*.yaml"))
    quoted = name.replace("\0", "%00")
    assert ask(server, f"/file?name={quoted}") == (404, {"error": "there is no spec of this name in the folder"})
    for action in ("/look", "/save"):
        assert ask(server, action, {"name": name, "text": SPEC, "mark": ""})[0] == 404
    assert sorted((path, path.read_bytes()) for path in folder.parent.rglob("*.yaml")) == before


@pytest.mark.parametrize("link", ["net.yaml", "deep"])
def test_a_file_that_has_become_a_link_out_of_the_folder_is_none_of_it(server, folder, link):
    outside = folder.parent / ("outside.yaml" if link == "net.yaml" else "away")
    ask(server, "/files")
    (folder / link).rename(folder / "before")
    if link == "deep":
        outside.mkdir()
        (outside / "other.yaml").write_text(SPEC, encoding="utf-8")
    (folder / link).symlink_to(outside)
    name = "net.yaml" if link == "net.yaml" else "deep/other.yaml"

    refused = (404, {"error": "there is no spec of this name in the folder"})
    assert ask(server, f"/file?name={name}") == refused
    sha = mark_of(SPEC.encode())
    for action in ("/look", "/save"):
        assert ask(server, action, {"name": name, "text": "x", "mark": sha}) == refused
    assert name not in ask(server, "/files")[1]["files"]
    assert {path.read_text(encoding="utf-8") for path in folder.parent.rglob("o*.yaml")} == {SPEC}


OTHERS = [
    {"Host": "example.org"}, {"Host": "127.0.0.1"}, {"Host": "evil.example:{port}"}, {"Origin": "http://example.org"},
    {"Origin": "null"}, {"Origin": "https://127.0.0.1:{port}"}, {"Origin": "http://localhost:{port}"},
    {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
]  # fmt: skip


@pytest.mark.parametrize("headers", OTHERS, ids=str)
@pytest.mark.parametrize("path", ["/", "/files", "/save"])
def test_who_is_not_the_page_is_refused(same, headers, path):
    headers = {name: value.format(port=same.server_port) for name, value in headers.items()}
    body = {"name": "net.yaml", "text": "", "mark": ""} if path == "/save" else None
    status, told = ask(same, path, body, **headers)
    assert status == 403
    assert told["error"].startswith("this server answers ")


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://127.0.0.1:{port}", "Sec_Fetch_Site": "same-origin"},
                                     {"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}], ids=str)  # fmt: skip
def test_the_page_itself_is_answered(same, headers):
    headers = {name: value.format(port=same.server_port) for name, value in headers.items()}
    assert ask(same, "/files", **headers)[0] == 200


@pytest.mark.parametrize("path", ["/", "/?key=", "/?key=wrong", "/files", "/file?name=net.yaml", "/save", "/look"])
@pytest.mark.parametrize("given", [None, "", "wrong", "\xff"])
def test_without_the_token_nothing_is_told(same, path, given):
    body = {} if path in ("/save", "/look") else None
    headers = {} if given is None else {TOKEN: given}
    assert ask(same, path, body, token=False, **headers) == (
        403, {"error": "this is of another run: open the address that `cnncalc serve` prints"},
    )


def test_a_text_is_looked_at_and_nothing_is_written(server, folder):
    ask(server, "/files")
    status, found = ask(server, "/look", {"name": "net.yaml", "text": SPEC.replace("filters: 2", "filters: 5")})
    assert status == 200
    # 5 · 3 · 3 · 3 weights and 5 biases.
    assert dict(found["networks"][0]["totals"])["parameters"] == "140"
    assert found["findings"] == []
    assert (folder / "net.yaml").read_text(encoding="utf-8") == SPEC


def test_what_is_wrong_is_told_with_its_place_and_the_sound_part_is_shown(same):
    ask(same, "/files")
    _, found = ask(same, "/look", {"name": "net.yaml", "text": SPEC + "  - conv: {filters: 2, kernel: 30}\n"})
    [finding] = found["findings"]
    assert finding["code"][0] == "E"
    assert finding["span"][0] == 5
    assert [len(network["nodes"]["name"]) for network in found["networks"]] == [2]
    _, found = ask(same, "/look", {"name": "net.yaml", "text": "cnncalc: ["})
    assert (found["networks"], found["findings"][0]["code"][:2]) == ([], "E0")
    _, found = ask(same, "/look", {"name": "net.yaml", "text": "cnncalc: 1\nblocks: {}\n"})
    assert (found["networks"], found["findings"][0]["code"][:2]) == ([], "E1")


def test_a_file_of_several_models_shows_all(same):
    ask(same, "/files")
    text = "cnncalc: 1\nmodels:\n" + "".join(
        f"  {name}:\n    input: {{features: 3}}\n    layers: [dense: 2]\n" for name in ("a", "b")
    )
    _, found = ask(same, "/look", {"name": "net.yaml", "text": text})
    assert len(found["networks"]) == 2


def test_another_spec_is_found_beside_it(same):
    ask(same, "/files")
    text = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - net: deep/other.yaml\n"
    _, found = ask(same, "/look", {"name": "net.yaml", "text": text})
    assert found["findings"] == []
    assert len(found["networks"]) == 1


def test_what_is_saved_is_what_was_typed_and_never_over_the_work_of_others(server, folder):
    ask(server, "/files")
    _, opened = ask(server, "/file?name=net.yaml")
    assert opened["text"] == SPEC
    status, saved = ask(server, "/save", {"name": "net.yaml", "text": SPEC + "# ü\n", "mark": opened["mark"]})
    assert status == 200
    assert (folder / "net.yaml").read_text(encoding="utf-8") == SPEC + "# ü\n"

    refused = ask(server, "/save", {"name": "net.yaml", "text": "x", "mark": opened["mark"]})
    assert refused == (409, {"error": "the file has been changed or deleted by somebody else"})
    assert ask(server, "/save", {"name": "net.yaml", "text": SPEC, "mark": saved["mark"]})[0] == 200
    assert sorted(os.listdir(folder)) == ["deep", "link.yaml", "net.yaml", "notes.yaml"]


def test_a_file_that_has_changed_has_another_stamp(server, folder):
    _, before = ask(server, "/files")
    (folder / "net.yaml").write_text("a: 1", encoding="utf-8")
    _, after = ask(server, "/files")
    assert before["files"]["net.yaml"] != after["files"]["net.yaml"]
    assert before["files"]["deep/other.yaml"] == after["files"]["deep/other.yaml"]
    (folder / "net.yaml").unlink()
    assert list(ask(server, "/files")[1]["files"]) == ["deep/other.yaml"]
    assert ask(server, "/file?name=net.yaml") == (409, {"error": "it cannot be read: No such file or directory"})


def test_a_file_that_is_gone_is_written_again_and_never_over_another(server, folder):
    ask(server, "/files")
    mark = ask(server, "/file?name=net.yaml")[1]["mark"]
    (folder / "net.yaml").unlink()
    refused = (409, {"error": "the file has been changed or deleted by somebody else"})
    assert ask(server, "/save", {"name": "net.yaml", "text": SPEC, "mark": mark}) == refused
    assert not (folder / "net.yaml").exists()
    assert ask(server, "/save", {"name": "net.yaml", "text": SPEC, "mark": ""}) == (200, {"mark": mark})
    assert (folder / "net.yaml").read_text(encoding="utf-8") == SPEC
    assert ask(server, "/save", {"name": "net.yaml", "text": "x", "mark": ""}) == refused
    assert "net.yaml" in ask(server, "/files")[1]["files"]


def test_what_is_no_text_cannot_be_read(server, folder):
    ask(server, "/files")
    (folder / "net.yaml").write_bytes(b"\xff\xfe\x00")
    assert ask(server, "/file?name=net.yaml") == (409, {"error": "it cannot be read: it is not UTF-8"})


@pytest.mark.parametrize(("body", "headers", "status"), [
    (b"[]", {}, 400), (b"{", {}, 400), (b'{"name": 1, "text": ""}', {}, 400), (b"[" * 100_000, {}, 400),
    (b"", {"Content_Length": "9" * 11}, 413), (b"", {"Content_Length": "-1"}, 411), (b"", {"Content_Length": "many"}, 411),
])  # fmt: skip
def test_a_request_that_is_none(same, body, headers, status):
    assert ask(same, "/look", body, method="POST", **headers)[0] == status


@pytest.mark.parametrize("path", ["/x", "/../net.yaml", "/file/net.yaml"])
def test_other_addresses_lead_nowhere(same, path):
    ask(same, "/files")
    assert ask(same, path) == (404, {"error": "there is nothing of this name"})
    assert ask(same, path, {"name": "net.yaml", "text": "", "mark": ""}) == (404, {"error": "there is nothing of this name"})


def test_an_error_of_our_own_does_not_end_it(server, monkeypatch):
    ask(server, "/files")
    monkeypatch.setattr("cnncalc.serving.server.look", lambda path, text: 1 // 0)
    assert ask(server, "/look", {"name": "net.yaml", "text": SPEC}) == (
        500, {"error": "this is an error of cnncalc itself, not of the spec: ZeroDivisionError"},
    )  # fmt: skip
    assert ask(server, "/files")[0] == 200


def test_a_port_that_is_taken_and_a_folder_that_is_none(server, folder):
    with pytest.raises(UsageError, match=f"cannot listen on port {server.server_port}: Address already in use"):
        Server(Folder(str(folder)), server.server_port)
    with pytest.raises(UsageError, match=r"net\.yaml is not a folder"):
        Folder(str(folder / "net.yaml"))


def test_the_command_serves_until_it_is_ended(cnncalc, folder, monkeypatch):
    seen = []
    monkeypatch.setattr(Server, "serve_forever", lambda self, poll_interval: seen.append(self.url))
    ran = cnncalc("serve", folder, "--port", "0")
    assert ran == (0, "", f"serving {folder} at {seen[0]} – Ctrl-C ends it\n")


@pytest.mark.slow
def test_ctrl_c_ends_it_at_once(folder):
    process = subprocess.Popen([sys.executable, "-m", "cnncalc", "serve", str(folder), "--port", "0"], stderr=subprocess.PIPE, text=True)
    told = process.stderr.readline()
    assert told.startswith(f"serving {folder} at http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    assert process.stderr.read() == ""
    process.stderr.close()
