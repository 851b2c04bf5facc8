// SPDX-License-Identifier: Apache-2.0
// The best one-to-one assignment, as src/events/assignment.h has it: as many pairs as there can be,
// and of all ways to have so many one of the least total cost.

export interface Pair {
  left: number;
  right: number;
  cost: number; // whole
}

const none = -1;

// For each left the right that it is paired with, or -1. Successive cheapest augmenting paths, with
// prices so that the nearest is looked at first; each set of things that pairs join is by itself.
export function bestAssignment(lefts: number, rights: number, pairs: readonly Pair[]): Int32Array {
  const ways: Pair[][] = Array.from({ length: lefts }, () => []);
  for (const pair of pairs) ways[pair.left].push(pair);
  const rightOf = new Int32Array(lefts).fill(none);
  const leftOf = new Int32Array(rights).fill(none);
  for (const members of components(lefts, rights, pairs)) {
    assign(members, ways, rightOf, leftOf);
  }
  return rightOf;
}

function components(lefts: number, rights: number, pairs: readonly Pair[]): number[][] {
  const parent = Int32Array.from({ length: lefts }, (_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const first = new Int32Array(rights).fill(none);
  for (const { left, right } of pairs) {
    if (first[right] === none) first[right] = left;
    parent[find(left)] = find(first[right]);
  }
  const sets = new Map<number, number[]>();
  for (const { left } of pairs) {
    const root = find(left);
    const set = sets.get(root);
    if (!set) sets.set(root, [left]);
    else if (set[set.length - 1] !== left) set.push(left);
  }
  return [...sets.values()].map((set) => [...new Set(set)]);
}

// Bellman and Ford's search over one set, whose members are few: paths may cost less than nothing,
// since a pair that is given up gives its cost back.
function assign(members: number[], ways: Pair[][], rightOf: Int32Array, leftOf: Int32Array): void {
  const only = members.length === 1 ? ways[members[0]] : null;
  if (only) {
    const best = only.reduce((a, b) => (b.cost < a.cost ? b : a));
    rightOf[best.left] = best.right;
    leftOf[best.right] = best.left;
    return;
  }
  while (augment(members, ways, rightOf, leftOf)) {
    // One more pair each time.
  }
}

function augment(members: number[], ways: Pair[][], rightOf: Int32Array, leftOf: Int32Array) {
  const distance = new Map<number, number>(); // of rights
  const before = new Map<number, number>(); // the left that it was reached from
  const ownCost = (left: number): number =>
    ways[left].find((way) => way.right === rightOf[left])!.cost;
  let open = members.filter((left) => rightOf[left] === none).map((left) => ({ left, cost: 0 }));
  while (open.length > 0) {
    const next = new Map<number, number>(); // of lefts
    for (const { left, cost } of open) {
      for (const way of ways[left]) {
        if (way.right === rightOf[left]) continue;
        const there = cost + way.cost;
        if (there >= (distance.get(way.right) ?? Infinity)) continue;
        distance.set(way.right, there);
        before.set(way.right, left);
        const holder = leftOf[way.right];
        if (holder !== none) next.set(holder, there - ownCost(holder));
      }
    }
    open = [...next].map(([left, cost]) => ({ left, cost }));
  }
  let end = none;
  let least = Infinity;
  for (const [right, cost] of distance) {
    if (leftOf[right] === none && cost < least) [end, least] = [right, cost];
  }
  if (end === none) return false;
  while (end !== none) {
    const left = before.get(end)!;
    leftOf[end] = left;
    [end, rightOf[left]] = [rightOf[left], end];
  }
  return true;
}
