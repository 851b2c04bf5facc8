// SPDX-License-Identifier: Apache-2.0
// The labels as they are, were, and would be again.
import type { Label } from "./types";

const most = 1000;

export class History {
  private past: Label[][] = [];
  private future: Label[][] = [];
  constructor(private current: Label[]) {}

  get labels(): readonly Label[] {
    return this.current;
  }
  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }

  // Sorted by time. Returns where `chosen` then is.
  put(labels: readonly Label[], chosen: Label | null): number {
    this.past.push(this.current);
    if (this.past.length > most) this.past.shift();
    this.future = [];
    this.current = [...labels].sort((a, b) => a.start_s - b.start_s);
    return chosen ? this.current.indexOf(chosen) : -1;
  }
  undo(): boolean {
    const before = this.past.pop();
    if (!before) return false;
    this.future.push(this.current);
    this.current = before;
    return true;
  }
  redo(): boolean {
    const after = this.future.pop();
    if (!after) return false;
    this.past.push(this.current);
    this.current = after;
    return true;
  }
}
