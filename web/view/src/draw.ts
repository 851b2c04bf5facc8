// SPDX-License-Identifier: Apache-2.0
// The timeline as a picture: from top to bottom the whole recording, the axis of time, the waveform,
// the spectrogram, the confidence, and lanes of what was marked, found and said.
import { paletteOf, type Palette } from "./palette";
import { coloured, tileColumns } from "./pictures";
import { outcomeOf, type Outcome, type Track } from "./track";
import { clock, tickStep } from "./view_range";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

export interface Pane {
  kind: "overview" | "axis" | "wave" | "spectrogram" | "curve" | "labels" | "found" | "said";
  top: number;
  height: number;
  track?: Track;
}

export const gutter = 46; // for the numbers of the axes

// What there is to show, in the height that there is.
export function panesOf(viewer: Viewer, height: number): Pane[] {
  const fixed: [Pane["kind"], number, Track?][] = [["labels", 26]];
  for (const track of viewer.tracks) fixed.push(["found", 26, track]);
  if (viewer.state.transcript.length > 0) fixed.push(["said", 24]);
  const curves = viewer.tracks.some((track) => track.model);
  const rest = height - 38 - 22 - fixed.reduce((sum, lane) => sum + lane[1], 0);
  const panes: Pane[] = [];
  let top = 0;
  const add = (kind: Pane["kind"], tall: number, track?: Track) => {
    panes.push({ kind, top, height: tall, track });
    top += tall;
  };
  add("overview", 38);
  add("axis", 22);
  add("wave", Math.round(rest * (curves ? 0.25 : 0.3)));
  add("spectrogram", Math.round(rest * (curves ? 0.5 : 0.7)));
  if (curves) add("curve", Math.round(rest * 0.25));
  for (const lane of fixed) add(...lane);
  return panes;
}

export interface Scene {
  viewer: Viewer;
  words: Words;
  context: CanvasRenderingContext2D;
  palette: Palette;
  width: number; // of the plots, without the gutter
  x: (seconds: number) => number;
  framesAPixel: number;
  scale: number; // pixels of the screen for one of the page
}

export function draw(
  canvas: HTMLCanvasElement,
  viewer: Viewer,
  words: Words,
  dark: boolean,
): void {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  const box = canvas.getBoundingClientRect();
  const wide = Math.round(box.width * scale);
  const tall = Math.round(box.height * scale);
  if (canvas.width !== wide || canvas.height !== tall) [canvas.width, canvas.height] = [wide, tall];
  const context = canvas.getContext("2d")!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const width = Math.max(1, box.width - gutter);
  const { from, to } = viewer.range;
  const scene: Scene = {
    viewer,
    words,
    context,
    palette: paletteOf(dark),
    width,
    x: (seconds) => gutter + ((seconds - from) / (to - from)) * width,
    framesAPixel: ((to - from) * viewer.state.recording.rate) / (width * scale),
    scale,
  };
  context.fillStyle = scene.palette.ground;
  context.fillRect(0, 0, box.width, box.height);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.direction = "ltr";
  const panes = panesOf(viewer, box.height);
  for (const pane of panes) {
    context.save();
    context.beginPath();
    context.rect(0, pane.top, box.width, pane.height);
    context.clip();
    drawers[pane.kind](scene, pane);
    context.restore();
  }
  drawSelection(scene, panes);
  drawPlayhead(scene, panes, box.height);
}

const drawers: Record<Pane["kind"], (scene: Scene, pane: Pane) => void> = {
  overview: drawOverview,
  axis: drawAxis,
  wave: drawWave,
  spectrogram: drawSpectrogram,
  curve: drawCurve,
  labels: drawLabels,
  found: drawFound,
  said: drawSaid,
};

function peaksInto(
  scene: Scene,
  pane: Pane,
  range: { from: number; to: number },
  amplitude: number,
  colour: string,
): void {
  const { viewer, context, width } = scene;
  const { rate, frames } = viewer.state.recording;
  const framesAPixel = ((range.to - range.from) * rate) / (width * scene.scale);
  const level = viewer.pictures.peakLevel(framesAPixel);
  const stretch = 2 ** level;
  const middle = pane.top + pane.height / 2;
  const half = (pane.height / 2 - 2) * amplitude;
  const y = (value: number) => middle - (value / 32768) * half;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  const first = Math.floor((range.from * rate) / stretch);
  const last = Math.min(Math.ceil((range.to * rate) / stretch), Math.ceil(frames / stretch) - 1);
  const each = (stretch / ((range.to - range.from) * rate)) * width;
  const start = gutter + ((first * stretch) / rate - range.from) * (width / (range.to - range.from));
  if (each < 4) {
    for (let i = first; i <= last; ++i) {
      const peak = viewer.pictures.peak(level, i);
      if (!peak) continue;
      const up = y(peak[1]);
      context.fillRect(start + (i - first) * each, up, Math.max(each, 0.6), Math.max(y(peak[0]) - up, 0.8));
    }
    return;
  }
  // So near that samples are seen one by one.
  context.beginPath();
  for (let i = first; i <= last; ++i) {
    const peak = viewer.pictures.peak(level, i);
    if (peak) context.lineTo(start + (i - first) * each, y(peak[1]));
  }
  context.stroke();
  for (let i = first; i <= last && each > 6; ++i) {
    const peak = viewer.pictures.peak(level, i);
    if (peak) context.fillRect(start + (i - first) * each - 1.5, y(peak[1]) - 1.5, 3, 3);
  }
}

function drawOverview(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, width } = scene;
  const all = { from: 0, to: viewer.length };
  context.fillStyle = palette.pane;
  context.fillRect(gutter, pane.top, width, pane.height);
  peaksInto(scene, pane, all, 1, palette.waveFar);
  const at = (seconds: number) => gutter + (seconds / viewer.length) * width;
  const shown = viewer.tracks[0];
  if (shown) {
    const judged = viewer.judged(shown);
    judged.found.forEach((found, i) => {
      context.fillStyle = palette[outcomeOf(judged, i)];
      context.fillRect(at(found.start_s) - 1, pane.top + pane.height - 6, 2.5, 6);
    });
    judged.marked.forEach((mark, i) => {
      if (judged.heard[i] >= 0) return;
      context.fillStyle = palette.missed;
      context.fillRect(at(mark.start_s) - 1, pane.top, 2.5, 6);
    });
  } else {
    context.fillStyle = palette.label;
    for (const label of viewer.labels) {
      context.fillRect(at(label.start_s) - 1, pane.top + pane.height - 6, 2.5, 6);
    }
  }
  const { from, to } = viewer.range;
  context.fillStyle = palette.veil;
  context.fillRect(gutter, pane.top, at(from) - gutter, pane.height);
  context.fillRect(at(to), pane.top, gutter + width - at(to), pane.height);
  context.strokeStyle = palette.strong;
  context.lineWidth = 1.5;
  context.strokeRect(at(from), pane.top + 1, Math.max(3, at(to) - at(from)), pane.height - 2);
  context.lineWidth = 1;
}

function drawAxis(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, width, x } = scene;
  const { from, to } = viewer.range;
  const step = tickStep(to - from, width / 90);
  context.fillStyle = palette.text;
  context.strokeStyle = palette.line;
  context.textAlign = "center";
  context.beginPath();
  for (let i = Math.ceil(from / step); i * step <= to; ++i) {
    const at = x(i * step);
    context.moveTo(at, pane.top + pane.height - 5);
    context.lineTo(at, pane.top + pane.height);
    if (at > gutter + 12 && at < gutter + width - 20) {
      context.fillText(clock(i * step, step), at, pane.top + 9);
    }
  }
  context.stroke();
}

function drawWave(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, width } = scene;
  context.fillStyle = palette.pane;
  context.fillRect(gutter, pane.top, width, pane.height);
  context.save();
  context.beginPath();
  context.rect(gutter, pane.top, width, pane.height);
  context.clip();
  regionsBehind(scene, pane);
  peaksInto(scene, pane, viewer.range, viewer.amplitude, palette.wave);
  context.strokeStyle = palette.line;
  context.beginPath();
  context.moveTo(gutter, pane.top + pane.height / 2);
  context.lineTo(gutter + width, pane.top + pane.height / 2);
  context.stroke();
  context.restore();
  sideText(scene, pane, `×${viewer.amplitude}`, pane.top + 9);
}

// What was marked, faintly, so that its sound is found.
function regionsBehind(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, x } = scene;
  context.fillStyle = palette.region;
  for (const label of viewer.labels) {
    if (label.end_s < viewer.range.from || label.start_s > viewer.range.to) continue;
    context.fillRect(x(label.start_s), pane.top, Math.max(1, x(label.end_s) - x(label.start_s)), pane.height);
  }
}

function drawSpectrogram(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, width, x } = scene;
  const { rate, frames } = viewer.state.recording;
  const map = palette.map;
  context.fillStyle = palette.silence;
  context.fillRect(gutter, pane.top, width, pane.height);
  context.save();
  context.beginPath();
  context.rect(gutter, pane.top, width, pane.height);
  context.clip();
  const level = viewer.pictures.tileLevel(scene.framesAPixel);
  const long = tileColumns * 2 ** level;
  const lowest = viewer.state.lowest_db;
  const byte = (db: number) => Math.round(((db - lowest) / -lowest) * 255);
  context.imageSmoothingEnabled = scene.framesAPixel < 2 ** level;
  const end = Math.min(viewer.range.to * rate, frames);
  for (let i = Math.floor((viewer.range.from * rate) / long); i * long < end; ++i) {
    const tile = viewer.pictures.tile(viewer.fft, level, i);
    if (!tile) continue;
    const picture = coloured(tile, map, byte(viewer.floorDb), byte(viewer.ceilingDb));
    // Of a coarser tile the part that this one would be.
    const share = tileColumns / 2 ** (tile.level - level);
    const from = (i % 2 ** (tile.level - level)) * share;
    const left = x((i * long) / rate);
    const right = x(((i + 1) * long) / rate);
    context.drawImage(picture, from, 0, share, tile.bins, left, pane.top, right - left, pane.height);
  }
  for (const [index, label] of viewer.labels.entries()) {
    if (label.end_s < viewer.range.from || label.start_s > viewer.range.to) continue;
    const y = (hz: number) => pane.top + pane.height * (1 - hz / (rate / 2));
    const top = label.high_hz === null ? pane.top + 1 : y(label.high_hz);
    const bottom = label.low_hz === null ? pane.top + pane.height - 1 : y(label.low_hz);
    context.strokeStyle = index === viewer.chosen ? palette.chosen : palette.labelLine;
    context.lineWidth = index === viewer.chosen ? 2 : 1;
    context.strokeRect(x(label.start_s), top, Math.max(2, x(label.end_s) - x(label.start_s)), bottom - top);
  }
  context.restore();
  const kHz = rate / 2000;
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((s) => kHz / s <= pane.height / 26) ?? 50;
  for (let f = 0; f <= kHz; f += step) {
    const y = pane.top + pane.height * (1 - f / kHz);
    if (y > pane.top + 6) sideText(scene, pane, `${+f.toFixed(1)} kHz`, Math.min(y, pane.top + pane.height - 6));
  }
}

function sideText(scene: Scene, pane: Pane, text: string, y: number): void {
  const { context, palette } = scene;
  context.fillStyle = palette.text;
  context.textAlign = "right";
  context.fillText(text, gutter - 4, Math.max(pane.top + 6, y));
}

const dashes = [[], [5, 3], [2, 2]];

function drawCurve(scene: Scene, pane: Pane): void {
  const { context, viewer, palette, width, x } = scene;
  context.fillStyle = palette.pane;
  context.fillRect(gutter, pane.top, width, pane.height);
  const y = (share: number) => pane.top + 4 + (pane.height - 8) * (1 - share);
  sideText(scene, pane, "1", y(1));
  sideText(scene, pane, "0", y(0) - 4);
  context.save();
  context.beginPath();
  context.rect(gutter, pane.top, width, pane.height);
  context.clip();
  viewer.tracks.forEach((track, number) => {
    const { model } = track;
    if (!model) return;
    const curves = viewer.label ? track.curves.filter((c) => c.label === viewer.label) : track.curves;
    const colour = palette.tracks[number % palette.tracks.length];
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    const first = Math.max(0, Math.floor((viewer.range.from - model.first_s) / model.step_s));
    const last = Math.min(track.stepsDone - 1, Math.ceil((viewer.range.to - model.first_s) / model.step_s));
    // The highest of the labels; of many steps on one pixel the highest.
    const each = Math.max(1, Math.floor((last - first) / (width * 2)));
    context.beginPath();
    for (let step = first; step <= last; step += each) {
      let highest = 0;
      for (let i = step; i < Math.min(step + each, last + 1); ++i) {
        for (const { scores } of curves) if (scores[i] > highest) highest = scores[i];
      }
      context.lineTo(x(model.first_s + step * model.step_s), y(highest / 256));
    }
    context.stroke();
    const line = y(track.threshold / 256);
    context.setLineDash(dashes[(number + 1) % dashes.length]);
    context.beginPath();
    context.moveTo(gutter, line);
    context.lineTo(gutter + width, line);
    context.stroke();
    context.setLineDash([]);
    sideText(scene, pane, (track.threshold / 256).toFixed(2), line);
  });
  context.restore();
  context.lineWidth = 1;
}

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

function drawLabels(scene: Scene, pane: Pane): void {
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

function drawFound(scene: Scene, pane: Pane): void {
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

function drawSaid(scene: Scene, pane: Pane): void {
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

function drawSelection(scene: Scene, panes: Pane[]): void {
  const { context, viewer, palette, x, width } = scene;
  const chosen = viewer.selection;
  if (!chosen) return;
  const wave = panes.find((p) => p.kind === "wave")!;
  const picture = panes.find((p) => p.kind === "spectrogram")!;
  const nyquist = viewer.state.recording.rate / 2;
  const left = Math.max(gutter, x(chosen.from));
  const right = Math.min(gutter + width, x(chosen.to));
  if (right < left) return;
  context.fillStyle = palette.selection;
  context.fillRect(left, wave.top, right - left, wave.height);
  const high = chosen.high_hz ?? nyquist;
  const low = chosen.low_hz ?? 0;
  const top = picture.top + picture.height * (1 - high / nyquist);
  const bottom = picture.top + picture.height * (1 - low / nyquist);
  context.fillRect(left, top, right - left, bottom - top);
  context.strokeStyle = palette.chosen;
  context.strokeRect(left, top, right - left, bottom - top);
}

function drawPlayhead(scene: Scene, panes: Pane[], height: number): void {
  const { context, viewer, palette, x, width } = scene;
  const far = gutter + (viewer.playhead / viewer.length) * width;
  context.fillStyle = palette.playhead;
  context.fillRect(far - 0.75, panes[0].top, 1.5, panes[0].height);
  const at = x(viewer.playhead);
  if (at < gutter || at > gutter + width) return;
  context.fillRect(at - 0.75, panes[1].top + panes[1].height - 6, 1.5, height);
  context.beginPath();
  context.moveTo(at - 5, panes[1].top + panes[1].height - 8);
  context.lineTo(at + 5, panes[1].top + panes[1].height - 8);
  context.lineTo(at, panes[1].top + panes[1].height);
  context.fill();
}
