// How the two networks differ, in the words of `cnncalc diff`: totals, and what somebody has changed of the layers.

function showComparison(home, data) {
  const table = (label, caption, head, rows) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    el("table", { class: "plain" }, caption ? el("caption", {}, caption) : null,
      el("thead", {}, el("tr", {}, head.map(([title, right]) => el("th", { scope: "col", class: right ? "right" : null }, title)))),
      el("tbody", {}, rows)));
  const right = (text) => el("td", { class: "right" }, text);
  home.append(
    el("h3", {}, `${data.old} → ${data.new}`),
    table("Totals of both networks", "Totals", [["", false], [data.old, true], [data.new, true], ["change", true]],
      data.totals.map(([title, old, now, change]) => el("tr", { class: old === now ? "same" : null },
        el("th", { scope: "row" }, title), right(old), right(now), right(old === now ? "=" : change)))));
  if (data.variables.length) home.append(el("p", {}, data.variables.map(([name, old, now]) => `${name}: ${old} → ${now}`).join("; ")));
  home.append(el("h4", {}, data.lines.length ? "Layers" : "No layer differs"));
  if (data.lines.length) {
    const most = 300;
    home.append(table("Layers that differ", "", data.columns, data.lines.slice(0, most).map(([status, cells]) => el("tr", { class: status },
      cells.map((text, at) => (at === 0 ? el("td", {}, text, el("span", { class: "hidden" }, status))
        : at === 1 ? el("th", { scope: "row" }, text) : el("td", { class: data.columns[at][1] ? "right" : null }, text)))))));
    if (data.lines.length > most) home.append(el("p", { class: "quiet" }, `and ${digits(data.lines.length - most)} more: \`cnncalc diff\` has all`));
  }
  home.append(el("p", { class: "quiet" }, data.rest));
}
