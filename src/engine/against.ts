import { RollcallError } from '../model/index.ts';
import type { Configuration, Problem, TargetConfiguration } from '../model/index.ts';
import { leftOutOf, rejectionsOf } from '../store/stage/remarks.ts';
import { dropOperations, dropSameRejections, takeApart } from '../store/stage/subtract.ts';
import { countFrozen } from './build.ts';
import type { Engine } from './build.ts';
import { plan } from './plan.ts';
import type { Run, TargetRun } from './run.ts';
import { countsIn } from './seal.ts';

/** What a change of the configuration does by itself. */
export interface Difference {
  /** The plan with the newer configuration, without what the older one would do anyway. */
  readonly run: Run;
  /** The plan with the older configuration, without what the newer one does as well. */
  readonly before: Run;
  /** By the name of a target: its place in the older plan, where it is in there. */
  readonly withdrawn: ReadonlyMap<string, TargetRun>;
  /** Targets that the newer configuration does not name any more. */
  readonly gone: readonly string[];
}

/**
 * Plans twice, from the same people and the same state, and shows what the two plans do not share. Nothing is written, and
 * nothing is sent that writes. Throws `RollcallError('usage')` where the two cannot be compared.
 */
export async function planAgainst<T>(
  engine: Engine,
  older: Engine,
  names: readonly string[],
  use: (difference: Difference) => Promise<T>,
): Promise<T> {
  refuseOthers(engine.configuration, older.configuration);
  return plan(engine, names, async (run) => {
    const pairs = run.targets.map(
      (target) => [target, formerOf(target.configuration, older.configuration)] as const,
    );
    const former = pairs.flatMap(([, one]) => (one === undefined ? [] : [one.name]));
    return plan(older, former, async (before) => {
      refuseOtherPeople(run, before);
      const withdrawn = new Map<string, TargetRun>();
      for (const [target, one] of pairs) {
        const other = before.targets.find(({ configuration }) => configuration.name === one?.name);
        if (other === undefined) continue;
        withdrawn.set(target.configuration.name, other);
        subtract(run, target, before, other);
      }
      dropSameRejections(run.stage, before.stage);
      run.rejected = [...rejectionsOf(run.stage)].length;
      run.frozen = countFrozen(run);
      run.missed = Math.max(0, run.missed - before.missed);
      return use({ run, before, withdrawn, gone: goneFrom(engine.configuration, older.configuration) });
    });
  });
}

/** The same target in the older configuration. */
function formerOf(
  { name, renamedFrom }: TargetConfiguration,
  { targets }: Configuration,
): TargetConfiguration | undefined {
  return targets.find((one) => one.name === name) ?? targets.find((one) => one.name === renamedFrom);
}

function goneFrom({ targets: now }: Configuration, { targets: before }: Configuration): readonly string[] {
  const kept = now.flatMap(({ name, renamedFrom = name }) => [name, renamedFrom]);
  return before.map(({ name }) => name).filter((name) => !kept.includes(name));
}

function subtract(run: Run, target: TargetRun, before: Run, other: TargetRun): void {
  const newer = { stage: run.stage, target: target.index };
  const older = { stage: before.stage, target: other.index };
  const failure = target.failure ?? other.failure;
  if (failure !== undefined) {
    // One half of a comparison says nothing.
    target.failure = failure;
    dropOperations(newer);
    dropOperations(older);
  } else takeApart(newer, older);
  const counted = countsIn(run, target);
  const kinds = new Set<string>(counted.totals.map(({ kind }) => kind));
  target.sealed = {
    ...target.sealed!,
    ...counted,
    held: target.sealed!.held.filter(({ kind }) => kind === 'target' || kind === 'source' || kinds.has(kind)),
    leftOut: [...leftOutOf(run.stage, target.index)].length,
  };
  other.sealed = { ...other.sealed!, ...countsIn(before, other) };
}

/** With another state, or other people under the keys, there is nothing that only the configuration has changed. */
function refuseOthers(newer: Configuration, older: Configuration): void {
  const problems: Problem[] = [];
  if (newer.state !== older.state)
    problems.push({
      message: `the state is another: ${newer.state}, and ${older.state} in ${older.file}`,
      hint: 'a state holds what was confirmed; the change of a configuration shows on one and the same',
    });
  const [now, then] = [newer, older].map(keysOf);
  if (now !== then)
    problems.push({
      message: `the source's key is another: ${now}, and ${then} in ${older.file}`,
      locus: newer.mapping.key.locus,
      hint: 'under other keys all people are others; rollcall rekey, or previousKey, moves them',
    });
  if (problems.length > 0) throw new RollcallError('usage', problems);
}

/** What tells people apart, of each of several sources. */
function keysOf({ source, mapping }: Configuration): string {
  const parts =
    source.connector === 'union'
      ? source.parts
      : source.connector === 'join'
        ? [source.authority, ...source.with]
        : [];
  if (parts.length === 0) return mapping.key.text;
  return parts.map(({ source: { name }, key }) => `${name}: ${key.text}`).join(', ');
}

function refuseOtherPeople(run: Run, before: Run): void {
  const [now, then] = [run.receipt!, before.receipt!];
  if (run.source.isLive === true || now.sha256 === then.sha256) return;
  const same = now.file === then.file;
  throw new RollcallError('source', {
    message: same
      ? `${now.file} changed between the two reads`
      : `the two read other people: ${now.file}, and ${then.file}`,
    locus: { file: now.file },
    hint: same
      ? 'run again when it is no longer being written'
      : 'let both name the same source: then what differs comes of the configuration alone',
  });
}
