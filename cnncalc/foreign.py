"""Text that others wrote, made harmless: one function for each kind of output.

The name of a network, a path, a message of another library: whoever opens a pull request can choose
it, and a terminal, a CI service, a browser or a spreadsheet obeys much of what it is shown. All that
is not written in this program itself passes one of these functions on its way out. Ordinary text
stays as it is, and what is `visible` already does too.

Sources: the commands in the logs of GitHub (`::error …::` at the beginning of a line, `##[error]`
anywhere), Azure (`##vso[…]`) and TeamCity (`##teamcity[…]`), by their documentation; OWASP, "CSV
Injection"; CommonMark 0.31; Unicode Technical Report 36.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

MOST = 4000
"""So many characters of one text are shown; the data of JSON and CSV are not cut."""
NAME = 100
"""So many characters of a name are shown: as many as the name of a layer may have."""

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Patterns are compiled when one is needed: the start of the program does not wait for that.
_JOINT = r"\w::\w"
_OLD_COMMAND = r"##(?=\w*\[)"


def cut(text: str, most: int = MOST) -> str:
    """The beginning of a long text, and how much is left out; at most `most` characters in all.

    >>> cut("a" * 100, 30)
    'aaaaaaa… (93 more characters)'
    """
    if len(text) <= most:
        return text
    # The note is longest if everything is left out, so there is room for it in any case.
    kept = max(0, most - len(_left_out_note(len(text))))
    return text[:kept] + _left_out_note(len(text) - kept)


def _left_out_note(count: int) -> str:
    return f"… ({count:,} more characters)"


def visible(text: str, most: int | None = MOST) -> str:
    r"""A text in one line without what a terminal or the log of a CI service would obey.

    Control characters, changes of the direction of writing and what is not displayed at all are
    told, `\x1b` for an escape. Two colons stay where they join the name of a file and that of a
    model; a command has more of them, or begins with them.

    >>> visible("a\x1b[31mb\nc"), visible("::error::x"), visible("gan.yaml::generator")
    ('a\\x1b[31mb\\nc', ':\\x3aerror:\\x3ax', 'gan.yaml::generator')
    """
    if not text.isprintable():
        from unicodedata import category

        text = "".join(c if category(c) not in _UNSEEN else _escape(c) for c in text)
    if "##" in text:
        text = re.sub(_OLD_COMMAND, r"#\\x23", text)
    if not _is_joint(text):
        text = text.replace("::", r":\x3a")
    return text if most is None else cut(text, most)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _is_joint(text: str) -> bool:
    """Whether all pairs of colons are as in `gan.yaml::generator`; often there are none."""
    return "::" not in text or (
        text.count("::") == 1 and ":::" not in text and re.search(_JOINT, text) is not None
    )


def name(text: str) -> str:
    """The name of a network or a model as captions and messages show it: in one line, and not long."""
    return visible(text, NAME)


def source(line: str) -> str:
    """A line of a spec in which every character keeps its column, so that carets stand below it."""
    line = "".join(c if c.isprintable() else " " for c in line)
    line = re.sub(_OLD_COMMAND, "#\ufffd", line)
    return line if _is_joint(line) else line.replace("::", ":\ufffd")


_BEGINNING = r"(?m)^([^\S\n]*):(?=:)"


def lines(text: str) -> str:
    """What was put together from harmless parts, without a line that begins as a command does.

    Where a table is folded, a line can begin in the middle of a word.
    """
    return re.sub(_BEGINNING, r"\1\\x3a", text) if "::" in text else text


# Logs and reports of services ------------------------------------------------------------------


def github(text: str) -> str:
    """A text in the data of a workflow command."""
    return visible(text).replace("%", "%25")


def github_property(text: str) -> str:
    """The value of a property of a workflow command: `file=…`; GitHub sees it as it is."""
    coded = cut(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return visible(coded, None)


def sarif(text: str) -> str:
    """A message of SARIF, in which `{0}` would be a placeholder and `[a](1)` a link."""
    text = visible(text).replace("{", "{{").replace("}", "}}")
    return re.sub(r"\[(?=[^]]*\]\()", r"\\[", text)


def xml(text: str) -> str:
    """A text or an attribute of XML, as in JUnit."""
    # The functions of xml.sax.saxutils would do, but to import them takes longer than to judge a spec.
    from html import escape

    return escape(visible(text), quote=False).replace('"', "&quot;")


_STRING = r'"(?:[^"\\]|\\.)*"'


def json(value: Any, *, indent: int | None = None) -> str:
    r"""Data as JSON, in which nothing has to be displayed and no number is missing in RFC 8259.

    The data stay what they are: what cannot be printed and what begins a command is written as
    `\u…`. Infinity and NaN become null.
    """
    from json import dumps

    try:
        text = dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    except ValueError:
        text = dumps(_finite(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return _inert_json(text)


def _inert_json(text: str) -> str:
    if not text.isprintable():
        from json import dumps

        # Only strings hold such characters, but for the ends of the lines.
        text = "".join(c if c.isprintable() or c == "\n" else dumps(c)[1:-1] for c in text)
    if "##" in text:
        text = re.sub(_OLD_COMMAND, r"#\\u0023", text)
    return re.sub(_STRING, _inert_string, text) if "::" in text else text


def _inert_string(found: re.Match[str]) -> str:
    text = found[0]
    return text if _is_joint(text) else text.replace("::", r":\u003a")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value


def yaml(text: str) -> str:
    r"""A text as a scalar of YAML in quotes, which is read as what it was.

    >>> print(yaml("a\tb\u202e"), yaml("##[c]"))
    "a\tb\u202e" "#\u0023[c]"
    """
    from json import dumps

    quoted = dumps(text, ensure_ascii=False)
    # Unlike JSON, YAML has one escape for what lies beyond the first plane.
    quoted = "".join(
        c if c.isprintable() or c < "\U00010000" else f"\\U{ord(c):08x}" for c in quoted
    )
    return _inert_json(quoted)


# Spreadsheets ----------------------------------------------------------------------------------

_FORMULA = r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_QUANTITY = r"\s*[+-]?(?:\d[\d,.]*(?:e[+-]?\d+)?|inf)?\s*"
_INNER = rf";(?={_FORMULA})(?!{_QUANTITY}(?:;|$))"


def cell(text: str) -> str:
    """A cell of CSV: what a spreadsheet would take for a formula begins with an apostrophe.

    In some countries a semicolon ends a cell.

    >>> cell("=1+1"), cell("-2"), cell("a;=1"), cell("@x")
    ("'=1+1", '-2', "a;'=1", "'@x")
    """
    text = visible(text, None)
    if re.match(_FORMULA, text) and not re.fullmatch(_QUANTITY, text):
        text = f"'{text}"
    return re.sub(_INNER, ";'", text) if ";" in text else text


# Documents ---------------------------------------------------------------------------------------

_MARKS = r"[\\|*_`<>\[\]$]"
_SPACE = "&#8203;"
# `@name` would call somebody, `#1` and `GH-1` point somewhere, an address become a link, and
# `:100:`, a place in a file, a picture.
_CALLS = r"(?i)@|#(?=\d)|\bGH-(?=\d)|\bwww(?=\.)|:(?=//)"
_PICTURES = r"(?i):(?=(?:100|1234|[\d+-]*[a-z_][\w+-]*|[+-]1):)"
_BLOCK = r"([-+]|#{1,6}|=+|-+|\d{1,9}[.)])(?=\s|$)|~~~|-(?=-)|\+(?=\+)|=(?=[=\s]*$)"


def markdown(text: str) -> str:
    """A text within a line of Markdown, of which nothing is markup."""
    text = visible(text).replace("&", "&amp;")
    text = re.sub(_MARKS, r"\\\g<0>", text)
    if "~" in text and text != "~":
        text = text.replace("~", r"\~")
    text = re.sub(_PICTURES, rf"\g<0>{_SPACE}", text)
    return re.sub(_CALLS, rf"\g<0>{_SPACE}", text)


def markdown_line(text: str) -> str:
    """A text as a paragraph of Markdown: no heading, list or code either."""
    text = markdown(text.strip())
    found = re.match(_BLOCK, text)
    if found is None:
        return text
    # In front of a digit a backslash is a backslash: the sign behind the number gets it.
    place = found.end() - 1 if text[0].isdigit() else 0
    return f"{text[:place]}\\{text[place:]}"


def markdown_formula(latex: str) -> str:
    """A formula between dollars, without what Markdown would read in it before it is a formula."""
    text = visible(latex, None).replace("<", "< ").replace("`", "'")
    return (
        text.replace("](", "]{}(")
        .replace("://", ":{}//")
        .replace("@", "@{}")
        .replace("www.", "www{}.")
    )


_TEX = r"\$|\\(?=[(\[a-z])"


def html(text: str) -> str:
    """A text in HTML, nor a formula for the notebooks that look for those in every text."""
    from html import escape

    return re.sub(_TEX, r"<span>\g<0></span>", escape(visible(text)))
