"""The server: this machine alone, one folder, and only for the page that it gives out itself.

Whoever else uses this machine does not get the page, for its address has a key. A page from elsewhere
that runs in the same browser must not read or change anything: it does not know the token that every
request carries, a host name of its own that leads here is refused (DNS rebinding), and so is what the
browser says comes from another site.

Sources: OWASP, "Cross-Site Request Forgery Prevention"; W3C, "Fetch Metadata Request Headers".
"""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import compare_digest, token_urlsafe
from socketserver import TCPServer
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from cnncalc import foreign
from cnncalc.errors import UsageError
from cnncalc.language.tree import BYTES
from cnncalc.reporting.page import page
from cnncalc.serving.looking import look
from cnncalc.system.files import ChangedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.serving.folder import Folder

HOST = "127.0.0.1"
TOKEN = "X-Cnncalc-Token"  # noqa: S105 - the name of a header
_MOST = 8 * BYTES
"""So many bytes a request may have: a spec in which every character is escaped."""


class Refused(Exception):
    """A request that is not answered: why, and with which status."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        """`why` is shown to the reader."""
        super().__init__(why)
        self.status = status


class Server(ThreadingHTTPServer):
    """Serves a folder on a port of the loopback, 0 for any; `url` is where."""

    daemon_threads = True

    def __init__(self, folder: Folder, port: int = 0) -> None:
        """Raises UsageError if the port is taken."""
        self.folder = folder
        self.token = token_urlsafe(24)
        self.one_at_a_time = Lock()
        try:
            super().__init__((HOST, port), Handler)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "there is no such port"
            raise UsageError(
                f"cannot listen on port {port}: {why}", "--port 0 takes any that is free"
            ) from None
        self.names = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    @property
    def url(self) -> str:
        """The address of the page, with the key that opens it."""
        return f"http://{HOST}:{self.server_port}/?key={self.token}"

    def server_bind(self) -> None:
        """Without asking the network for the name of this machine, as a web server would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that has gone away is no fault."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other of a connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "cnncalc"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """The page, or what the page asks for."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """What the page has to say: a text to look at, or to save."""
        self._answer(self._post)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: what matters is on the page."""

    def _answer(self, find: Callable[[], tuple[str, bytes]]) -> None:
        try:
            self._check_sender()
            kind, body = find()
            status = HTTPStatus.OK
        except Refused as refused:
            self.close_connection = True
            kind, body, status = "application/json", _json({"error": str(refused)}), refused.status
        except Exception as error:  # noqa: BLE001 - one text must not end the page
            what = f"this is an error of cnncalc itself, not of the spec: {type(error).__name__}"
            kind, body = "application/json", _json({"error": what})
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in _HEADERS:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _check_sender(self) -> None:
        """Raises Refused for a request that does not come from the page, or from the reader."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        if host not in self.server.names:
            raise Refused(HTTPStatus.FORBIDDEN, "this server answers to its own address alone")
        if origin is not None and origin != f"http://{host}":
            raise Refused(HTTPStatus.FORBIDDEN, "this server answers its own page alone")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise Refused(HTTPStatus.FORBIDDEN, "this server answers its own page alone")

    def _check_token(self, given: str) -> None:
        """Raises Refused for one that is not that of this run."""
        if not compare_digest(given.encode("utf-8", "replace"), self.server.token.encode()):
            why = "this is of another run: open the address that `cnncalc serve` prints"
            raise Refused(HTTPStatus.FORBIDDEN, why)

    def _get(self) -> tuple[str, bytes]:
        place = urlsplit(self.path)
        asked = parse_qs(place.query)
        if place.path == "/":
            self._check_token(asked.get("key", [""])[0])
            data = {"token": self.server.token, "folder": foreign.visible(self.server.folder.path)}
            return "text/html", page(
                data, title="cnncalc", scripts=("live", "served"), connect="'self'"
            ).encode()
        self._check_token(self.headers.get(TOKEN, ""))
        if place.path == "/files":
            return "application/json", _json({"files": self.server.folder.find()})
        if place.path == "/file":
            name = asked.get("name", [""])[0]
            return "application/json", _json(
                self._try(lambda: self.server.folder.read(name)._asdict())
            )
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing of this name")

    def _post(self) -> tuple[str, bytes]:
        self._check_token(self.headers.get(TOKEN, ""))
        given = self._body()
        name, text = given.get("name"), given.get("text")
        if not isinstance(name, str) or not isinstance(text, str):
            raise Refused(HTTPStatus.BAD_REQUEST, "a request names a spec and its text")
        if self.path == "/look":
            return "application/json", _json(self._try(lambda: self._look(name, text)))
        if self.path == "/save":
            mark = str(given.get("mark"))
            with self.server.one_at_a_time:
                saved = self._try(lambda: self.server.folder.save(name, text, mark))
            return "application/json", _json({"mark": saved})
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing of this name")

    def _look(self, name: str, text: str) -> dict[str, Any]:
        path = self.server.folder.place_of(name)
        # What the library remembers between two calls is for one thread at a time.
        with self.server.one_at_a_time:
            return look(path, text)

    def _try(self, act: Callable[[], Any]) -> Any:
        """What comes of an action on a file; raises Refused with the reason why nothing does."""
        try:
            return act()
        except KeyError:
            raise Refused(
                HTTPStatus.NOT_FOUND, "there is no spec of this name in the folder"
            ) from None
        except ChangedError:
            raise Refused(
                HTTPStatus.CONFLICT, "the file has been changed or deleted by somebody else"
            ) from None
        except UsageError as error:
            raise Refused(HTTPStatus.CONFLICT, foreign.visible(str(error))) from None
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise Refused(HTTPStatus.CONFLICT, f"it cannot be read: {why}") from None

    def _body(self) -> dict[str, Any]:
        """The JSON of a request; raises Refused."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 12:
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "a request says how long it is")
        if int(length) > _MOST:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "no spec is that long")
        try:
            found = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "a request is an object of JSON")
        return found


def _json(data: Any) -> bytes:
    return foreign.json(data).encode("utf-8", "replace")


_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)
