import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathsOf } from '../configuration/source.ts';
import { RollcallError } from '../model/index.ts';
import type { Configuration, KindTotal, Problem } from '../model/index.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import { operationViews, profileDigest } from '../reports/views.ts';
import { openNamed, unwritable } from './files.ts';
import { fileTrouble } from './trouble.ts';

interface ExpectedTarget {
  readonly totals: readonly KindTotal[];
  /** The digest of what the target was known to be able to. */
  readonly profile: string;
  /** `kind key` with the changes, as the file has them. */
  readonly operations: ReadonlyMap<string, string>;
}

/** What a plan that was written by `plan --out` says of each target. */
export type ExpectedPlan = ReadonlyMap<string, ExpectedTarget>;

const shown = 20;

export async function readPlanFile(path: string): Promise<ExpectedPlan> {
  try {
    const lines = createInterface({ input: await openNamed(path), crlfDelay: Infinity })[
      Symbol.asyncIterator
    ]();
    const plan = planOf((await lines.next()).value as string);
    for await (const line of lines) {
      if (line === '') continue;
      const { target, kind, key, changes } = JSON.parse(line) as {
        target: string;
        kind: string;
        key: string;
        changes: unknown;
      };
      plan.get(target)!.operations.set(`${kind} ${key}`, JSON.stringify(changes));
    }
    return plan;
  } catch (error) {
    throw new RollcallError('usage', {
      message: `${path} cannot be read as a plan: ${(error as NodeJS.ErrnoException).code === undefined ? 'its lines are not those of one' : fileTrouble(error)}`,
      hint: 'write one with rollcall plan --out',
    });
  }
}

/** By the first line of its file, without its operations. */
function planOf(header: string) {
  const { targets } = JSON.parse(header) as {
    targets: Record<string, { totals: KindTotal[]; profile?: string }>;
  };
  return new Map(
    Object.entries(targets).map(([name, { totals, profile = '' }]) => [
      name,
      { totals, profile, operations: new Map<string, string>() },
    ]),
  );
}

/** What is written, and by what its file is known. */
export interface Written {
  readonly what: string;
  readonly option: string;
  /** Whether a file that begins so is one of these. */
  readonly isOne: (beginning: string) => boolean;
}

/** What the first line of each plan file begins with; no other file does. */
const planLines: Written = {
  what: 'plan',
  option: '--out',
  isOne: (beginning) => /^\{"rollcall":"[^"]*","source":\{/.test(beginning),
};

/**
 * A slip of the hand must not write a plan over anything that is not one: the state, the people and the configuration,
 * the connector's file that it names, or whatever else is there. Only an earlier one of its kind, an empty file and a
 * device are written over; one that was cut off is one too. Throws `RollcallError('usage', …)`.
 */
export async function refuseOthersFiles(
  path: string,
  configuration: Configuration,
  { what, option, isOne }: Written = planLines,
): Promise<void> {
  const hint = `name another file under ${option}`;
  const own = await ownFile(path, configuration);
  if (own !== undefined)
    throw new RollcallError('usage', { message: `the ${what} would be written over ${own}`, hint });
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size === 0 || isOne(await startOf(path, what))) return;
  throw new RollcallError('usage', {
    message: `the ${what} would be written over ${path}, which is there already and is no ${what}`,
    hint: `${hint}, or remove that one`,
  });
}

/** Which file of the configuration's a path leads to, be it there already or not; the state has others beside it. */
async function ownFile(path: string, { state, source, file }: Configuration): Promise<string | undefined> {
  const wanted = resolve(path);
  const beside = wanted.startsWith(state) ? wanted.slice(state.length) : undefined;
  if (beside !== undefined && /^(-wal|-shm|-journal|\..*\.lock)$/.test(beside)) return wanted;
  const identity = await identityOf(path);
  for (const own of [state, ...pathsOf(source), file])
    if (resolve(own) === wanted || (identity !== undefined && (await identityOf(own)) === identity))
      return own;
  return undefined;
}

/** The same for all names that lead to one file. */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

async function startOf(path: string, what: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unwritable(path, what, error);
  }
}

/** Refuses to go on where planning anew gives other rows than those that were looked at (rule 23), and says which. */
export function comparePlan(expected: ExpectedPlan, planned: Run): void {
  const problems = planned.targets.flatMap((target): readonly Problem[] => {
    const before = expected.get(target.configuration.name);
    return before === undefined
      ? [{ message: `the file has no plan for ${target.configuration.name}` }]
      : [...otherProfile(before, target), ...differences(planned, before, target)];
  });
  if (problems.length === 0) return;
  const head = {
    message: 'the plan is not the one in the file any more; nothing was sent',
    hint: 'look at the new one with rollcall plan',
  };
  throw new RollcallError('changed', [head, ...problems]);
}

function otherProfile({ profile }: ExpectedTarget, { configuration }: TargetRun): readonly Problem[] {
  if (profile === profileDigest(configuration)) return [];
  return [{ message: `${configuration.name}: the profile of ${configuration.connector} is another one` }];
}

function differences(planned: Run, before: ExpectedTarget, target: TargetRun): readonly Problem[] {
  const now = target.sealed!.totals;
  const same =
    now.length === before.totals.length &&
    now.every(({ kind, checksum }) =>
      before.totals.some((total) => total.kind === kind && total.checksum === checksum),
    );
  return same ? [] : listed(planned, before, target);
}

function listed(planned: Run, before: ExpectedTarget, target: TargetRun): readonly Problem[] {
  const { name } = target.configuration;
  const gone = new Map(before.operations);
  const lines: string[] = [];
  for (const { kind, key, changes } of operationViews(planned, target)) {
    const was = gone.get(`${kind} ${key}`);
    gone.delete(`${kind} ${key}`);
    if (was === undefined) lines.push(`${name}: new: ${kind} ${key}`);
    else if (was !== JSON.stringify(changes)) lines.push(`${name}: other changes: ${kind} ${key}`);
  }
  for (const one of gone.keys()) lines.push(`${name}: no longer: ${one}`);
  if (lines.length === 0) lines.push(`${name}: the same people, from other confirmed accounts`);
  const more = lines.length > shown ? [{ message: `${name}: … and ${lines.length - shown} more` }] : [];
  return [...lines.slice(0, shown).map((message) => ({ message })), ...more];
}
