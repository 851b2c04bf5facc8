// SPDX-License-Identifier: Apache-2.0
// Peaks and tiles of the stretches on the screen, fetched as they are needed.
import { Cache } from "./cache";
import { colourMap } from "./colour_map";
import type { Source } from "./source";

export const tileColumns = 256;
const peaksAtATime = 1024;

export interface Tile {
  level: number;
  index: number;
  grey: Uint8Array; // rows from the top
  bins: number;
  picture: HTMLCanvasElement;
  look: string; // colours that the picture has
}

export class Pictures {
  private readonly peaks: Cache<Int16Array>;
  private readonly tiles: Cache<Tile>;
  // Neighbours are asked for one after the other.
  private last: { level: number; index: number; part: Int16Array | null } | null = null;

  constructor(
    private readonly source: Source,
    private readonly frames: number,
    private readonly top: number,
    arrived: () => void,
  ) {
    const renewed = () => {
      this.last = null;
      arrived();
    };
    this.peaks = new Cache(400, renewed);
    this.tiles = new Cache(300, arrived);
  }

  // What was drawn while the recording was read is fetched anew.
  refresh(partly: (level: number) => boolean): void {
    for (const key of this.peaks.keys()) {
      const [level, index] = key.split("/").map(Number);
      if (partly(level)) this.peaks.renew(key, () => this.fetchPeaks(level, index));
    }
    for (const key of this.tiles.keys()) {
      const [fft, level, index] = key.split("/").map(Number);
      if (partly(level)) this.tiles.renew(key, () => this.fetchTile(fft, level, index));
    }
  }

  peakLevel(framesAPixel: number): number {
    const level = Math.floor(Math.log2(Math.max(1, framesAPixel)));
    return Math.min(Math.max(level, this.source.finestPeaks), this.top);
  }
  // [low, high] of stretch i of a level; null where it is not there yet.
  peak(level: number, i: number): [number, number] | null {
    const index = Math.floor(i / peaksAtATime);
    if (this.last?.level !== level || this.last.index !== index || !this.last.part) {
      const part = this.peaks.get(`${level}/${index}`, () => this.fetchPeaks(level, index));
      this.last = { level, index, part };
    }
    const { part } = this.last;
    const at = 2 * (i - index * peaksAtATime);
    return part && at + 1 < part.length ? [part[at], part[at + 1]] : null;
  }

  tileLevel(framesAPixel: number): number {
    const level = Math.round(Math.log2(Math.max(1, framesAPixel)));
    return Math.min(Math.max(level, this.source.finestTiles, 3), this.top);
  }
  // The tile, or the nearest coarser one that is there.
  tile(fft: number, level: number, index: number): Tile | null {
    if (index * tileColumns * 2 ** level >= this.frames) return null;
    const exact = this.tiles.get(`${fft}/${level}/${index}`, () => this.fetchTile(fft, level, index));
    if (exact) return exact;
    for (let up = 1; level + up <= this.top; ++up) {
      const coarse = this.tiles.peek(`${fft}/${level + up}/${Math.floor(index / 2 ** up)}`);
      if (coarse) return coarse;
    }
    return null;
  }

  // Of the first tile of a coarse level, in decibels: what most of it has, and its loudest part.
  async loudness(fft: number, level: number): Promise<{ usual: number; loudest: number } | null> {
    const tile = await this.fetchTile(fft, level, 0).catch(() => null);
    if (!tile) return null;
    const there = tile.grey.filter((value) => value > 0).sort();
    if (there.length === 0) return null;
    const decibels = (share: number) => (there[Math.floor(share * (there.length - 1))] / 255 - 1) * 120;
    return { usual: decibels(0.5), loudest: decibels(0.9995) };
  }

  private fetchPeaks(level: number, index: number): Promise<Int16Array> {
    return this.source.peaks(level, index * peaksAtATime, peaksAtATime);
  }
  private async fetchTile(fft: number, level: number, index: number): Promise<Tile> {
    const bitmap = await createImageBitmap(await this.source.tile(fft, level, index));
    const picture = document.createElement("canvas");
    picture.width = bitmap.width;
    picture.height = bitmap.height;
    const context = picture.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const grey = new Uint8Array(bitmap.width * bitmap.height);
    for (let i = 0; i < grey.length; ++i) grey[i] = data[4 * i];
    return { level, index, grey, bins: bitmap.height, picture, look: "" };
  }
}

// In the colours of a range of decibels. `floor` and `ceiling` are bytes.
export function coloured(tile: Tile, map: string, floor: number, ceiling: number): HTMLCanvasElement {
  const look = `${map}/${floor}/${ceiling}`;
  if (tile.look === look) return tile.picture;
  const colours = colourMap(map);
  const { width, height } = tile.picture;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const table = new Uint32Array(256);
  for (let value = 0; value < 256; ++value) {
    const share = (value - floor) / Math.max(1, ceiling - floor);
    table[value] = colours[Math.max(0, Math.min(255, Math.round(255 * share)))];
  }
  for (let i = 0; i < pixels.length; ++i) pixels[i] = table[tile.grey[i]];
  tile.picture.getContext("2d")!.putImageData(image, 0, 0);
  tile.look = look;
  return tile.picture;
}
