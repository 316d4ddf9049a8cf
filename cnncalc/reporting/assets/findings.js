// What `check` finds in the spec, each with its lines.

panels.set("findings", {
  title: "Findings",
  count: (data) => data.length,
  draw(home, data, view) {
    if (!data.length) {
      home.append(el("p", { class: "good" }, "✓ `cnncalc check` finds nothing."));
      return;
    }
    home.append(el("ol", { class: "findings" }, data.map((finding) => showFinding(finding, view))));
  },
});

function showFinding(finding, view) {
  const place = finding.span ? `${finding.path}:${finding.span[0]}:${finding.span[1]}` : finding.path;
  const head = el("p", { class: "head" },
    el("span", { class: `badge ${finding.severity}` }, finding.code), " ", el("b", {}, finding.message));
  const where = el("p", { class: "quiet" }, place);
  if (finding.node !== null && view) {
    where.append(" · ", el("button", { type: "button", class: "link", on: { click: () => view.choose(finding.node, finding.node, "findings") } }, view.name(finding.node)));
  }
  const entry = el("li", {}, head, where);
  if (finding.lines) {
    const [line, column, endLine, endColumn] = finding.span;
    const code = el("pre", { class: "source", tabindex: "0", "aria-label": `lines of ${finding.path}` });
    for (const [number, text] of finding.lines) {
      const signs = [...text];
      const row = el("span", { class: number === line ? "line here" : "line" }, el("span", { class: "number" }, String(number).padStart(4)), " ");
      if (number === line) {
        const end = endLine === line ? Math.max(column, endColumn - 1) : signs.length;
        row.append(signs.slice(0, column - 1).join(""), el("mark", {}, signs.slice(column - 1, end).join("") || " "), signs.slice(end).join(""));
        if (finding.label) row.append(el("span", { class: "label" }, `  ${finding.label}`));
      } else {
        row.append(text);
      }
      code.append(row, "\n");
    }
    entry.append(code);
  }
  if (finding.help) entry.append(el("p", { class: "help" }, `Fix: ${finding.help}`));
  return entry;
}
