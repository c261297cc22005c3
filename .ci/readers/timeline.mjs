// TimelineJS, in Chromium, draws the server's time line: as many markers as there are events, and their titles.
//
// usage: CI_SERVER=http://… node timeline.mjs CHROMIUM, from the folder that node_modules is in.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join, normalize } from "node:path";

const server = process.env.CI_SERVER;
const [chromium] = process.argv.slice(2);
const require = createRequire(join(process.cwd(), "package.json"));
const puppeteer = (await import(require.resolve("puppeteer-core"))).default;
const dist = join(dirname(require.resolve("@knight-lab/timelinejs/package.json")), "dist");

const page = (source) => `<!doctype html>
<meta charset="utf-8">
<link rel="stylesheet" href="/css/timeline.css">
<div id="timeline" style="width: 1200px; height: 700px"></div>
<script src="/js/timeline.js"></script>
<script>
  window.timeline = new TL.Timeline("timeline", ${JSON.stringify(source)}, { font: null });
</script>`;

const types = { ".js": "text/javascript", ".css": "text/css" };
const site = createServer((request, response) => {
  const address = new URL(request.url, "http://localhost");
  const source = address.searchParams.get("source");
  if (source) {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(source));
    return;
  }
  const path = normalize(address.pathname);
  response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
  createReadStream(join(dist, path)).on("error", () => response.writeHead(404).end()).pipe(response);
});
await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
const home = `http://127.0.0.1:${site.address().port}`;

const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
try {
  for (const query of ["", "?lang=zh&level=leaders"]) {
    const source = `${server}/v1/events.timelinejs${query}`;
    const line = await (await fetch(source)).json();
    const tab = await browser.newPage();
    const faults = [];
    tab.on("pageerror", (error) => faults.push(String(error)));
    await tab.setRequestInterception(true);
    // Nothing but the page, its scripts and the time line: what it wants from elsewhere it must do without.
    tab.on("request", (request) =>
      [home, server].some((known) => request.url().startsWith(known)) ? request.continue() : request.abort());
    await tab.goto(`${home}/?source=${encodeURIComponent(source)}`);
    await tab.waitForFunction(
      (events) => document.querySelectorAll(".tl-timemarker").length >= events,
      { timeout: 120_000 },
      line.events.length,
    );
    const drawn = await tab.evaluate(() => ({
      markers: document.querySelectorAll(".tl-timemarker").length,
      title: document.querySelector(".tl-slide-titleslide h2")?.textContent,
      first: document.querySelector(".tl-timemarker .tl-headline")?.textContent,
      groups: [...document.querySelectorAll(".tl-timegroup-message")].map((group) => group.textContent.trim()),
      failed: document.querySelector(".tl-message-container")?.textContent ?? "",
    }));
    assert.deepEqual(faults, []);
    assert.equal(drawn.markers, line.events.length, JSON.stringify(drawn));
    assert.equal(drawn.title?.trim(), line.title.text.headline);
    const plain = (html) => html.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"');
    assert.equal(drawn.first?.trim(), plain(line.events[0].text.headline));
    assert.deepEqual(new Set(drawn.groups), new Set(line.events.map((event) => event.group)));
    console.log(`time line${query}: ${drawn.markers} events drawn, rows ${[...new Set(drawn.groups)].join(", ")}`);
    await tab.close();
  }
} finally {
  await browser.close();
  site.close();
}
