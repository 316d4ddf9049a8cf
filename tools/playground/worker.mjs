// Runs cnncalc in the browser: one text after the other, each with what is to be said of it.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const ready = (async () => {
  const python = await loadPyodide({ indexURL: new URL("./pyodide/", import.meta.url).href });
  const packages = await fetch(new URL("./packages.zip", import.meta.url));
  if (!packages.ok) throw new Error("packages.zip is not there");
  python.unpackArchive(await packages.arrayBuffer(), "zip", { extractDir: "/packages" });
  python.runPython(`
import sys
sys.path.insert(0, "/packages")
from cnncalc import foreign
from cnncalc.serving.looking import look

def answer(name, text):
    return foreign.json(look(name, text))
`);
  return python.globals.get("answer");
})();

ready.then(() => postMessage({ ready: true }), (error) => postMessage({ ready: false, error: String(error) }));

addEventListener("message", async ({ data: { number, name, text } }) => {
  try {
    const answer = await ready;
    postMessage({ number, answer: answer(name, text) });
  } catch (error) {
    postMessage({ number, error: `this is an error of cnncalc itself, not of the spec: ${String(error).trim().split("\n").pop()}` });
  }
});
