// SPDX-License-Identifier: Apache-2.0
// Colours for loudness, evenly brighter (or darker) from one end to the other so that no step is
// seen that is not there, and told apart without telling red from green.

type Stop = [number, number, number];

const stops: Record<string, Stop[]> = {
  // Dark paper: night, violet, rose, gold, cream.
  ember: [[8, 10, 24], [52, 22, 92], [128, 34, 108], [205, 64, 84], [246, 136, 58], [252, 222, 140], [255, 252, 226]],
  // Light paper: as a print.
  ink: [[252, 252, 250], [222, 228, 232], [164, 182, 196], [96, 122, 146], [40, 62, 92], [8, 16, 34]],
};

const made = new Map<string, Uint32Array>();

// 256 pixels as a canvas keeps them.
export function colourMap(name: string): Uint32Array {
  const known = made.get(name);
  if (known) return known;
  const list = stops[name];
  const map = new Uint32Array(256);
  for (let i = 0; i < 256; ++i) {
    const place = (i / 255) * (list.length - 1);
    const below = Math.min(list.length - 2, Math.floor(place));
    const share = place - below;
    const [r, g, b] = list[below].map((c, j) => Math.round(c + (list[below + 1][j] - c) * share));
    map[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  made.set(name, map);
  return map;
}
