// SPDX-License-Identifier: Apache-2.0
// What those who draw share.
import type { Palette } from "./palette";
import type { Track } from "./track";
import type { Viewer } from "./viewer";
import type { Words } from "./words";

export interface Pane {
  kind: "overview" | "axis" | "wave" | "spectrogram" | "curve" | "labels" | "found" | "said";
  top: number;
  height: number;
  track?: Track;
}

export const gutter = 46; // for the numbers of the axes

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

export function sideText(scene: Scene, pane: Pane, text: string, y: number): void {
  const { context, palette } = scene;
  context.fillStyle = palette.text;
  context.textAlign = "right";
  context.fillText(text, gutter - 4, Math.max(pane.top + 6, y));
}
