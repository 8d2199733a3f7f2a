import { RollcallError } from '../model/index.ts';
import type { Configuration } from '../model/index.ts';
import { accessCsv, accessJson, accessText } from '../reports/access.ts';
import type { AccessReport, AccessTarget } from '../reports/access.ts';
import { compared, comparedCsv, comparedJson, comparedText } from '../reports/compared.ts';
import { targetRow } from '../store/accounts.ts';
import { accessIn, knownTargets } from '../store/access.ts';
import type { Access } from '../store/access.ts';
import { isPresent } from '../store/people.ts';
import { withReader } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { straysOf } from '../store/strays.ts';
import { accessAt } from '../store/trail/access-at.ts';
import { wire } from './engine.ts';
import { formatOf } from './format.ts';
import { spanOf } from './moment.ts';
import { readList } from './sso-list.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly person?: string;
  readonly format?: string;
  readonly at?: string;
  readonly compare?: string;
}

/** A target as far as access is concerned: what is asked about, and what is told of it. */
interface Asked extends AccessTarget {
  readonly id: number;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  const format = formatOf(options, ['table', 'csv']);
  const now = Date.now();
  const before = options.at === undefined ? undefined : momentOf(options.at, now);
  const { configuration } = await wire(options, false);
  return withReader(configuration.state, async (state) => {
    const key = options.person?.trim().normalize('NFC');
    const targets = targetsOf(state, configuration, names, key === undefined);
    const withEmails = options.compare !== undefined;
    const accounts = accessesOf(state, targets, { withEmails, ...(key !== undefined && { key }) }, before);
    if (options.compare !== undefined) return await compare(options, format, targets, accounts);
    const report: AccessReport = {
      accounts,
      targets,
      ...(key !== undefined && { of: { key, isKnown: isPresent(state, key) !== undefined } }),
      ...(before !== undefined && { at: before - 1 }),
    };
    if (format === 'json') await print(accessJson(report), '');
    else await print(format === 'csv' ? accessCsv(report) : accessText(report, styleOf(options)));
    return 0;
  });
}

/** The first moment that does not count any more: of a day, all of it counts. */
function momentOf(text: string, now: number): number {
  const { from, to } = spanOf(text, '--at', now);
  const before = from === to ? to + 1 : to;
  // Of today, what has happened counts.
  if (from <= now) return Math.min(before, now + 1);
  throw new RollcallError('usage', {
    message: `--at ${text} is still to come`,
    hint: 'a time that has been; rollcall plan says what is to come',
  });
}

/** Those that are meant: all that are configured, and those that are not any more and have accounts. */
function targetsOf(
  state: State,
  configuration: Configuration,
  names: readonly string[],
  isAll: boolean,
): readonly Asked[] {
  const own = configuration.targets.map(({ name, renamedFrom, mapping }): Asked => {
    const id = targetRow(state, name, renamedFrom)?.id ?? 0;
    // What is nobody's is not the affair of the one person who is asked about.
    const strays = isAll ? straysOf(state, id) : undefined;
    const assign = mapping.assign?.text;
    return { id, name, ...(assign !== undefined && { assign }), ...(strays && { strays }) };
  });
  const ids = new Set(own.map(({ id }) => id));
  const forgotten = knownTargets(state).filter(({ id }) => !ids.has(id));
  const all = [...own, ...forgotten.map((target) => ({ ...target, isForgotten: true }))];
  const unknown = names.filter((name) => !all.some((target) => target.name === name));
  if (unknown.length > 0)
    throw new RollcallError('usage', {
      message: `there is no target ${unknown.map((name) => `"${name}"`).join(', ')} in ${configuration.file}`,
      hint: `the targets are ${all.map(({ name }) => name).join(', ')}`,
    });
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function* accessesOf(
  state: State,
  targets: readonly Asked[],
  filter: { readonly key?: string; readonly withEmails: boolean },
  before: number | undefined,
): Generator<Access> {
  if (before !== undefined)
    yield* accessAt(state, { ...filter, targets: targets.map(({ name }) => name) }, before);
  else for (const { id, name } of targets) yield* accessIn(state, { target: id, name, ...filter });
}

async function compare(
  options: Options,
  format: 'table' | 'csv' | 'json',
  targets: readonly Asked[],
  accounts: Iterable<Access>,
): Promise<number> {
  const [target] = targets;
  if (target === undefined || targets.length > 1)
    throw new RollcallError('usage', {
      message: '--compare is for one target: a list is of one application',
      hint: `rollcall access ${target?.name ?? 'TARGET'} --compare ${options.compare!}`,
    });
  const listed = await readList(options.compare!);
  try {
    const tally = { here: 0, off: 0, there: 0, both: 0 };
    const differences = compared(accounts, listed, tally);
    if (format === 'json') await print(comparedJson(target.name, differences, tally), '');
    else if (format === 'csv') await print(comparedCsv(differences));
    else await print(comparedText(target.name, differences, tally, styleOf(options)));
    return 0;
  } finally {
    listed.close();
  }
}
