// SPDX-License-Identifier: Apache-2.0
// Where the page has its data from: the program that serves it, or the page itself where it was
// exported to one file.
import type { Label, Labels, Progress, State } from "./types";

export interface Source {
  readonly exported: boolean;
  state(): Promise<State>;
  progress(): Promise<Progress>;
  labels(): Promise<Labels>;
  // Errors: those of the program, in its words.
  save(revision: number, labels: readonly Label[]): Promise<Labels>;
  // The finest levels that there are.
  readonly finestPeaks: number;
  readonly finestTiles: number;
  peaks(level: number, first: number, count: number): Promise<Int16Array>;
  tile(fft: number, level: number, index: number): Promise<Blob>;
  scores(model: number, first: number): Promise<Uint8Array>;
  readonly sound: string | null; // an address for an audio element
}

async function get(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init);
  if (response.ok) return response;
  const told = await response.json().catch(() => null);
  throw new Error(told?.detail ?? `${response.status} ${response.statusText}`);
}

export class Served implements Source {
  readonly exported = false;
  readonly finestPeaks = 0;
  readonly finestTiles = 0;
  readonly sound = "audio.wav";

  state = async (): Promise<State> => (await get("state.json")).json();
  progress = async (): Promise<Progress> => (await get("progress.json")).json();
  labels = async (): Promise<Labels> => (await get("labels.json")).json();

  async save(revision: number, labels: readonly Label[]): Promise<Labels> {
    const body = JSON.stringify({ revision, labels });
    const headers = { "Content-Type": "application/json" };
    return (await get("labels.json", { method: "PUT", headers, body })).json();
  }

  async peaks(level: number, first: number, count: number): Promise<Int16Array> {
    const response = await get(`peaks?level=${level}&first=${first}&count=${count}`);
    return new Int16Array(await response.arrayBuffer());
  }

  tile = async (fft: number, level: number, index: number): Promise<Blob> =>
    (await get(`tiles/${fft}/${level}/${index}.png`)).blob();

  scores = async (model: number, first: number): Promise<Uint8Array> =>
    new Uint8Array(await (await get(`scores/${model}?first=${first}`)).arrayBuffer());
}

interface Exported {
  state: State;
  labels: Labels;
  peaks: { level: number; data: string };
  tiles: { level: number; fft: number; data: string[] };
  scores: string[];
  sound?: string;
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

export class Embedded implements Source {
  readonly exported = true;
  readonly finestPeaks: number;
  readonly finestTiles: number;
  readonly sound: string | null;
  private readonly lowHigh: Int16Array;
  private readonly tiles: Blob[];

  constructor(private readonly all: Exported) {
    this.finestPeaks = all.peaks.level;
    this.finestTiles = all.tiles.level;
    this.sound = all.sound ?? null;
    this.lowHigh = new Int16Array(bytesOf(all.peaks.data).buffer);
    this.tiles = all.tiles.data.map((d) => new Blob([bytesOf(d)], { type: "image/png" }));
    all.state.fft_sizes = [all.tiles.fft];
    all.state.fft_size = all.tiles.fft;
  }

  state = async () => this.all.state;
  labels = async () => this.all.labels;
  save = async (revision: number, labels: readonly Label[]) => ({
    ...this.all.labels,
    revision: revision + 1,
    labels: [...labels],
  });

  async progress(): Promise<Progress> {
    const { state, scores } = this.all;
    const over = { over: true, fault: "" };
    return {
      overviews: { [state.fft_size]: { frames: state.recording.frames, ...over } },
      models: state.models.map((model, i) => ({
        steps: Math.floor(bytesOf(scores[i]).length / model.labels.length),
        ...over,
      })),
    };
  }

  // Coarser ones of the level that is there.
  async peaks(level: number, first: number, count: number): Promise<Int16Array> {
    const width = 2 ** (level - this.finestPeaks);
    const all = this.lowHigh.length / 2;
    const whole = Math.max(0, Math.min(count, Math.ceil(all / width) - first));
    const result = new Int16Array(2 * whole);
    for (let i = 0; i < whole; ++i) {
      const from = (first + i) * width;
      let low = 32767;
      let high = -32768;
      for (let at = from; at < Math.min(from + width, all); ++at) {
        low = Math.min(low, this.lowHigh[2 * at]);
        high = Math.max(high, this.lowHigh[2 * at + 1]);
      }
      result[2 * i] = low;
      result[2 * i + 1] = high;
    }
    return result;
  }

  async tile(_fft: number, _level: number, index: number): Promise<Blob> {
    const blob = this.tiles[index];
    if (!blob) throw new Error("after the end");
    return blob;
  }

  async scores(model: number, first: number): Promise<Uint8Array> {
    return bytesOf(this.all.scores[model]).subarray(
      first * this.all.state.models[model].labels.length,
    );
  }
}

export function source(): Source {
  const embedded = document.getElementById("shown");
  return embedded ? new Embedded(JSON.parse(embedded.textContent!) as Exported) : new Served();
}
