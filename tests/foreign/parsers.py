"""What reads each format, and says what it found that only cnncalc may write."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt


def rows_of_text(text):
    assert text.endswith("\n")
    return text.split("\n")


def annotations(text):
    """The commands of GitHub, each on its line, with nothing in them that is one more."""
    found = [re.fullmatch(r"::(error|warning|notice) ([^:\n]*)::(.*)", line) for line in text.splitlines()]
    assert all(found), text
    for command in found:
        keys = [part.partition("=")[0] for part in command[2].split(",")]
        assert set(keys) <= {"file", "line", "col", "endLine", "endColumn", "title"}
        assert len(keys) == len(set(keys))
    return [command[3] for command in found]


def strict_json(text):
    """RFC 8259 has no NaN, and no key twice."""
    def refuse(word):
        raise AssertionError(word)

    def once(pairs):
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def sarif(text):
    """The part of the schema that carries texts; tests/check holds all of it."""
    log = strict_json(text)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    for result in run["results"]:
        assert re.fullmatch(r"[EWX]\d+|usage", result["ruleId"])
        for place in [*result.get("locations", []), *result.get("relatedLocations", [])]:
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9%/._~:-]*", uri), uri
            shown(place.get("message", {"text": ""})["text"])
        shown(result["message"]["text"])
    return log


def shown(message):
    """A message of SARIF, which people read: one or two lines, and no placeholder or link in them."""
    assert message.replace("\nhelp: ", "").isprintable()
    assert "{" not in message.replace("{{", "")
    assert not re.search(r"(?<!\\)\[[^]]*\]\(", message)


def gitlab(text):
    issues = strict_json(text)
    assert all(set(issue) == {"description", "check_name", "fingerprint", "severity", "location"} for issue in issues)
    assert all(issue["description"].isprintable() for issue in issues)
    return issues


def junit(text):
    """The document of JUnit."""
    root = ET.fromstring(text.encode())  # noqa: S314 - our own
    assert {part.tag for part in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "system-out"}
    for part in root.iter():
        assert set(part.attrib) <= {"name", "classname", "tests", "failures", "errors", "type", "message"}
    return root


class _Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.texts = []
        self.open = []

    def handle_starttag(self, tag, attributes):
        assert tag in {"table", "caption", "thead", "tbody", "tr", "th", "td", "br", "h4", "p", "ol", "li", "b", "i", "span"}
        assert all(name == "style" and re.fullmatch("text-align:(left|right)", value) for name, value in attributes)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        # What a notebook would take for the beginning of a formula stands alone.
        assert not re.search(r".\$|\$.|\\[(\[]|\\begin", data)
        self.texts.append(data)

    def refuse(self, data):
        raise AssertionError(data)

    handle_comment = handle_decl = handle_pi = unknown_decl = refuse


def html(text):
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return page.texts


_OURS = re.compile(r"<br>|<details><summary>\d+ (models?|changes)</summary>\n?|</details>\n?").fullmatch


def markdown(text):
    """The tokens of Markdown with tables and strikethrough, none of which is a link, a picture or code."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    given = "\n".join(line for line in text.split("\n") if line.startswith("Given: "))
    formulas = "\n".join([*re.findall(r"^\$\$.*\$\$$", text, re.MULTILINE), *re.findall(r"\$[^$]+\$", given)])
    # In a formula `*` and `_` are signs of it.
    read(parser.parse(formulas), {"em_open", "em_close", "s_open", "s_close"})
    rest = re.sub(r"^\$\$.*\$\$$", "", text, flags=re.MULTILINE)
    shown = read(parser.parse(re.sub(r"^Given: .*$", lambda line: re.sub(r"\$[^$]+\$", "", line[0]), rest, flags=re.MULTILINE)))
    # What GitHub makes of a text after it is HTML.
    assert not re.search(r"://|www\.|@\w|#\d|GH-\d|:(smile|\+1|100|1234):", shown), shown
    return shown


def read(tokens, allowed=frozenset()):
    """The texts of all tokens."""
    texts = []
    for token in tokens:
        assert re.sub("_(open|close)", "", token.type) in {
            "table", "thead", "tbody", "tr", "th", "td", "inline", "paragraph", "heading", "html_block",
        }, token  # fmt: skip
        assert token.type != "html_block" or _OURS(token.content), token
        assert token.type != "heading_open" or token.tag == "h3"
        for part in token.children or ():
            assert part.type in {"text", "text_special", "strong_open", "strong_close", "html_inline", "softbreak"} | allowed, part
            assert part.type != "html_inline" or _OURS(part.content), part
            texts.append(part.content)
    return "".join(texts)


def cells(text):
    """The cells of CSV, none of which a spreadsheet computes, whatever separates cells there."""
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len({len(row) for row in rows}) == 1
    for cell in ";".join(part for row in rows for part in row).split(";"):
        number = re.fullmatch(r"\s*[+-]?[\d.,]*(e[+-]?\d+)?\s*", cell)
        assert number or not re.match(r"\s*[=+\-@\uff1d]", cell), cell
    return rows


def tex(text):
    """LaTeX whose braces and environments close, without a comment or a command of others."""
    body = "\n".join(text.split("\n")[1:])
    depth = 0
    for part in re.finditer(r"\\.|[{}%]", body):
        assert part[0] != "%", body
        depth += (part[0] == "{") - (part[0] == "}")
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"\\(input|write|include|def|catcode|csname)\b", body)
    return body


PARSERS = {
    "concise": rows_of_text, "csv": cells, "github": annotations, "gitlab": gitlab, "html": html, "json": strict_json,
    "junit": junit, "latex": tex, "markdown": markdown, "rich": rows_of_text, "sarif": sarif, "text": rows_of_text,
}  # fmt: skip
