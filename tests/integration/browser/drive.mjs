// Does in a browser what it is told, line by line: a line of JSON in, a line of JSON out.
//
// node drive.mjs PACKAGES BROWSER, where PACKAGES is the folder with playwright-core and axe-core.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [packages, program] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: program,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
let page = null;
let heard = [];

const actions = {
  async open({ url, width = 1366, height = 860, scheme = "light" }) {
    await page?.context().close();
    heard = [];
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    page = await context.newPage();
    page.setDefaultTimeout(20000);
    page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => heard.push(`error: ${error.stack}`));
    page.on("dialog", (dialog) => { heard.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on("request", (request) => { if (request.url() !== url && !request.url().startsWith("data:")) heard.push(`request: ${request.url()}`); });
    await page.goto(url);
  },
  heard: async () => heard,
  run: async ({ script }) => page.evaluate(script),
  click: async ({ at, times = 1, x, y }) => page.click(at, { clickCount: times, position: x === undefined ? undefined : { x, y } }),
  fill: async ({ at, text }) => page.fill(at, text),
  choose: async ({ at, value }) => page.selectOption(at, value),
  press: async ({ key, times = 1 }) => { for (let i = 0; i < times; i += 1) await page.keyboard.press(key); },
  focus: async ({ at }) => page.focus(at),
  text: async ({ at }) => page.innerText(at),
  texts: async ({ at }) => page.locator(at).allInnerTexts(),
  // The waiting of Playwright itself evaluates texts in the page, which a strict policy forbids.
  wait: async ({ script }) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await page.evaluate(script)) return;
      await page.waitForTimeout(100);
    }
    throw new Error("it never came");
  },
  media: async ({ media }) => page.emulateMedia({ media }),
  // A picture as if somebody dropped it: one that is drawn here, of one colour.
  drop: async ({ at, colour }) => page.evaluate(async ([selector, fill]) => {
    const canvas = new OffscreenCanvas(8, 8);
    const brush = canvas.getContext("2d");
    brush.fillStyle = fill;
    brush.fillRect(0, 0, 8, 8);
    const data = new DataTransfer();
    data.items.add(new File([await canvas.convertToBlob()], "picture.png", { type: "image/png" }));
    document.querySelector(selector).dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, [at, colour]),
  // Faults that axe-core calls serious or worse. It is put in past the policy of the page.
  faults: async () => {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const found = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    });
  },
  picture: async ({ path, whole = false }) => { await page.screenshot({ path, fullPage: whole }); },
  pdf: async ({ path }) => { await page.pdf({ path }); },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { action, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ answer: (await actions[action](given)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ failed: String(error.stack) }));
  }
}
await browser.close();
