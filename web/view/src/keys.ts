// SPDX-License-Identifier: Apache-2.0
// What each key does. The sheet of keys is made of the same list.
import type { Viewer } from "./viewer";
import type { Words } from "./words";

interface Key {
  shown: string[];
  words: keyof Words;
  // Whether it was one of these keys.
  act: (event: KeyboardEvent, viewer: Viewer) => boolean;
}

const only =
  (actions: Record<string, (viewer: Viewer, event: KeyboardEvent) => void>) =>
  (event: KeyboardEvent, viewer: Viewer): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!(key in actions)) return false;
    actions[key](viewer, event);
    return true;
  };

const step = (viewer: Viewer, event: KeyboardEvent, direction: number) => {
  const span = viewer.range.to - viewer.range.from;
  viewer.seek(viewer.playhead + direction * span * (event.shiftKey ? 0.01 : 0.1));
};
const threshold = (viewer: Viewer, by: number) => {
  for (const track of viewer.tracks) viewer.setThreshold(track, track.threshold + by * (track.model ? 1 : 10));
};
const edge = (viewer: Viewer, event: KeyboardEvent, direction: number) => {
  const label = viewer.labels[viewer.chosen];
  if (!label) return;
  const by = (direction * (viewer.range.to - viewer.range.from)) / 100;
  // With Shift these keys write other signs.
  const end = event.shiftKey;
  if (end) viewer.change({ end_s: Math.max(label.start_s, label.end_s + by) });
  else viewer.change({ start_s: Math.min(label.end_s, label.start_s + by) });
};

export const keys: Key[] = [
  { shown: ["Space"], words: "keysPlay", act: only({ " ": (v) => v.toggle() }) },
  {
    shown: ["←", "→"],
    words: "keysSeek",
    act: only({ ArrowLeft: (v, e) => step(v, e, -1), ArrowRight: (v, e) => step(v, e, 1) }),
  },
  {
    shown: ["+", "−", "0"],
    words: "keysZoom",
    act: only({
      "+": (v) => v.zoom(0.5),
      "=": (v) => v.zoom(0.5),
      "-": (v) => v.zoom(2),
      "0": (v) => v.zoomAll(),
    }),
  },
  {
    shown: ["↑", "↓"],
    words: "keysAmplitude",
    act: only({
      ArrowUp: (v) => v.set("amplitude", Math.min(64, v.amplitude * 2)),
      ArrowDown: (v) => v.set("amplitude", Math.max(0.5, v.amplitude / 2)),
    }),
  },
  {
    shown: [",", "."],
    words: "keysThreshold",
    act: only({ ",": (v) => threshold(v, -1), ".": (v) => threshold(v, 1) }),
  },
  {
    shown: ["N", "P", "M"],
    words: "keysJump",
    act: only({
      n: (v) => v.jump(1, false),
      p: (v) => v.jump(-1, false),
      m: (v, e) => v.jump(e.shiftKey ? -1 : 1, true),
    }),
  },
  {
    shown: ["A", "E", "Del"],
    words: "keysLabel",
    act: only({
      a: (v) => v.add(),
      e: (v) => v.chosen >= 0 && v.set("editing", true),
      Delete: (v) => v.remove(),
      Backspace: (v) => v.remove(),
    }),
  },
  {
    shown: ["J", "K"],
    words: "keysChoose",
    act: only({
      j: (v) => v.choose(Math.min(v.chosen + 1, v.labels.length - 1)),
      k: (v) => v.choose(Math.max(v.chosen - 1, 0)),
    }),
  },
  {
    shown: ["[", "]"],
    words: "keysEdges",
    act: only({
      "[": (v, e) => edge(v, e, -1),
      "{": (v, e) => edge(v, e, -1),
      "]": (v, e) => edge(v, e, 1),
      "}": (v, e) => edge(v, e, 1),
    }),
  },
  {
    shown: ["Ctrl Z", "Ctrl Y"],
    words: "keysUndo",
    act: (event, viewer) => {
      if (!(event.ctrlKey || event.metaKey)) return false;
      const key = event.key.toLowerCase();
      if (key === "y" || (key === "z" && event.shiftKey)) viewer.redo();
      else if (key === "z") viewer.undo();
      else return false;
      return true;
    },
  },
  {
    shown: ["?"],
    words: "keysHelp",
    act: only({ "?": (v) => v.set("helping", true), h: (v) => v.set("helping", true) }),
  },
];

// In a field keys write; on a button Space and Enter press it.
function isTaken(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (at.closest("dialog")) return true;
  if (at instanceof HTMLInputElement && at.type === "range") return event.key.startsWith("Arrow");
  if (at.matches("input, select, textarea")) return true;
  return at.matches("button, summary, a") && (event.key === " " || event.key === "Enter");
}

export function followKeys(viewer: Viewer): () => void {
  const down = (event: KeyboardEvent) => {
    if (isTaken(event) || event.defaultPrevented) return;
    if (keys.some((key) => key.act(event, viewer))) event.preventDefault();
  };
  window.addEventListener("keydown", down);
  return () => window.removeEventListener("keydown", down);
}
