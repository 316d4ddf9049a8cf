"""Tables, findings and workings in which every text is one that others may have written."""

from cnncalc.check.verdict import Checked, Verdict
from cnncalc.errors import Diagnostic, Label, Source, Span
from cnncalc.network import Failure
from cnncalc.tables.table import Column, Envelope, Row, Table
from cnncalc.working.steps import Section, Step


def table(say):
    """A table; `say` gives the text of a field by its name."""
    columns = [
        Column("layer", "layer"),
        Column("inputs", say("title"), ", ".join),
        Column("params", "params", lambda n: f"{n:,}", right=True),
        Column("flat", "flat", data=False, flat=True),
        Column("told", "told", str, data=False),
    ]
    rows = [
        Row({"layer": say("layer"), "inputs": [say("input")], "params": 1234, "flat": say("flat"), "told": say("told")}),
        Row({"layer": "conv1", "inputs": ["a", "b"], "params": 5, "flat": "c", "told": "d"}),
    ]
    return Table("shapes", columns, rows, Envelope({"model": say("model")}), caption=f"{say('caption').replace(chr(10), ' ')} · 1,239 params",
                 failure=Failure(say("failed"), say("op"), "", "E301", say("operands")), findings=[finding(say)])  # fmt: skip


def finding(say):
    """A finding with a place."""
    line = f"- a: {say('line')}"
    source = Source(say("path"), f"{line}\nb: {say('other line')}\n")
    return Diagnostic("E102", say("message"), source, Span(1, 3, 1, 4), label=say("label"), help=say("help"),
                      related=(Label(Span(2, 1, 2, 2), say("related")),), model=say("of model"), layer=say("of layer"))  # fmt: skip


def findings(say):
    """Several findings, one without a place and one without a file, as a check has them."""
    first = finding(say)
    return [first, first._replace(span=None, code="X501"), Diagnostic("usage", say("usage"), help=say("usage help")),
            first._replace(severity="warning", code="W600")]


def files(say):
    """The same as verdicts."""
    told = tuple(f for f in findings(say) if f.source)
    totals = {"params": 1, "buffers": 2, "macs": 3}
    return [Checked(say("file"), (Verdict(say("verdict"), say("name in file"), say("variant"), told, totals),
                                  Verdict(say("sound verdict"), totals=totals)))]  # fmt: skip


def sections(say):
    """Workings; their formulas are those of cnncalc, the names in them are not."""
    steps = [
        Step(say("name"), 3, texts=(say("formula"), say("substituted")), unit="px", note=say("note")),
        Step("labels", [say("value"), say("second value")], texts=("", ""), note=""),
        Step("label", say("single value")),
    ]
    return [Section(say("heading"), [Step("x", 2, note=say("meaning"))], steps, say("result"), [say("remark")])]
