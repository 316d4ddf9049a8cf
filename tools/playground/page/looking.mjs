// Looks at specs for the page of `cnncalc report`: one text after the other, each with what is to be said of it.

import { start } from "./python.mjs";

const bridge = start().then((python) => python.pyimport("bridge"));

bridge.then(() => postMessage({ ready: true }), (error) => postMessage({ ready: false, error: String(error) }));

addEventListener("message", async ({ data: { number, name, text } }) => {
  try {
    postMessage({ number, answer: (await bridge).look(name, text) });
  } catch (error) {
    postMessage({ number, error: `this is an error of cnncalc itself, not of the spec: ${String(error).trim().split("\n").pop()}` });
  }
});
