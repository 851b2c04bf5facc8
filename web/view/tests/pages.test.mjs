// SPDX-License-Identifier: Apache-2.0
// The page in a browser, by what is seen and heard.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import "./logic.test.mjs";
import { axe, browser, chromium, fixture, own, sengi, view } from "./fixture.mjs";

const skip = chromium ? false : "there is no Chromium here";
let engine;
before(async () => {
  if (chromium) engine = await browser();
});
after(async () => engine?.close());

// A page over a copy of the fixture. Whatever the page says of faults fails the test.
async function opened(t, words, options = {}) {
  const folder = own();
  const program = await view(folder, words);
  const context = await engine.newContext({ viewport: { width: 1280, height: 900 }, locale: "en", ...options });
  const page = await context.newPage();
  const faults = [];
  const hosts = new Set();
  page.on("pageerror", (fault) => faults.push(fault.message));
  page.on("console", (told) => told.type() === "error" && faults.push(told.text()));
  page.on("request", (asked) => hosts.add(new URL(asked.url()).host));
  t.after(async () => {
    await context.close();
    await program.end();
  });
  await page.goto(program.address);
  await page.waitForSelector("#timeline");
  await settled(page);
  return { page, folder, faults, hosts, program };
}

// Until nothing is made in the background any more.
const settled = (page) =>
  page.waitForFunction(() => {
    const making = document.querySelector(".making");
    return making && making.children.length === 0;
  });

const count = (page, kind, track = 0) => page.textContent(`[data-track="${track}"] [data-count="${kind}"]`);
const sound = (page) =>
  page.evaluate(() => {
    const audio = document.getElementById("sound");
    return { time: audio.currentTime, paused: audio.paused, duration: audio.duration };
  });
const setThreshold = (page, value, track = 0) =>
  page.$eval(`[data-track="${track}"] input[type="range"]`, (input, to) => {
    input.value = to;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, value);
// The moment under a place of the timeline; its axis has 46 pixels to its left.
const at = async (page, seconds, length, y) => {
  const box = await page.locator("#timeline").boundingBox();
  return [box.x + 46 + (seconds / length) * (box.width - 46), box.y + y];
};
// What the file has once it has it.
async function eventually(folder, isSo) {
  for (let i = 0; i < 100; ++i) {
    const rows = table(folder);
    if (isSo(rows)) return rows;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never so: ${isSo} of ${JSON.stringify(table(folder))}`);
}
const table = (folder) =>
  readFileSync(join(folder, "shore.txt"), "utf8").trim().split("\n").slice(1).map((line) => line.split("\t"));

const usual = ["shore.wav", "--project", "birds", "--labels", "shore.txt"];

test("counts at each threshold are those of sengi evaluate", { skip }, async (t) => {
  const { page, folder, faults, hosts } = await opened(t, usual);
  const seen = new Set();
  for (const threshold of [80, 110, 130, 141, 170, 220]) {
    await setThreshold(page, threshold);
    const out = join(folder, `found${threshold}`);
    execFileSync(sengi, ["scan", join(folder, "birds"), join(folder, "shore.wav"), "--to", out, "--threshold", String(threshold / 256), "--quiet"]);
    const told = JSON.parse(execFileSync(sengi, ["evaluate", out, "--events", join(folder, "shore.txt"), "--json"]));
    await page.waitForFunction(
      ([right, alarms, missed]) => {
        const text = (kind) => document.querySelector(`[data-count="${kind}"]`).textContent;
        return text("right") === right && text("falseAlarm") === alarms && text("missed") === missed;
      },
      [told.right, told.false_alarms, told.missed].map(String),
      { timeout: 5000 },
    );
    const percent = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);
    assert.equal(await count(page, "recall"), percent(told.recall));
    assert.equal(await count(page, "precision"), percent(told.precision));
    assert.equal(await count(page, "an_hour"), (told.false_alarms * 40).toPrecision(3)); // 90 s
    seen.add(told.right);
  }
  assert.ok(seen.size >= 4, "thresholds differ");
  // In the picture of misses against false alarms the dot is where the counts are.
  const dot = await page.waitForSelector(".det circle");
  const height = async () => Number(await dot.getAttribute("cy"));
  await setThreshold(page, 255);
  await page.waitForFunction(() => document.querySelector('[data-count="right"]').textContent === "0");
  assert.equal(await height(), 6); // all are missed
  const line = (await page.getAttribute(".det polyline", "points")).split(" ").map((point) => point.split(",").map(Number));
  assert.ok(line.length > 3);
  line.slice(1).forEach(([x, y], i) => assert.ok(x > line[i][0] && y > line[i][1], "more alarms, fewer misses"));
  assert.deepEqual(faults, []);
  assert.equal(hosts.size, 1, "no other host is asked");
});

test("a table of another detector is judged at its confidences", { skip }, async (t) => {
  const made = fixture();
  const marks = table(made);
  // Two that are marked, surely and less surely, and one that is not.
  const rows = [[marks[0], 0.9], [marks[2], 0.6], [["", "", 60.2, 60.4, "", "", "tern"], 0.7]];
  const found = rows.map(([mark, sure]) => `shore.wav,${mark[2]},${mark[3]},${mark[6]},${sure}`);
  writeFileSync(join(made, "found.csv"), ["file,start_s,end_s,label,confidence", ...found].join("\n") + "\n");
  const { page } = await opened(t, ["shore.wav", "--found", "found.csv", "--labels", "shore.txt"]);
  for (const [threshold, right] of [[500, "2"], [650, "1"], [950, "0"]]) {
    await setThreshold(page, threshold);
    const told = JSON.parse(execFileSync(sengi, ["evaluate", join(made, "found.csv"), "--events", join(made, "shore.txt"), "--json", "--threshold", String(threshold / 1000)]));
    await page.waitForFunction((n) => document.querySelector('[data-count="right"]').textContent === n, right);
    assert.equal(String(told.right), right);
    assert.equal(await count(page, "falseAlarm"), String(told.false_alarms));
    assert.equal(await count(page, "missed"), String(told.missed));
  }
});

test("a click is heard from there, the space bar pauses, and the picture follows", { skip }, async (t) => {
  const { page } = await opened(t, usual);
  await page.waitForFunction(() => document.getElementById("sound").duration > 0);
  assert.ok(Math.abs((await sound(page)).duration - 90) < 0.01);
  assert.equal((await sound(page)).paused, true);
  await page.mouse.click(...(await at(page, 45, 90, 200)));
  await page.waitForFunction(() => !document.getElementById("sound").paused);
  const first = await sound(page);
  assert.ok(first.time >= 44.8 && first.time < 47, `heard from ${first.time}`);
  await page.waitForFunction((from) => document.getElementById("sound").currentTime > from + 0.3, first.time);
  await page.locator("#timeline").focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.getElementById("sound").paused);
  assert.match(await page.textContent("#clock"), /^0:4[5-9]\.\d\d/);
  // Near, an arrow moves by a tenth of what is shown.
  const before = (await sound(page)).time;
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((from) => Math.abs(document.getElementById("sound").currentTime - from - 4.5) < 0.1, before);
});

test("the wheel goes from the whole recording to a millisecond and the pictures come", { skip }, async (t) => {
  const { page, faults } = await opened(t, usual);
  await page.mouse.move(...(await at(page, 8, 90, 200)));
  for (let i = 0; i < 40; ++i) await page.mouse.wheel(0, -300);
  await page.waitForFunction(() => document.getElementById("span").textContent === "1 ms");
  await page.waitForLoadState("networkidle");
  // Samples are seen: the waveform's pane has its colour in it.
  const drawn = await page.evaluate(() => {
    const canvas = document.getElementById("timeline");
    const scale = canvas.width / canvas.getBoundingClientRect().width;
    const { data } = canvas.getContext("2d").getImageData(60 * scale, 62 * scale, canvas.width - 80 * scale, 90 * scale);
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return [...colours];
  });
  assert.ok(drawn.includes(0x23658f), "the waveform is drawn");
  await page.locator("#timeline").focus();
  await page.keyboard.press("0");
  await page.waitForFunction(() => document.getElementById("span").textContent === "1:30");
  assert.deepEqual(faults, []);
});

test("labels are added, changed, taken back and deleted by keys, and saved for Raven", { skip }, async (t) => {
  const { page, folder } = await opened(t, usual);
  const original = table(folder);
  await page.locator("#timeline").focus();
  for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowRight"); // 27 s
  await page.keyboard.press("a");
  await page.keyboard.type("sanderling");
  await page.keyboard.press("Enter");
  const named = (name) => (row) => row.at(-1) === name;
  let rows = await eventually(folder, (all) => all.some((row) => row.at(-1) === "sanderling"));
  assert.equal(rows.length, original.length + 1);
  const added = rows.find(named("sanderling"));
  assert.ok(Math.abs(Number(added[2]) - 27) < 0.01, added[2]);
  assert.ok(Number(added[3]) > Number(added[2]));
  // The program that judges reads it.
  const told = JSON.parse(execFileSync(sengi, ["evaluate", join(folder, "shore.txt"), "--events", join(folder, "shore.txt"), "--json"]));
  assert.equal(told.right, rows.length);

  await page.keyboard.press("["); // its start earlier
  await eventually(folder, (all) => all.some((row) => row.at(-1) === "sanderling" && Number(row[2]) === 26.1));
  for (let i = 0; i < 3; ++i) await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.getElementById("undo").disabled);
  const values = (all) => all.map(([, , start, end, low, high, label]) => [Number(start), Number(end), low, high, label]);
  const byTime = (all) => values(all).sort((a, b) => a[0] - b[0]);
  rows = await eventually(folder, (all) => all.length === original.length);
  assert.deepEqual(values(rows), byTime(original));
  await page.keyboard.press("Control+y");
  await eventually(folder, (all) => all.length === original.length + 1);
  await page.keyboard.press("Control+z");
  await eventually(folder, (all) => all.length === original.length);
  await page.keyboard.press("j");
  await page.keyboard.press("Delete");
  await eventually(folder, (all) => all.length === original.length - 1);
  assert.equal(existsSync(join(folder, "shore.txt.before")), true);
});

test("a stretch that is drawn becomes a label with its frequencies, and counts follow", { skip }, async (t) => {
  const { page, folder } = await opened(t, usual);
  const missed = Number(await count(page, "missed"));
  const box = await page.locator("#timeline").boundingBox();
  const [x, y] = await at(page, 84, 90, 300);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + 40, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press("a");
  await page.keyboard.type("plover");
  await page.keyboard.press("Enter");
  const rows = await eventually(folder, (all) => all.some((one) => one.at(-1) === "plover"));
  const row = rows.find((one) => one.at(-1) === "plover");
  const second = 90 / (box.width - 46);
  assert.ok(Math.abs(Number(row[2]) - 84) < 0.2 && Math.abs(Number(row[3]) - Number(row[2]) - 20 * second) < 0.1, String(row));
  assert.ok(Number(row[4]) > 0 && Number(row[5]) > Number(row[4]), String(row));
  await page.waitForFunction((n) => document.querySelector('[data-count="missed"]').textContent === String(n), missed + 1);
});

test("what another program wrote meanwhile is not written over, and that is said", { skip }, async (t) => {
  const { page, folder } = await opened(t, usual);
  appendFileSync(join(folder, "shore.txt"), "99\tSpectrogram 1\t1\t2\t\t\tfox\n");
  await page.locator("#timeline").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Delete");
  await page.waitForSelector('#saved[data-saving="failed"]');
  assert.match(await page.textContent(".fault"), /another program/);
  assert.ok(table(folder).some((row) => row.at(-1) === "fox"));
});

test("two models have two curves, two thresholds and two counts", { skip }, async (t) => {
  const { page } = await opened(t, [...usual, "--compare", "birds_small"]);
  const first = await count(page, "right", 0);
  const second = await count(page, "falseAlarm", 1);
  await setThreshold(page, 255, 1);
  await page.waitForFunction((was) => document.querySelector('[data-track="1"] [data-count="falseAlarm"]').textContent !== was, second);
  assert.equal(await count(page, "right", 0), first);
});

test("in Arabic it runs from right to left, and the timeline from left to right", { skip }, async (t) => {
  const { page } = await opened(t, usual, { locale: "ar" });
  assert.equal(await page.getAttribute("html", "dir"), "rtl");
  assert.equal(await page.getAttribute("html", "lang"), "ar");
  assert.equal(await page.getAttribute("#timeline", "dir"), "ltr");
  const play = await page.locator("#play").boundingBox();
  assert.ok(play.x > 640, "play stands on the right");
  for (const code of ["sw", "es", "pt", "fr", "en"]) {
    await page.selectOption("#language", code);
    await page.waitForFunction((lang) => document.documentElement.lang === lang, code);
    assert.equal(await page.getAttribute("html", "dir"), "ltr");
  }
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["at 360 pixels", { viewport: { width: 360, height: 740 }, hasTouch: true, locale: "fr" }],
  ["in Arabic at 360 pixels", { viewport: { width: 360, height: 740 }, locale: "ar" }],
]) {
  test(`nobody is kept out and nothing stands out of the page, ${name}`, { skip }, async (t) => {
    const { page } = await opened(t, [...usual, "--compare", "birds_small", "--transcript", "said.json"], options);
    await page.locator("#timeline").focus();
    await page.keyboard.press("j");
    for (const helping of [false, true]) {
      if (helping) await page.click("#help");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide`);
      // The page's own policy lets no script in; the inspector's way does.
      await page.evaluate(`${axe()}; undefined`);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
      assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
    }
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector("dialog").open);
  });
}

test("everything can be reached by Tab", { skip }, async (t) => {
  const { page } = await opened(t, usual);
  const reached = new Set();
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName));
  }
  for (const id of ["language", "play", "amplitude", "fft", "timeline", "add", "list", "help"]) {
    assert.ok(reached.has(id), `${id} among ${[...reached]}`);
  }
});

test("a shared page needs no program and is heard and judged alike", { skip }, async (t) => {
  const folder = fixture();
  const page = join(folder, "page.html");
  execFileSync(sengi, ["view", join(folder, "shore.wav"), "--project", join(folder, "birds"), "--labels", join(folder, "shore.txt"), "--export", page, "--sound", "--quiet"]);
  assert.ok(statSync(page).size < 16e6, `${statSync(page).size} bytes`);
  const context = await engine.newContext({ viewport: { width: 1280, height: 900 }, locale: "en", offline: true });
  t.after(() => context.close());
  const shared = await context.newPage();
  await shared.goto(`file://${page}`);
  await shared.waitForSelector("#timeline");
  await settled(shared);
  await shared.waitForFunction(() => document.querySelector('[data-count="right"]')?.textContent !== "0");
  const { page: served } = await opened(t, usual);
  // The served page's scores are still being made when it opens.
  for (const kind of ["right", "falseAlarm", "missed"]) {
    await served.waitForFunction(([kind, wanted]) =>
      document.querySelector(`[data-track="0"] [data-count="${kind}"]`)?.textContent === wanted,
      [kind, await count(shared, kind)]);
  }
  await shared.mouse.click(...(await at(shared, 30, 90, 200)));
  await shared.waitForFunction(() => !document.getElementById("sound").paused && document.getElementById("sound").currentTime > 29.8);
  const got = shared.waitForEvent("download");
  await shared.click("text=Save as a file");
  assert.match(readFileSync(await (await got).path(), "utf8"), /^Selection\t/);
});

const marvin = `${process.env.SENGI_SHARED_DATA}/wake_word_marvin/short_wav_easy10s.wav`;
test("people's speech is seen and heard", { skip: skip || !existsSync(marvin) }, async (t) => {
  const { page, faults } = await opened(t, [marvin]);
  await page.waitForFunction(() => document.getElementById("sound").duration > 9.9);
  assert.match(await page.textContent("#clock"), /0:10\.0/);
  await page.mouse.click(...(await at(page, 4.2, 10, 200)));
  await page.waitForFunction(() => document.getElementById("sound").currentTime > 4.1);
  assert.deepEqual(faults, []);
});
