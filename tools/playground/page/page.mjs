// The page: an editor, a command and its output. cnncalc itself runs in a worker (worker.mjs).

import { pack, unpack } from "./sharing.mjs";

const at = (id) => document.getElementById(id);
const text = at("text");
const FIELDS = ["model", "size", "depth", "options"];
const PAUSE = 350; // milliseconds without a key after which the spec is run
const PATIENCE = 700; // milliseconds of a run after which it can be stopped

// The worker ---------------------------------------------------------------------------------

let worker = null;
let ready = false;
let busy = false;
let asked = 0; // the number of the last run
let waiting = null; // what to run once the worker is free
let exampleAsked = "";

function start() {
  // A worker that is made of a blob inherits the policy of this page, one of an address would not.
  const address = new URL("worker.mjs", import.meta.url).href;
  const blob = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
  const from = URL.createObjectURL(blob);
  worker = new Worker(from, { type: "module" });
  worker.onmessage = ({ data }) => hear[data.kind](data);
  worker.onerror = (event) => fail(event.message || "the worker could not be started");
  [ready, busy] = [false, false];
  tell("loading Python …");
}

const hear = {
  ready({ seconds }) {
    ready = true;
    at("example").disabled = false;
    document.body.dataset.ready = seconds.toFixed(2);
    tell(`ready after ${seconds.toFixed(1)} s`);
    if (waiting) ask(waiting);
  },
  answer({ number, answer, seconds }) {
    settle();
    if (waiting) return ask(waiting);
    if (number !== asked) return undefined;
    show(answer);
    document.body.dataset.shown = number;
    return tell(`${seconds.toFixed(2)} s`);
  },
  example({ name, text: found }) {
    if (name === exampleAsked) write(found, name);
  },
  failed({ problem }) {
    fail(problem);
  },
};

function tell(words) {
  at("state").textContent = words;
}

function settle() {
  busy = false;
  at("stop").hidden = true;
  at("output").classList.remove("stale");
}

// What ends the worker ends no session: a new one takes its place at the next run.
function fail(problem) {
  worker?.terminate();
  worker = null;
  settle();
  show({ html: "", out: "", error: `${problem}\n`, findings: [] });
  tell("stopped; Run starts Python again");
}

function ask(wanted) {
  if (!worker) start();
  waiting = ready && !busy ? null : wanted;
  if (waiting) return;
  busy = true;
  asked += 1;
  setTimeout(() => { at("stop").hidden = !busy; }, PATIENCE);
  at("output").classList.add("stale");
  tell("running …");
  worker.postMessage({ kind: "run", number: asked, ...wanted });
}

// The command --------------------------------------------------------------------------------

function options() {
  const found = [];
  const chosen = at("command").selectedOptions[0];
  const takes = (chosen?.dataset.takes ?? "").split(" ");
  for (const name of ["size", "depth"]) {
    at(name).disabled = !takes.includes(name);
    const value = at(name).value.replaceAll(/\s/g, "");
    if (value && takes.includes(name)) found.push(`--${name} ${value}`);
  }
  found.push(at("options").value.trim());
  return found.filter(Boolean).join(" ");
}

let pause = 0;

function run() {
  clearTimeout(pause);
  const model = at("model").value.trim();
  const wanted = { command: at("command").value, model, options: options(), text: text.value };
  const spec = model ? `net.yaml::${model}` : "net.yaml";
  at("line").firstChild.textContent = `cnncalc ${wanted.command} ${spec} ${wanted.options}`.trim();
  ask(wanted);
}

function soon() {
  clearTimeout(pause);
  pause = setTimeout(run, PAUSE);
}

// The output ---------------------------------------------------------------------------------

function block(kind, content) {
  const found = document.createElement("pre");
  found.className = kind;
  found.textContent = content;
  return found;
}

function show({ html, out, error, findings }) {
  const output = at("output");
  output.replaceChildren();
  if (error) output.append(block("error", error));
  if (html) output.insertAdjacentHTML("beforeend", html); // cnncalc escapes what it is given
  if (out) output.append(block("text", out));
  at("findings").replaceChildren(...findings.map(item));
  number(new Set(findings.map((finding) => finding.line)));
}

function item(finding) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = finding.severity;
  const code = document.createElement("b");
  code.textContent = finding.code;
  const place = finding.line ? ` line ${finding.line}, column ${finding.column}: ` : " ";
  button.append(code, place, finding.message);
  if (finding.help) {
    const help = document.createElement("small");
    help.textContent = finding.help;
    button.append(help);
  }
  if (finding.line) button.addEventListener("click", () => select(finding));
  const entry = document.createElement("li");
  entry.append(button);
  return entry;
}

// Columns count characters, a textarea counts UTF-16 units.
function offset(line, column) {
  const lines = text.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}

function select({ line, column, end_line: endLine, end_column: endColumn }) {
  text.focus();
  text.setSelectionRange(offset(line, column), offset(endLine ?? line, endColumn ?? column));
  text.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(text).lineHeight));
}

// The editor ---------------------------------------------------------------------------------

let marked = new Set();
let count = 0;

function number(found = marked) {
  const lines = text.value.split("\n").length;
  if (lines === count && found === marked) return;
  [count, marked] = [lines, found];
  const parts = [];
  for (let line = 1; line <= lines; line += 1) {
    const mark = marked.has(line) ? document.createElement("b") : null;
    if (mark) mark.textContent = line;
    parts.push(mark ?? `${line}`, "\n");
  }
  at("numbers").replaceChildren(...parts);
  at("numbers").scrollTop = text.scrollTop;
}

function write(content, example = "") {
  text.value = content;
  at("example").value = example;
  text.scrollTop = 0;
  number(new Set());
  run();
}

// Through the browser's own editing, so that it can be undone.
function insert(what) {
  if (!document.execCommand("insertText", false, what)) {
    text.setRangeText(what, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input"));
  }
}

function indent(outwards) {
  const { value, selectionStart: from, selectionEnd: to } = text;
  if (from === to && !outwards) return insert("  ");
  const begin = value.lastIndexOf("\n", from - 1) + 1;
  const stretch = value.slice(begin, to);
  const moved = outwards ? stretch.replaceAll(/^ {1,2}/gm, "") : stretch.replaceAll(/^(?=.)/gm, "  ");
  if (moved === stretch) return undefined;
  text.setSelectionRange(begin, to);
  insert(moved);
  const back = from === to ? begin + moved.length : begin;
  return text.setSelectionRange(back, begin + moved.length);
}

let leaving = false;

function key(event) {
  if (event.key === "Escape") {
    leaving = true;
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  } else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    indent(event.shiftKey);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    const { value, selectionStart: from } = text;
    insert(`\n${/^ *(?:- )?/.exec(value.slice(value.lastIndexOf("\n", from - 1) + 1, from))[0].replace("-", " ")}`);
  }
  if (event.key !== "Shift") leaving = false;
}

// Sharing ------------------------------------------------------------------------------------

async function share() {
  const state = new URLSearchParams({ command: at("command").value });
  for (const name of FIELDS) if (at(name).value) state.set(name, at(name).value);
  state.set("spec", await pack(text.value));
  history.replaceState(null, "", `#${state}`);
  let done = "in the address bar";
  try {
    await navigator.clipboard.writeText(location.href);
    done = "address copied";
  } catch { /* where the clipboard is refused, the address is still there */ }
  at("shared").textContent = done;
  setTimeout(() => { at("shared").textContent = ""; }, 4000);
}

async function open() {
  const state = new URLSearchParams(location.hash.slice(1));
  if (!state.has("spec")) return run();
  try {
    const found = await unpack(state.get("spec"));
    const known = [...at("command").options].some((option) => option.value === state.get("command"));
    if (known) at("command").value = state.get("command");
    for (const name of FIELDS) at(name).value = state.get(name) ?? "";
    return write(found);
  } catch {
    at("shared").textContent = "the address holds no spec that can be read";
    return run();
  }
}

text.addEventListener("input", () => { at("example").value = ""; number(); soon(); });
text.addEventListener("scroll", () => { at("numbers").scrollTop = text.scrollTop; });
text.addEventListener("keydown", key);
text.addEventListener("blur", () => { leaving = false; });
for (const name of FIELDS) at(name).addEventListener("input", soon);
at("command").addEventListener("change", run);
at("run").addEventListener("click", run);
at("stop").addEventListener("click", () => fail("stopped"));
at("share").addEventListener("click", share);
at("example").addEventListener("change", () => {
  exampleAsked = at("example").value;
  if (!worker) start();
  at("model").value = "";
  if (exampleAsked) worker.postMessage({ kind: "example", name: exampleAsked });
});
window.addEventListener("hashchange", open);

number(new Set());
start();
open();
