// SPDX-License-Identifier: Apache-2.0
// What the page computes by itself, held to what the program computes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fixture, logic, sengi } from "./fixture.mjs";

test("events are matched as the program matches them", async () => {
  const { match, pairsBetween, countsOf } = await logic();
  const cases = JSON.parse(readFileSync(`${fixture()}/matching.json`, "utf8"));
  assert.equal(cases.length, 3000);
  cases.forEach((one, number) => {
    const { marked, found, rule, tolerance_s } = one;
    const matching = { rule, tolerance_s };
    const matched = match(marked, found, matching);
    const counts = countsOf(marked, found, matched);
    for (const key of ["right", "false_alarms", "missed", "wrong"]) {
      assert.equal(counts[key], one[key], `${key} of case ${number}`);
    }
    // Which of equally good pairs is taken is free; what they cost is not.
    let cost = 0;
    for (const pair of pairsBetween(marked, found, matching)) {
      if (matched[pair.left] === pair.right) cost += pair.cost;
    }
    assert.equal(cost, one.cost, `cost of case ${number}`);
    const taken = [...matched].filter((mark) => mark >= 0);
    assert.equal(new Set(taken).size, taken.length);
  });
});

test("the detector finds what sengi scan finds at every threshold", async () => {
  const { averages, detect } = await logic();
  const folder = fixture();
  const scores = JSON.parse(readFileSync(`${folder}/scores.json`, "utf8"));
  const curves = averages(scores.model, Uint8Array.from(scores.scores));
  let events = 0;
  for (const threshold of [70, 90, 100, 110, 116, 120, 130, 141, 160, 200]) {
    const found = detect(scores.model, curves, threshold, Math.min(scores.model.release, threshold));
    const told = JSON.parse(
      execFileSync(sengi, ["scan", `${folder}/birds`, `${folder}/shore.wav`, "--json", "--threshold", String(threshold / 256)], { stdio: ["ignore", "pipe", "ignore"] }),
    );
    const sorted = (all) => [...all].sort((a, b) => a.start_s - b.start_s || (a.label < b.label ? -1 : 1));
    assert.equal(found.length, told.events.length, `threshold ${threshold}`);
    sorted(told.events).forEach((event, i) => {
      const mine = sorted(found)[i];
      assert.equal(mine.label, event.label);
      assert.ok(Math.abs(mine.start_s - event.start_s) < 1e-6 && Math.abs(mine.end_s - event.end_s) < 1e-6);
      assert.ok(Math.abs(mine.confidence - event.confidence) < 1e-9);
    });
    events += found.length;
  }
  assert.ok(events > 20, `${events} events in all`);
});

test("a project is judged by sengi evaluate as its tables of sengi scan are", () => {
  const folder = fixture();
  const run = (...words) => execFileSync(sengi, words, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  mkdirSync(`${folder}/shores`, { recursive: true });
  copyFileSync(`${folder}/shore.wav`, `${folder}/shores/shore.wav`);
  run("scan", "birds", "shores", "--to", "tables", "--quiet");
  const against = ["--events", "shore.txt", "--recordings", "shores", "--json"];
  const tables = JSON.parse(run("evaluate", "tables", ...against));
  const project = JSON.parse(run("evaluate", "birds", ...against));
  assert.ok(tables.right > 5);
  assert.deepEqual(project, tables);
});

test("time is written and marked so that it can be read", async () => {
  const { clock, tickStep, zoomed, held } = await logic();
  assert.equal(clock(3723.25, 0.01), "1:02:03.25");
  assert.equal(clock(59.9999, 0.01), "1:00.00");
  assert.equal(clock(0.0005, 0.0001), "0:00.0005");
  for (const span of [0.001, 0.01, 0.3, 2, 61, 3600, 86400, 700000]) {
    const step = tickStep(span, 10);
    assert.ok(span / step <= 10.001 && span / step > 1.5 || span > 86400, `${span} by ${step}`);
  }
  // Where the pointer is stays where it is.
  const near = zoomed({ from: 100, to: 200 }, 0.5, 120, 1000);
  assert.deepEqual(near, { from: 110, to: 160 });
  assert.deepEqual(held({ from: -5, to: 5 }, 8), { from: 0, to: 8 });
  assert.ok(Math.abs(zoomed({ from: 0, to: 0.002 }, 0.01, 0.001, 9).to - 0.0015) < 1e-9);
});

test("every language says everything", async () => {
  const { languages } = await logic();
  const english = Object.keys(languages.en.words);
  for (const [code, { words }] of Object.entries(languages)) {
    for (const key of english) {
      assert.ok(words[key]?.trim(), `${code} has no ${key}`);
      if (/RECORDING|Ctrl/.test(languages.en.words[key])) assert.match(words[key], /RECORDING|Ctrl/);
    }
  }
});
