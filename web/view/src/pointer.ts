// SPDX-License-Identifier: Apache-2.0
// Mouse, pen and fingers on the timeline.
import { panesOf } from "./draw";
import { gutter, type Pane } from "./scene";
import { zoomed } from "./view_range";
import type { Viewer } from "./viewer";

const clickPixels = 4; // a press that moves less is a click

interface Press {
  x: number;
  y: number;
  pane: Pane | undefined;
  at: number; // seconds
  from: number; // of the range, when it began
  moved: boolean;
  touch: boolean;
}

// Returns what ends it.
export function followPointer(canvas: HTMLCanvasElement, viewer: Viewer): () => void {
  const fingers = new Map<number, { x: number; y: number }>();
  let press: Press | null = null;
  let pinch: { span: number; range: { from: number; to: number }; around: number } | null = null;

  const place = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const width = box.width - gutter;
    const share = Math.min(Math.max((x - gutter) / width, 0), 1);
    const { from, to } = viewer.range;
    const pane = panesOf(viewer, box.height).find((p) => y >= p.top && y < p.top + p.height);
    return { x, y, width, share, pane, at: from + share * (to - from) };
  };
  const hzAt = (pane: Pane, y: number) => {
    const nyquist = viewer.state.recording.rate / 2;
    const share = 1 - (Math.min(Math.max(y, pane.top), pane.top + pane.height) - pane.top) / pane.height;
    return Math.round(share * nyquist);
  };
  const centre = (share: number) => {
    const span = viewer.range.to - viewer.range.from;
    const middle = share * viewer.length;
    viewer.setRange({ from: middle - span / 2, to: middle + span / 2 });
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const { x, y, pane, at, share } = place(event);
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      press = null;
      pinch = { span: Math.hypot(a.x - b.x, a.y - b.y), range: { ...viewer.range }, around: at };
      return;
    }
    press = { x, y, pane, at, from: viewer.range.from, moved: false, touch: event.pointerType === "touch" };
    if (pane?.kind === "overview") centre(share);
  };
  const move = (event: PointerEvent) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch && fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      const span = Math.max(10, Math.hypot(a.x - b.x, a.y - b.y));
      viewer.setRange(zoomed(pinch.range, pinch.span / span, pinch.around, viewer.length));
      return;
    }
    if (!press) return;
    const { x, y, width, at, share } = place(event);
    if (Math.hypot(x - press.x, y - press.y) >= clickPixels) press.moved = true;
    if (press.pane?.kind === "overview") return centre(share);
    if (!press.moved) return;
    if (press.touch || press.pane?.kind === "axis") {
      const span = viewer.range.to - viewer.range.from;
      const from = press.from + ((press.x - x) / width) * span;
      viewer.setRange({ from, to: from + span });
      return;
    }
    const banded = press.pane?.kind === "spectrogram";
    const hz = banded ? [hzAt(press.pane!, press.y), hzAt(press.pane!, y)].sort((a, b) => a - b) : null;
    viewer.selection = {
      from: Math.min(press.at, at),
      to: Math.max(press.at, at),
      low_hz: hz ? hz[0] : null,
      high_hz: hz ? hz[1] : null,
    };
    viewer.changed();
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    if (fingers.size < 2) pinch = null;
    const was = press;
    press = null;
    if (!was || was.moved || event.type === "pointercancel" || was.pane?.kind === "overview") return;
    viewer.selection = null;
    viewer.choose(was.pane?.kind === "labels" ? labelAt(viewer, was.at) : viewer.chosen, false);
    viewer.hearFrom(was.at);
  };
  const twice = (event: MouseEvent) => {
    const { pane, at } = place(event);
    if (pane?.kind !== "labels") return;
    const label = labelAt(viewer, at);
    viewer.choose(label, false);
    if (label >= 0) viewer.set("editing", true);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const { at } = place(event);
    const lines = event.deltaMode === 1 ? 20 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      viewer.pan(((event.deltaX || event.deltaY) * lines) / 800);
    } else {
      viewer.zoom(2 ** ((event.deltaY * lines) / 300), at);
    }
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("dblclick", twice);
  canvas.addEventListener("wheel", wheel, { passive: false });
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("dblclick", twice);
    canvas.removeEventListener("wheel", wheel);
  };
}

// The shortest label at a moment, or -1.
function labelAt(viewer: Viewer, at: number): number {
  let best = -1;
  viewer.labels.forEach((label, i) => {
    if (label.start_s > at || label.end_s < at) return;
    const long = (l: { start_s: number; end_s: number }) => l.end_s - l.start_s;
    if (best < 0 || long(label) < long(viewer.labels[best])) best = i;
  });
  return best;
}
