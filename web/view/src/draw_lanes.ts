// SPDX-License-Identifier: Apache-2.0
// Lanes of what was marked, found and said.
import { gutter, sideText, type Pane, type Scene } from "./scene";
import { outcomeOf, type Outcome } from "./track";

// Shapes tell outcomes apart where colours do not.
function box(scene: Scene, outcome: Outcome, left: number, top: number, wide: number, tall: number): void {
  const { context, palette } = scene;
  const colour = palette[outcome];
  context.fillStyle = outcome === "missed" ? palette.pane : colour;
  context.globalAlpha = outcome === "falseAlarm" || outcome === "wrong" ? 0.35 : 0.9;
  context.fillRect(left, top, wide, tall);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  if (outcome === "missed") context.setLineDash([4, 3]);
  if (outcome === "wrong") context.setLineDash([1, 2]);
  context.strokeRect(left + 0.75, top + 0.75, Math.max(wide - 1.5, 1), tall - 1.5);
  context.setLineDash([]);
  if (outcome === "falseAlarm") {
    context.save();
    context.beginPath();
    context.rect(left, top, wide, tall);
    context.clip();
    context.beginPath();
    for (let at = left - tall; at < left + wide; at += 6) {
      context.moveTo(at, top + tall);
      context.lineTo(at + tall, top);
    }
    context.stroke();
    context.restore();
  }
  context.lineWidth = 1;
}

const signs: Record<Outcome, string> = {
  right: "✓",
  falseAlarm: "✕",
  missed: "○",
  wrong: "≠",
  unjudged: "",
};

function laneBox(scene: Scene, pane: Pane, from: number, to: number, outcome: Outcome, text: string, chosen = false): void {
  const { context, palette, x, width } = scene;
  const left = Math.max(x(from), gutter - 4);
  const right = Math.min(Math.max(x(to), left + 4), gutter + width + 4);
  if (x(to) < gutter || x(from) > gutter + width) return;
  const tall = pane.height - 6;
  if (right - left < 6 && !chosen) {
    // Of thousands from far away no more than the colour is seen.
    context.fillStyle = palette[outcome];
    context.fillRect(left, pane.top + 3, right - left, tall);
    return;
  }
  box(scene, outcome, left, pane.top + 3, right - left, tall);
  if (chosen) {
    context.strokeStyle = palette.chosen;
    context.lineWidth = 2.5;
    context.strokeRect(left - 1, pane.top + 2, right - left + 2, tall + 2);
    context.lineWidth = 1;
  }
  const words = `${signs[outcome]} ${text}`.trim();
  if (right - left < 12) return;
  context.save();
  context.beginPath();
  context.rect(left, pane.top, right - left - 2, pane.height);
  context.clip();
  context.textAlign = "left";
  context.fillStyle = outcome === "right" || outcome === "unjudged" ? palette.onColour : palette.strong;
  context.fillText(words, left + 4, pane.top + pane.height / 2 + 1);
  context.restore();
}

function laneGround(scene: Scene, pane: Pane, sign: string): void {
  const { context, palette, width } = scene;
  context.fillStyle = palette.lane;
  context.fillRect(gutter, pane.top + 1, width, pane.height - 2);
  sideText(scene, pane, sign, pane.top + pane.height / 2);
}

export function drawLabels(scene: Scene, pane: Pane): void {
  const { context, viewer, width } = scene;
  laneGround(scene, pane, "✎");
  context.beginPath();
  context.rect(gutter, pane.top, width, pane.height);
  context.clip();
  const track = viewer.tracks[0];
  const judged = track ? viewer.judged(track) : null;
  const heard = new Map(judged?.marked.map((mark, i) => [mark, judged.heard[i] >= 0]));
  viewer.labels.forEach((label, i) => {
    const known = heard.get(label);
    const outcome: Outcome = known === undefined ? "unjudged" : known ? "right" : "missed";
    laneBox(scene, pane, label.start_s, label.end_s, outcome, label.label, i === viewer.chosen);
  });
}

export function drawFound(scene: Scene, pane: Pane): void {
  const { context, viewer, width } = scene;
  const number = viewer.tracks.indexOf(pane.track!);
  laneGround(scene, pane, viewer.tracks.length > 1 ? "AB"[number] : "◎");
  context.beginPath();
  context.rect(gutter, pane.top, width, pane.height);
  context.clip();
  const judged = viewer.judged(pane.track!);
  judged.found.forEach((found, i) => {
    laneBox(scene, pane, found.start_s, found.end_s, outcomeOf(judged, i), found.label);
  });
}

export function drawSaid(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, x, width } = scene;
  laneGround(scene, pane, "❝");
  context.beginPath();
  context.rect(gutter, pane.top, width, pane.height);
  context.clip();
  context.textAlign = "left";
  for (const said of viewer.state.transcript) {
    if (said.end_s < viewer.range.from || said.start_s > viewer.range.to) continue;
    const left = x(said.start_s);
    const wide = Math.max(2, x(said.end_s) - left);
    context.strokeStyle = palette.line;
    context.strokeRect(left, pane.top + 3, wide, pane.height - 6);
    if (wide < 10) continue;
    context.save();
    context.beginPath();
    context.rect(left, pane.top, wide, pane.height);
    context.clip();
    context.fillStyle = palette.strong;
    context.fillText(said.text, Math.max(left, gutter) + 4, pane.top + pane.height / 2 + 1);
    context.restore();
  }
}
