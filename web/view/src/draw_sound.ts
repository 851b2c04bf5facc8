// SPDX-License-Identifier: Apache-2.0
// The waveform and the spectrogram.
import { coloured, tileColumns } from "./pictures";
import { gutter, sideText, type Pane, type Scene } from "./scene";

export function peaksInto(
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

export function drawWave(scene: Scene, pane: Pane): void {
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

export function drawSpectrogram(scene: Scene, pane: Pane): void {
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
