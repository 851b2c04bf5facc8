// SPDX-License-Identifier: Apache-2.0
// The timeline as a picture: from top to bottom the whole recording, the axis of time, the waveform,
// the spectrogram, the confidence, and lanes of what was marked, found and said.
import { drawSpectrogram, drawWave, peaksInto } from "./draw_sound";
import { drawFound, drawLabels, drawSaid } from "./draw_lanes";
import { paletteOf } from "./palette";
import { gutter, sideText, type Pane, type Scene } from "./scene";
import { outcomeOf, type Track } from "./track";
import { clock, tickStep } from "./view_range";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

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
