import type { Budget, PaceRules } from '../model/index.ts';
import type { Spent } from '../store/budgets.ts';

const lengths: Readonly<Record<Budget['per'], number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
/** Of what a window is made, so that each is kept as a few numbers. */
const parts = 60;
/** Per cent of a budget that is kept for those who leave, unless the configuration says otherwise. */
export const usualReserve = 5;

/** How many requests of so many are kept for those who leave: one at the least, where any are. */
export function reserveOf(count: number, reserve = usualReserve): number {
  return reserve === 0 ? 0 : Math.max(1, Math.ceil((count * reserve) / 100));
}

/** Requests that are still to come. */
export interface Following {
  readonly reads: number;
  readonly writes: number;
}

const none: Following = { reads: 0, writes: 0 };

/** How a budget stands. */
export interface BudgetView {
  readonly of: Budget['of'];
  readonly per: Budget['per'];
  readonly count: number;
  /** Without what is kept for those who leave. */
  readonly left: number;
  /** What is kept for those who leave, and what of it they have left. */
  readonly reserve: number;
  readonly reserveLeft: number;
  /** When there is something of it again, where nothing is left. */
  readonly freeAt?: number;
}

/**
 * What a target may be asked within a minute, an hour or a day, whichever run asks it. A window ends now, and what was
 * spent goes out of it bit by bit; it is counted in sixtieths, each as if all of it had been spent at its end.
 */
export class Budgets {
  readonly #rules: readonly Budget[];
  readonly #reserve: number;
  /** By budget, and group if it is one for each: what was spent, oldest first. */
  readonly #spent = new Map<string, { at: number; count: number }[]>();
  readonly #unsaved = new Map<string, Spent>();

  constructor({ budgets = [], reserve = usualReserve }: PaceRules, spent: readonly Spent[] = []) {
    this.#rules = budgets;
    this.#reserve = reserve;
    for (const { budget, at, count } of spent) this.#of(budget).push({ at, count });
  }

  /** One request went out. */
  ask(what: 'reads' | 'writes', now: number): void {
    for (const rule of this.#rules) if (rule.of === 'requests' || rule.of === what) this.#add(rule, 1, now);
  }

  /** So many people are about to be created, or to come into a group. */
  take(kind: 'create' | 'memberAdd', count: number, now: number, group?: number): void {
    for (const rule of this.#rules) if (rule.of === kind) this.#add(rule, count, now, group);
  }

  /** How many requests may start. Those who leave may use the reserve. */
  left(isLeaving: boolean, now: number): number {
    return this.#least(['requests', 'writes', 'reads'], isLeaving, now);
  }

  /** How many may be created, or added to a group, as far as there is a budget for that. */
  leftOf(kind: 'create' | 'memberAdd', now: number, group?: number): number {
    return this.#least([kind], true, now, group);
  }

  /** Groups, by their ids, that fewer people than `most` may be added to, and how many. */
  groups(most: number, now: number): Readonly<Record<number, number>> | undefined {
    const rule = this.#rules.find(({ of, each }) => of === 'memberAdd' && each === 'group');
    if (rule === undefined) return undefined;
    const ids = [...this.#spent.keys()]
      .filter((name) => name.startsWith(`${nameOf(rule)}/`))
      .map((name) => Number(name.slice(nameOf(rule).length + 1)));
    const few = ids
      .map((id) => [id, this.leftOf('memberAdd', now, id)] as const)
      .filter(([, left]) => left < most);
    return few.length === 0 ? undefined : Object.fromEntries(few);
  }

  /** When a request may start, and as many after it as are to follow: now, or later. */
  freeAt(isLeaving: boolean, now: number, { reads, writes }: Following = none): number {
    const after = { reads, writes, requests: reads + writes };
    const general = this.#rules.filter(({ of }) => of !== 'create' && of !== 'memberAdd');
    return Math.max(
      now,
      ...general.map((rule) =>
        this.#freeAt(rule, isLeaving, now, nameOf(rule), after[rule.of as keyof typeof after]),
      ),
    );
  }

  /** When the first of those can be created, or added to a group, that cannot now. */
  kindsFreeAt(now: number): number {
    const times = [...this.#spent.keys()].flatMap((name) =>
      this.#rules
        .filter((rule) => (rule.of === 'create' || rule.of === 'memberAdd') && isOf(name, rule))
        .map((rule) => this.#freeAt(rule, true, now, name))
        .filter((at) => at > now),
    );
    return Math.min(Infinity, ...times);
  }

  /** What was spent since this was last asked, to be written down. */
  unsaved(): readonly Spent[] {
    const all = [...this.#unsaved.values()];
    this.#unsaved.clear();
    return all;
  }

  /** What counts for nothing any more was spent before that. */
  forgetBefore(now: number): number {
    return now - lengths.day - lengths.day / parts;
  }

  /** How each stands; of one for each group, that of the group with the least. */
  views(now: number): readonly BudgetView[] {
    return this.#rules.map((rule) => {
      const names =
        rule.each === undefined ? [nameOf(rule)] : [...this.#spent.keys()].filter((name) => isOf(name, rule));
      const isKind = rule.of === 'create' || rule.of === 'memberAdd';
      const lefts = names.map((name) => this.#left(rule, isKind, now, name));
      const left = Math.min(rule.count - (isKind ? 0 : this.#reserveOf(rule)), ...lefts);
      const freeAt =
        left > 0 ? now : Math.max(now, ...names.map((name) => this.#freeAt(rule, isKind, now, name)));
      const { of, per, count } = rule;
      const reserve = isKind ? 0 : this.#reserveOf(rule);
      const reserveLeft = Math.max(0, reserve + Math.min(0, left));
      return {
        of,
        per,
        count,
        left: Math.max(0, left),
        reserve,
        reserveLeft,
        ...(freeAt > now && { freeAt }),
      };
    });
  }

  #least(of: readonly Budget['of'][], isLeaving: boolean, now: number, group?: number): number {
    const own = this.#rules.filter((rule) => of.includes(rule.of));
    return Math.max(
      0,
      Math.min(Infinity, ...own.map((rule) => this.#left(rule, isLeaving, now, nameOf(rule, group)))),
    );
  }

  #left(rule: Budget, isLeaving: boolean, now: number, name: string): number {
    const since = now - lengths[rule.per] - partOf(rule);
    const spent = this.#of(name)
      .filter(({ at }) => at > since)
      .reduce((sum, { count }) => sum + count, 0);
    return rule.count - (isLeaving ? 0 : this.#reserveOf(rule)) - spent;
  }

  #freeAt(rule: Budget, isLeaving: boolean, now: number, name = nameOf(rule), following = 0): number {
    let left = this.#left(rule, isLeaving, now, name) - following;
    const window = lengths[rule.per] + partOf(rule);
    if (left > 0) return now;
    for (const { at, count } of this.#of(name)) {
      if (at <= now - window) continue;
      left += count;
      if (left > 0) return at + window;
    }
    return now + window;
  }

  /** Never all of it: a budget of one is for whoever comes. */
  #reserveOf({ count }: Budget): number {
    return Math.min(reserveOf(count, this.#reserve), count - 1);
  }

  #add(rule: Budget, count: number, now: number, group?: number): void {
    const name = nameOf(rule, group);
    const part = partOf(rule);
    const at = Math.floor(now / part) * part;
    const spent = this.#of(name);
    const last = spent.at(-1);
    if (last?.at === at) last.count += count;
    else spent.push({ at, count });
    while (spent.length > parts + 2) spent.shift();
    const before = this.#unsaved.get(`${name} ${at}`)?.count ?? 0;
    this.#unsaved.set(`${name} ${at}`, { budget: name, at, count: before + count });
  }

  #of(name: string): { at: number; count: number }[] {
    let spent = this.#spent.get(name);
    if (spent === undefined) this.#spent.set(name, (spent = []));
    return spent;
  }
}

function nameOf({ of, per, each }: Budget, group?: number): string {
  return each === undefined || group === undefined ? `${of}/${per}` : `${of}/${per}/${group}`;
}

function isOf(name: string, rule: Budget): boolean {
  return rule.each === undefined ? name === nameOf(rule) : name.startsWith(`${nameOf(rule)}/`);
}

function partOf({ per }: Budget): number {
  return lengths[per] / parts;
}
