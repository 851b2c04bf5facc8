// SPDX-License-Identifier: Apache-2.0
// What is shown and how, and all that can be done with it. Who draws listens for changes.
import { History } from "./history";
import { Pictures } from "./pictures";
import type { Source } from "./source";
import { Track, type Judged } from "./track";
import type { Label, Progress, State } from "./types";
import { held, holding, moved, zoomed, type Range } from "./view_range";
import { remember, remembered, usualLanguage, type Language } from "./words";

export interface Selection {
  from: number;
  to: number;
  low_hz: number | null;
  high_hz: number | null;
}

export type Saving = "saved" | "saving" | "failed";
export type Theme = "auto" | "light" | "dark";

const usualFloor = -90;
const usualCeiling = -20;

export class Viewer {
  range: Range;
  playhead = 0;
  amplitude = 1;
  fft: number;
  floorDb = usualFloor;
  ceilingDb = usualCeiling;
  private adjusted = false;
  label = ""; // the one that is judged; "": all
  selection: Selection | null = null;
  chosen = -1; // of the labels
  editing = false;
  helping = false;
  language: Language = usualLanguage();
  theme: Theme = (remembered("theme") as Theme | null) ?? "auto";
  saving: Saving = "saved";
  fault = "";
  progress: Progress | null = null;
  readonly pictures: Pictures;
  readonly tracks: Track[];
  readonly length: number;
  lastLabel: string;
  private history = new History([]);
  private version = 0; // of the labels
  private revision = 1;
  file = "";
  private readonly listeners = new Set<() => void>();
  private due = false;
  private saveQueue: Promise<void> = Promise.resolve();

  constructor(
    readonly source: Source,
    readonly state: State,
    readonly audio: HTMLAudioElement,
  ) {
    this.length = state.recording.frames / state.recording.rate;
    this.range = { from: 0, to: this.length };
    this.fft = state.fft_size;
    this.pictures = new Pictures(source, state.recording.frames, state.levels.top, () =>
      this.changed(),
    );
    this.tracks = state.models.map((model) => new Track(model.name, model, []));
    if (state.found) this.tracks.push(new Track("", null, state.found));
    this.lastLabel =
      this.knownLabels()[0] ?? "call";
    if (source.sound) audio.src = source.sound;
    audio.addEventListener("timeupdate", () => this.heard());
    for (const event of ["play", "pause", "ended", "seeked"]) {
      audio.addEventListener(event, () => this.heard());
    }
  }

  // At most once a frame.
  changed(): void {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      for (const listener of this.listeners) listener();
    });
  }
  // Before the next key comes: it may be meant for a field that this shows.
  private changedNow(): void {
    for (const listener of this.listeners) listener();
  }
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // --- what is fetched

  async load(): Promise<void> {
    const told = await this.source.labels();
    this.revision = told.revision;
    this.file = told.file;
    this.history = new History(told.labels);
    ++this.version;
    this.changed();
    await this.follow();
  }
  // Until all that is made in the background is there.
  private async follow(): Promise<void> {
    let seen = -1;
    for (;;) {
      try {
        this.progress = await this.source.progress();
      } catch (fault) {
        this.fault = String(fault instanceof Error ? fault.message : fault);
      }
      const overview = this.progress?.overviews[this.fft];
      const done = overview?.frames ?? 0;
      if (done !== seen) this.pictures.refresh((level) => level >= 8);
      seen = done;
      const faults = [overview?.fault, ...(this.progress?.models.map((m) => m.fault) ?? [])];
      this.fault = faults.find((fault) => fault) ?? this.fault;
      for (let i = 0; i < this.state.models.length; ++i) {
        const track = this.tracks[i];
        if ((this.progress?.models[i].steps ?? 0) > track.stepsDone) {
          track.push(await this.source.scores(i, track.stepsDone));
        }
      }
      this.changed();
      const over =
        overview?.over &&
        this.progress!.models.every(
          (m, i) => m.over && (m.fault !== "" || this.tracks[i].stepsDone >= m.steps),
        );
      if (overview?.over && !this.adjusted) await this.adjust();
      if (over) return;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  // So that quiet recordings are seen too: until somebody chose otherwise.
  private async adjust(): Promise<void> {
    this.adjusted = true;
    const { top } = this.state.levels;
    const [low, high] = await this.source.peaks(top, 0, 1);
    const loudest = Math.max(-low, high, 1);
    if (this.amplitude === 1) this.amplitude = 2 ** Math.floor(Math.log2(Math.min(64, 32768 / loudest)));
    const level = Math.max(this.source.finestTiles, top - 8);
    const decibels = await this.pictures.loudness(this.fft, level);
    if (this.floorDb !== usualFloor || this.ceilingDb !== usualCeiling || !decibels) return;
    this.floorDb = Math.min(-30, Math.max(-120, Math.round(decibels.usual - 10)));
    this.ceilingDb = Math.min(0, Math.max(this.floorDb + 20, -70, Math.round(decibels.loudest)));
  }
  setFft(size: number): void {
    this.fft = size;
    this.changed();
    void this.follow();
  }

  // --- what is seen

  setRange(range: Range): void {
    this.range = held(range, this.length);
    this.changed();
  }
  zoom(factor: number, around = this.anchor()): void {
    this.setRange(zoomed(this.range, factor, around, this.length));
  }
  pan(share: number): void {
    this.setRange(moved(this.range, share * (this.range.to - this.range.from), this.length));
  }
  zoomAll(): void {
    this.setRange({ from: 0, to: this.length });
  }
  zoomTo(from: number, to: number): void {
    const spare = Math.max(0.5, 2 * (to - from));
    this.setRange({ from: from - spare, to: to + spare });
  }
  show(moment: number): void {
    this.setRange(holding(this.range, moment, this.length));
  }
  private anchor(): number {
    const { from, to } = this.range;
    const seen = this.playhead >= from && this.playhead <= to;
    return seen ? this.playhead : (from + to) / 2;
  }
  set<K extends "amplitude" | "floorDb" | "ceilingDb" | "label" | "helping" | "editing">(
    key: K,
    value: Viewer[K],
  ): void {
    (this as Viewer)[key] = value;
    this.changedNow();
  }
  setLanguage(language: Language): void {
    this.language = language;
    remember("language", language);
    this.changed();
  }
  setTheme(theme: Theme): void {
    this.theme = theme;
    remember("theme", theme);
    this.changed();
  }

  // --- what is heard

  get playing(): boolean {
    return !this.audio.paused && !this.audio.ended;
  }
  hearFrom(moment: number): void {
    this.seek(moment);
    if (this.source.sound) void this.audio.play().catch(() => this.changed());
  }
  seek(moment: number): void {
    this.playhead = Math.min(Math.max(moment, 0), this.length);
    if (this.source.sound) this.audio.currentTime = this.playhead;
    this.show(this.playhead);
  }
  toggle(): void {
    if (!this.source.sound) return;
    if (this.playing) this.audio.pause();
    else this.hearFrom(this.playhead >= this.length - 0.01 ? 0 : this.playhead);
    this.changed();
  }
  setSpeed(speed: number): void {
    this.audio.preservesPitch = false; // as a tape: what is too high to hear comes down
    this.audio.playbackRate = speed;
    this.changed();
  }
  private heard(): void {
    this.playhead = this.audio.currentTime;
    if (this.playing) {
      this.range = holding(this.range, this.playhead, this.length);
      requestAnimationFrame(() => this.playing && this.heard());
    }
    this.changed();
  }

  // --- what is judged

  get labels(): readonly Label[] {
    return this.history.labels;
  }
  get labelsVersion(): number {
    return this.version;
  }
  judged(track: Track): Judged {
    return track.judge(this.labels, this.version, this.label, this.state.matching);
  }
  setThreshold(track: Track, threshold: number): void {
    track.threshold = Math.min(Math.max(Math.round(threshold), 0), track.steps);
    this.changed();
  }
  knownLabels(): string[] {
    const all = new Set<string>();
    for (const label of this.labels ?? []) all.add(label.label);
    for (const { labels, events } of this.state.models) {
      labels.forEach((label, i) => events[i] && all.add(label));
    }
    for (const found of this.state.found ?? []) all.add(found.label);
    return [...all].sort();
  }
  // Moments of false alarms and misses (or of all outcomes) by time.
  moments(mistakes: boolean): number[] {
    const all: number[] = [];
    for (const track of this.tracks) {
      const judged = this.judged(track);
      judged.found.forEach((f, i) => {
        const mark = judged.matched[i];
        const right = mark >= 0 && judged.marked[mark].label === f.label;
        if (!mistakes || !right) all.push(f.start_s);
      });
      judged.marked.forEach((m, i) => {
        if (judged.heard[i] < 0) all.push(m.start_s);
      });
    }
    if (this.tracks.length === 0) for (const label of this.labels) all.push(label.start_s);
    return all.sort((a, b) => a - b);
  }
  jump(direction: 1 | -1, mistakes: boolean): void {
    const all = this.moments(mistakes);
    const next =
      direction > 0
        ? all.find((m) => m > this.playhead + 1e-6)
        : all.filter((m) => m < this.playhead - 1e-6).pop();
    if (next !== undefined) this.seek(next);
  }

  // --- labels

  choose(index: number, show = true): void {
    this.chosen = index;
    const label = this.labels[index];
    if (label && show) {
      if (label.end_s < this.range.from || label.start_s > this.range.to) this.show(label.start_s);
      this.playhead = label.start_s;
      if (this.source.sound && !this.playing) this.audio.currentTime = label.start_s;
    }
    this.changed();
  }
  add(stretch?: Selection, name = this.lastLabel): void {
    const chosen = stretch ?? this.selection ?? {
      from: this.playhead,
      to: Math.min(this.length, this.playhead + (this.state.models[0]?.window_s ?? 1)),
      low_hz: null,
      high_hz: null,
    };
    const label: Label = {
      start_s: chosen.from,
      end_s: chosen.to,
      label: name,
      low_hz: chosen.low_hz,
      high_hz: chosen.high_hz,
      others: [],
    };
    this.selection = null;
    this.put([...this.labels, label], label);
    this.editing = true;
    this.changedNow();
  }
  // The chosen label with other values.
  change(values: Partial<Label>): void {
    const old = this.labels[this.chosen];
    const same = (key: string) => old[key as keyof Label] === values[key as keyof Label];
    if (!old || Object.keys(values).every(same)) return;
    const label = { ...old, ...values };
    if (label.end_s < label.start_s) [label.start_s, label.end_s] = [label.end_s, label.start_s];
    label.start_s = Math.max(0, label.start_s);
    if (values.label) this.lastLabel = values.label;
    this.put(this.labels.map((l) => (l === old ? label : l)), label);
  }
  remove(): void {
    const old = this.labels[this.chosen];
    if (!old) return;
    this.put(this.labels.filter((l) => l !== old), null);
    this.chosen = Math.min(this.chosen, this.labels.length - 1);
  }
  private put(labels: readonly Label[], chosen: Label | null): void {
    const at = this.history.put(labels, chosen);
    if (chosen) this.chosen = at;
    this.stored();
  }
  get canUndo(): boolean {
    return this.history.canUndo;
  }
  get canRedo(): boolean {
    return this.history.canRedo;
  }
  undo(): void {
    if (this.history.undo()) this.stored();
    this.chosen = Math.min(this.chosen, this.labels.length - 1);
  }
  redo(): void {
    if (this.history.redo()) this.stored();
    this.chosen = Math.min(this.chosen, this.labels.length - 1);
  }
  // One save after the other, each of what is there then.
  private stored(): void {
    ++this.version;
    this.saving = "saving";
    this.changed();
    const version = this.version;
    this.saveQueue = this.saveQueue.then(async () => {
      if (version !== this.version) return; // a later one saves it
      try {
        const told = await this.source.save(this.revision, this.labels);
        this.revision = told.revision;
        if (version === this.version) this.saving = "saved";
        this.fault = "";
      } catch (fault) {
        this.saving = "failed";
        this.fault = fault instanceof Error ? fault.message : String(fault);
      }
      this.changed();
    });
  }
}
