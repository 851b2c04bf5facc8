// SPDX-License-Identifier: Apache-2.0
// Colours of what is drawn. Outcomes are told apart by people who do not tell red from green; each
// has a shape of its own too.

export interface Palette {
  map: string;
  ground: string;
  pane: string;
  lane: string;
  silence: string;
  text: string;
  strong: string;
  onColour: string;
  line: string;
  wave: string;
  waveFar: string;
  veil: string;
  region: string;
  label: string;
  labelLine: string;
  chosen: string;
  selection: string;
  playhead: string;
  right: string;
  falseAlarm: string;
  wrong: string;
  missed: string;
  unjudged: string;
  tracks: string[];
}

const light: Palette = {
  map: "ink",
  ground: "#ffffff",
  pane: "#f6f8fa",
  lane: "#eef2f5",
  silence: "#fcfcfa",
  text: "#4d5b68",
  strong: "#14202b",
  onColour: "#ffffff",
  line: "#b9c4cd",
  wave: "#23658f",
  waveFar: "#7c99ad",
  veil: "rgba(255,255,255,0.62)",
  region: "rgba(242,181,68,0.20)",
  label: "#a86a00",
  labelLine: "#c77800",
  chosen: "#d11a66",
  selection: "rgba(209,26,102,0.16)",
  playhead: "#d11a66",
  right: "#00735a",
  falseAlarm: "#c44e00",
  wrong: "#9a7400",
  missed: "#8a2be0",
  unjudged: "#44688a",
  tracks: ["#0b6aa8", "#a8430b"],
};

const dark: Palette = {
  map: "ember",
  ground: "#0f151b",
  pane: "#141d26",
  lane: "#18232e",
  silence: "#080a18",
  text: "#9fb0be",
  strong: "#eef3f7",
  onColour: "#06110d",
  line: "#3a4a58",
  wave: "#6fb7e6",
  waveFar: "#527a97",
  veil: "rgba(10,14,18,0.6)",
  region: "rgba(242,181,68,0.16)",
  label: "#f2b544",
  labelLine: "#f2b544",
  chosen: "#ff6fa8",
  selection: "rgba(255,111,168,0.22)",
  playhead: "#ff6fa8",
  right: "#2fc79e",
  falseAlarm: "#ff8b3d",
  wrong: "#e8c33f",
  missed: "#c39bff",
  unjudged: "#8fb4d6",
  tracks: ["#5cb8ff", "#ffa066"],
};

export const paletteOf = (isDark: boolean): Palette => (isDark ? dark : light);
