// SPDX-License-Identifier: Apache-2.0
// What was fetched or is being fetched, by key; the least recently used goes first. What is asked for
// and not there yet is null, and `arrived` is called when it is.
export class Cache<T> {
  private readonly kept = new Map<string, T>();
  private readonly coming = new Set<string>();
  private readonly failed = new Map<string, number>();
  private age = 0;

  constructor(
    private readonly most: number,
    private readonly arrived: () => void,
  ) {}

  get(key: string, fetch: () => Promise<T>): T | null {
    const known = this.kept.get(key);
    if (known !== undefined) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known;
    }
    if (!this.coming.has(key) && (this.failed.get(key) ?? 0) < 3) this.start(key, fetch);
    return null;
  }
  peek(key: string): T | null {
    return this.kept.get(key) ?? null;
  }
  // What is there is fetched anew when it is asked for.
  clear(): void {
    ++this.age;
    this.kept.clear();
    this.coming.clear();
    this.failed.clear();
  }
  // Puts what `fetch` brings in the place of what is there, which stays until then.
  renew(key: string, fetch: () => Promise<T>): void {
    if (!this.coming.has(key)) this.start(key, fetch);
  }
  keys(): string[] {
    return [...this.kept.keys()];
  }

  private start(key: string, fetch: () => Promise<T>): void {
    const age = this.age;
    this.coming.add(key);
    fetch()
      .then((value) => {
        if (age !== this.age) return;
        this.kept.delete(key);
        this.kept.set(key, value);
        for (const old of this.kept.keys()) {
          if (this.kept.size <= this.most) break;
          this.kept.delete(old);
        }
      })
      .catch(() => this.failed.set(key, (this.failed.get(key) ?? 0) + 1))
      .finally(() => {
        if (age !== this.age) return;
        this.coming.delete(key);
        this.arrived();
      });
  }
}
