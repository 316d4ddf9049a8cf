"""Drives a language server over its standard streams: as much of the protocol as an editor needs."""

import json
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue

PATIENCE = 60


class Server:
    """A running language server."""

    def __init__(self, command: list[str], root: Path) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.answers: Queue[dict] = Queue()
        self.published: Queue[dict] = Queue()
        self.last = 0
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}})
        self.notify("initialized", {})

    def close(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(PATIENCE)
        self.listener.join(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()

    def request(self, method, params):
        """The result of a request."""
        self.last += 1
        self._send({"id": self.last, "method": method, "params": params})
        answer = self._next(self.answers, method)
        assert "error" not in answer, answer
        return answer["result"]

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def open(self, path: Path, text: str) -> str:
        """Opens a document, which need not be on disk; its address."""
        uri = path.as_uri()
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        return uri

    def findings(self, path: Path, text: str) -> list[dict]:
        """What the server has to say of a document, of which it has not heard before."""
        uri = self.open(path, text)
        while (found := self._next(self.published, "diagnostics"))["uri"] != uri:
            pass
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return found["diagnostics"]

    def completions(self, path: Path, text: str) -> list[dict]:
        """What the server suggests where `text` has a `|`, by its labels."""
        before, _, after = text.partition("|")
        uri = self.open(path, before + after)
        line = before.count("\n")
        found = self.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": {
            "line": line, "character": len(before) - before.rfind("\n") - 1}})
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return found["items"] if isinstance(found, dict) else found

    def hover(self, path: Path, text: str) -> str:
        """What the server shows over the place where `text` has a `|`."""
        before, _, after = text.partition("|")
        uri = self.open(path, before + after)
        found = self.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {
            "line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}})
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return found["contents"]["value"] if found else ""

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _next(self, queue, what):
        try:
            return queue.get(timeout=PATIENCE)
        except Empty:
            raise TimeoutError(f"the language server does not answer: {what}") from None

    def _listen(self):
        stream = self.process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stream.readline()
            self._receive(json.loads(stream.read(length)))

    def _receive(self, message):
        if "method" not in message:
            self.answers.put(message)
        elif message["method"] == "textDocument/publishDiagnostics":
            self.published.put(message["params"])
        elif "id" in message:
            # The server asks for the settings of the editor: there are none.
            items = message.get("params", {}).get("items", [None]) if message.get("params") else [None]
            self._send({"id": message["id"], "result": [None] * len(items)})
