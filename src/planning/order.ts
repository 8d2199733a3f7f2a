/**
 * How deep each person stands in the tree of managers among those who are created in one plan, so that a manager's
 * create goes before the creates of the reports (law 10).
 *
 * `managers[i]` is the index of i's manager among them, or -1. The result has 0 for whoever need not wait. On a cycle
 * the one whom `before` puts first goes without the manager: listed in `broken`, since their reference follows as
 * part 1, one more request per cycle.
 */
export function depths(
  managers: Int32Array,
  before: (left: number, right: number) => boolean,
): { readonly depth: Uint32Array; readonly broken: readonly number[] } {
  const depth = new Uint32Array(managers.length);
  const broken = cycles(managers).map((cycle) =>
    cycle.reduce((best, one) => (before(one, best) ? one : best)),
  );
  // Without these, every way up ends.
  const settled = new Uint8Array(managers.length);
  for (const one of broken) settled[one] = 1;
  for (let start = 0; start < managers.length; start++) {
    const path: number[] = [];
    for (let at = start; at >= 0 && settled[at] === 0; at = managers[at]!) path.push(at);
    for (const one of path.reverse()) {
      const manager = managers[one]!;
      depth[one] = manager < 0 ? 0 : depth[manager]! + 1;
      settled[one] = 1;
    }
  }
  return { depth, broken };
}

/**
 * The cycles in a table of managers: `managers[i]` is the manager of i, or -1. Each begins with its lowest number, and
 * goes on from report to manager.
 */
export function cycles(managers: Int32Array): readonly (readonly number[])[] {
  // 0 unseen, 1 on the way that is walked, 2 settled.
  const state = new Uint8Array(managers.length);
  const found: number[][] = [];
  for (let start = 0; start < managers.length; start++) {
    const path: number[] = [];
    let at = start;
    while (at >= 0 && state[at] === 0) {
      state[at] = 1;
      path.push(at);
      at = managers[at]!;
    }
    if (at >= 0 && state[at] === 1) {
      const cycle = path.slice(path.indexOf(at));
      const first = cycle.indexOf(cycle.reduce((least, one) => Math.min(least, one)));
      found.push([...cycle.slice(first), ...cycle.slice(0, first)]);
    }
    for (const one of path) state[one] = 2;
  }
  return found;
}

/**
 * Renames in one plan that wait for each other. `edges` says *who takes the name that whom gives up*; the result gives
 * each its turn (0 first), and those on a cycle, who are disputed (rule 26).
 */
export function turns(edges: readonly { readonly taker: number; readonly giver: number }[]): {
  readonly turn: ReadonlyMap<number, number>;
  readonly cycles: readonly (readonly number[])[];
} {
  const giverOf = new Map(edges.map((edge) => [edge.taker, edge.giver]));
  const turn = new Map<number, number>();
  const cycles: number[][] = [];
  const settled = new Set<number>();
  for (const { taker } of edges) {
    const path: number[] = [];
    const place = new Map<number, number>();
    let at: number | undefined = taker;
    while (at !== undefined && !settled.has(at) && !place.has(at)) {
      place.set(at, path.length);
      path.push(at);
      at = giverOf.get(at);
    }
    const start = at === undefined ? undefined : place.get(at);
    if (start !== undefined) cycles.push(path.splice(start));
    for (const one of place.keys()) settled.add(one);
    for (const one of path.reverse()) {
      const giver = giverOf.get(one);
      turn.set(one, giver === undefined ? 0 : (turn.get(giver) ?? -1) + 1);
    }
  }
  return { turn, cycles };
}
