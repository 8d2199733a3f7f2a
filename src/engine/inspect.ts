import type { Locus } from '../model/index.ts';
import { CaseClashes, lintIdentity, lintRules } from '../planning/lint.ts';
import type { LintRule } from '../planning/lint.ts';
import { fold } from '../planning/map.ts';
import { cycles } from '../planning/order.ts';
import { FLAG, Ledger } from '../store/ledger.ts';
import { slotOfKey } from './keys.ts';
import { SEEN } from './people.ts';
import { nameOf, some } from './run.ts';
import type { Run } from './run.ts';
import { Slots } from './slots.ts';
import { tryAgain, withRejections } from './trial.ts';
import type { Tried } from './trial.ts';

/** All that one rule found: how much it is, and some of it. */
export interface Lint {
  readonly rule: LintRule;
  readonly count: number;
  readonly examples: readonly { readonly locus?: Locus; readonly key?: string; readonly text: string }[];
}

/**
 * The first records as identities, and what is odd about all of them. It reads the source once more: only a run that has
 * met everybody knows who is nobody's manager, and which records reject each other.
 */
export async function inspect(
  run: Run,
  most: { readonly sample: number; readonly examples: number },
): Promise<{ readonly sample: readonly Tried[]; readonly lints: readonly Lint[] }> {
  const findings = new Findings(most.examples);
  const sample: Tried[] = [];
  const keys = new FoldedKeys(run);
  const groups = new CaseClashes();
  for await (const tried of tryAgain(run)) {
    if (sample.length < most.sample) sample.push(tried);
    const { identity, key, locus } = tried;
    if (identity === undefined || key === undefined) continue;
    const say = (rule: LintRule, text: string): void => findings.add(rule, { locus, key, text });
    for (const { rule, text } of lintIdentity(identity)) say(rule, text);
    const other = keys.clash(key);
    if (other !== undefined) say('keyCase', `this key differs from ${other} in case alone`);
    if (!identity.active) continue;
    for (const name of identity.groups) {
      const first = groups.of(name);
      if (first !== undefined) say('groupCase', `the group ${name} differs from ${first} in case alone`);
    }
    if (isNobody(run, identity.manager)) say('manager', `the manager ${identity.manager!} is in no record`);
  }
  for (const cycle of cycles(managersOf(run))) {
    const names = cycle.map((slot) => nameOf(run, slot));
    if (cycle.length > 1)
      findings.add('managerCycle', { text: `${some(names)} report to each other in a circle` });
  }
  return { sample: withRejections(run, sample), lints: findings.all() };
}

function isNobody(run: Run, manager: string | undefined): boolean {
  if (manager === undefined) return false;
  const slot = slotOfKey(run, manager);
  return slot < 0 || run.people.seen.get(slot) === SEEN.no;
}

/** By slot, the managers of those who are active; -1 for nobody. */
function managersOf({ people }: Run): Int32Array {
  const { ledger, managers } = people;
  return Int32Array.from({ length: ledger.size }, (_, slot) =>
    (ledger.flags(slot) & FLAG.active) === 0 ? -1 : managers.get(slot) - 1,
  );
}

/** Keys without regard to case, at a few bytes each. */
class FoldedKeys {
  readonly #run: Run;
  readonly #ledger: Ledger;
  readonly #slots = new Slots('word', 0);
  readonly #digest = new Uint32Array(4);

  constructor(run: Run) {
    this.#run = run;
    this.#ledger = new Ledger(run.state.salt);
  }

  /** Another key that is spelt alike. */
  clash(key: string): string | undefined {
    const slot = slotOfKey(this.#run, key);
    this.#ledger.keyHash(fold(key), this.#digest);
    const known = this.#ledger.find(this.#digest);
    if (known < 0) {
      this.#slots.set(this.#ledger.add(this.#digest), slot);
      return undefined;
    }
    const other = this.#slots.get(known);
    return other === slot ? undefined : nameOf(this.#run, other);
  }
}

class Findings {
  readonly #most: number;
  readonly #found = new Map<LintRule, { count: number; examples: Lint['examples'][number][] }>();

  constructor(most: number) {
    this.#most = most;
  }

  add(rule: LintRule, example: Lint['examples'][number]): void {
    const found = this.#found.get(rule) ?? { count: 0, examples: [] };
    this.#found.set(rule, found);
    found.count++;
    if (found.examples.length < this.#most) found.examples.push(example);
  }

  all(): readonly Lint[] {
    return lintRules.flatMap((rule) => {
      const found = this.#found.get(rule);
      return found === undefined ? [] : [{ rule, ...found }];
    });
  }
}
