// SPDX-License-Identifier: Apache-2.0
// What the program tells (src/view/shown.h).

export interface Found {
  start_s: number;
  end_s: number;
  label: string;
  confidence: number;
}

export interface Label {
  start_s: number;
  end_s: number;
  label: string;
  low_hz: number | null;
  high_hz: number | null;
  others: string[];
}

export type Rule = "overlap" | "onset" | "first";

export interface Matching {
  rule: Rule;
  tolerance_s: number;
}

export interface Model {
  name: string;
  labels: string[];
  events: boolean[];
  step_s: number;
  first_s: number;
  window_s: number;
  low_hz: number;
  high_hz: number;
  smoothing_steps: number;
  refractory_steps: number;
  threshold: number; // 0 .. 255
  release: number;
}

export interface Said {
  start_s: number;
  end_s: number;
  text: string;
}

export interface State {
  recording: { name: string; rate: number; frames: number; channels: number; format: string };
  levels: { top: number };
  fft_sizes: number[];
  fft_size: number;
  lowest_db: number;
  models: Model[];
  found: Found[] | null;
  transcript: Said[];
  matching: Matching;
}

export interface Progress {
  overviews: Record<string, { frames: number; over: boolean; fault: string }>;
  models: { steps: number; over: boolean; fault: string }[];
}

export interface Labels {
  revision: number;
  file: string;
  labels: Label[];
}
