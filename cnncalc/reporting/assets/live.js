// The page live: an editor at the left, with what is wrong underlined, and the page of its text at the right.

const WAIT = 250; // milliseconds from the last key to the next look
const AGAIN = 1000; // between two looks at what has been saved

class Live {
  constructor(home, { token, folder }) {
    this.token = token;
    this.home = home;
    this.stamps = {};
    this.name = "";
    this.saved = { text: "", mark: "", ends: "\n" };
    this.asked = 0;
    this.files = el("select", { "aria-label": "Spec", on: { change: () => this.leave(this.files.value) } });
    this.save = el("button", { type: "button", disabled: true, on: { click: () => this.write() } }, "Save");
    this.status = el("span", { class: "quiet", role: "status" });
    // What somebody else has saved while there are changes here, and what can be done about it.
    this.theirs = null;
    this.ways = el("span", { hidden: true },
      el("button", { type: "button", on: { click: () => this.write(this.theirs) } }, "Overwrite it"), " ",
      el("button", { type: "button", on: { click: () => this.take(this.theirs) } }, "Discard mine"));
    this.marks = el("pre", { class: "marks", "aria-hidden": "true" });
    this.text = el("textarea", {
      class: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-label": "Text of the spec",
      on: { input: () => this.typed(), scroll: () => this.follow(), keydown: (event) => this.press(event) },
    });
    this.findings = el("ol", { class: "findings", "aria-label": "Findings" });
    this.page = el("div", { class: "page" });
    home.classList.add("bench");
    home.replaceChildren(
      el("section", { class: "left panel", "aria-label": "Editor" },
        el("div", { class: "bar" }, this.files, this.save, this.status, this.ways),
        el("div", { class: "editor" }, this.marks, this.text),
        el("div", { class: "wrong", tabindex: "0", role: "region", "aria-label": "What is wrong" }, this.findings)),
      this.page);
    addEventListener("beforeunload", (event) => { if (this.isChanged()) event.preventDefault(); });
    document.title = `${folder} · cnncalc`;
  }

  canSave() {
    return this.isChanged() && !this.theirs;
  }

  isChanged() {
    return this.text.value !== this.saved.text;
  }

  async ask(path, body) {
    const answer = await fetch(path, {
      method: body ? "POST" : "GET",
      headers: { "X-Cnncalc-Token": this.token, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    return found;
  }

  // Looks, again and again, at what has been saved by anybody.
  async watch() {
    try {
      const { files } = await this.ask("/files");
      const isGone = this.name && !Object.hasOwn(files, this.name);
      // What is open stays in the list, for it can be saved again.
      const names = [...Object.keys(files), ...(isGone ? [this.name] : [])];
      const entries = names.map((name) => (isGone && name === this.name ? `${name} (gone)` : name));
      if (entries.join("\n") !== this.listed) {
        this.files.replaceChildren(...names.map((name, at) => el("option", { value: name }, entries[at])));
        this.files.value = this.name;
        this.listed = entries.join("\n");
      }
      const isOther = this.name && files[this.name] !== this.stamps[this.name];
      this.stamps = files;
      if (!this.name && names.length) await this.open(names[0]);
      else if (isOther && isGone) this.keep();
      else if (isOther) await this.reload();
      else if (!names.length) this.say("there is no spec in this folder: one has the key `cnncalc: 1`");
      if (this.hasEnded) { this.hasEnded = false; this.say(""); }
    } catch (error) {
      // The server may come back; what it has said of a file stays said.
      this.hasEnded = error instanceof TypeError;
      this.say(this.hasEnded ? "the server has ended" : error.message);
    }
    await this.rest();
    this.watch();
  }

  // Nobody asks for what nobody sees: a page that is hidden looks again as soon as it is shown.
  async rest() {
    await new Promise((done) => setTimeout(done, AGAIN));
    while (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  }

  say(text) {
    this.status.textContent = text;
  }

  leave(name) {
    if (this.isChanged() && !confirm(`${this.name} has changes that are not saved. Leave it all the same?`)) {
      this.files.value = this.name;
      return;
    }
    this.open(name).catch((error) => {
      this.files.value = this.name;
      this.say(error.message);
    });
  }

  async open(name) {
    this.saved = this.plain(await this.ask(`/file?name=${encodeURIComponent(name)}`));
    this.name = this.files.value = name;
    this.text.value = this.saved.text;
    this.settle("");
    await this.look();
  }

  // An editor of a browser has line feeds alone; a file with others keeps them.
  plain({ text, mark }) {
    return { text: text.replaceAll("\r\n", "\n"), mark, ends: text.includes("\r\n") ? "\r\n" : "\n" };
  }

  // Nobody else's text is in the way, any more.
  settle(text) {
    this.theirs = null;
    this.ways.hidden = true;
    this.save.disabled = !this.canSave();
    this.say(text);
  }

  // The file has another content than before; what was typed is kept.
  async reload() {
    const found = this.plain(await this.ask(`/file?name=${encodeURIComponent(this.name)}`));
    if (found.mark === this.saved.mark) {
      if (this.theirs) this.settle("");
    } else if (this.text.value === (this.saved.before ?? this.saved.text)) {
      await this.take(found);
    } else if (found.text === this.text.value) {
      this.saved = found;
      this.settle("");
    } else {
      this.theirs = found;
      this.ways.hidden = false;
      this.save.disabled = true;
      this.say("the file has been changed by somebody else, and so have you:");
    }
  }

  // Shows what somebody else has saved.
  async take(found) {
    const { scrollTop, selectionStart } = this.text;
    this.saved = found;
    this.text.value = found.text;
    this.text.scrollTop = scrollTop;
    this.text.selectionStart = this.text.selectionEnd = selectionStart;
    this.settle("read anew");
    await this.look();
  }

  // The file is gone; its text is here alone.
  keep() {
    this.saved = { text: null, before: this.saved.text, mark: "", ends: this.saved.ends };
    this.settle("the file has been deleted by somebody else: Save writes it again");
  }

  // Writes the text over what is known to be in the file.
  async write(over = this.saved) {
    try {
      const text = this.text.value;
      const { ends } = this.saved;
      const { mark } = await this.ask("/save", { name: this.name, text: text.replaceAll("\n", ends), mark: over.mark });
      this.saved = { text, mark, ends };
      this.settle("saved");
    } catch (error) {
      this.say(error.message);
    }
  }

  typed() {
    this.save.disabled = !this.canSave();
    this.underline([]);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.look().catch((error) => this.say(error.message)), WAIT);
  }

  press(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      if (!this.save.disabled) this.write();
    }
  }

  // Shows what comes of the text as it is now.
  async look() {
    this.save.disabled = !this.canSave();
    const own = (this.asked += 1);
    const found = await this.ask("/look", { name: this.name, text: this.text.value });
    if (own !== this.asked) return; // a later text has been asked for
    this.underline(found.findings);
    this.findings.replaceChildren(...(found.findings.length
      ? found.findings.map((finding) => this.entry(finding))
      : [el("li", { class: "good" }, "✓ nothing is wrong")]));
    if (found.networks.length) {
      const scroll = this.page.scrollTop;
      showPage(this.page, found);
      this.page.scrollTop = scroll;
    } else if (!this.page.firstChild) {
      this.page.replaceChildren(el("p", { class: "quiet" }, "no network comes of this text yet"));
    }
    this.page.classList.toggle("stale", !found.networks.length);
  }

  entry(finding) {
    const go = () => {
      if (!finding.span) return;
      const at = this.placeOf(finding.span[0], finding.span[1]);
      this.text.focus();
      this.text.setSelectionRange(at, this.placeOf(finding.span[2], finding.span[3]));
      this.text.scrollTop = Math.max(0, (finding.span[0] - 6) * 20);
    };
    const line = finding.span ? `line ${finding.span[0]}` : finding.path;
    return el("li", {},
      el("p", { class: "head" }, el("span", { class: `badge ${finding.severity}` }, finding.code), " ",
        el("button", { type: "button", class: "link", on: { click: go } }, line), " ", finding.message),
      ...(finding.help ? [el("p", { class: "help" }, `Fix: ${finding.help}`)] : []));
  }

  // Where a line and a column, both from 1 and in characters, are in the text.
  placeOf(line, column) {
    const lines = this.text.value.split("\n");
    let place = 0;
    for (let at = 0; at < Math.min(line - 1, lines.length); at += 1) place += lines[at].length + 1;
    return place + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  }

  // The same text behind the editor, with what is wrong underlined.
  underline(findings) {
    const text = this.text.value;
    const spans = findings.filter((finding) => finding.span).map((finding) => {
      const [line, column, endLine, endColumn] = finding.span;
      const from = this.placeOf(line, column);
      return [from, Math.max(from + 1, this.placeOf(endLine, endColumn)), finding.severity];
    }).sort((one, other) => one[0] - other[0]);
    const parts = [];
    let done = 0;
    for (const [from, to, severity] of spans) {
      if (from < done) continue;
      parts.push(text.slice(done, from), el("mark", { class: severity }, text.slice(from, to)));
      done = to;
    }
    this.marks.replaceChildren(...parts, `${text.slice(done)}\n`);
    this.follow();
  }

  follow() {
    this.marks.scrollTop = this.text.scrollTop;
    this.marks.scrollLeft = this.text.scrollLeft;
  }
}
