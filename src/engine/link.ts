import { RollcallError, TargetError, canonical, formatLocus } from '../model/index.ts';
import type { Locus, Problem, Remote, Resource, TargetConfiguration } from '../model/index.ts';
import { observed } from '../delivery/observed.ts';
import { createPace } from '../delivery/pace.ts';
import { inOurWords, takenOver } from '../planning/drift.ts';
import type { ScimTarget } from '../scim/target.ts';
import { ownerOf, targetRow } from '../store/accounts.ts';
import { audit } from '../store/audit.ts';
import type { KeyedTexts } from '../store/keyed.ts';
import { isInDoubt, linkOf, lookAgain, openLink, personOf } from '../store/links.ts';
import { openState, stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import { lockTargets } from './locks.ts';
import { fingerprintOf } from './moved.ts';

/** That an account of a target is somebody's, and where that is said. */
export interface Decision {
  readonly locus: Locus;
  readonly target: string;
  readonly key: string;
  readonly remoteId: string;
}

export interface Linked {
  readonly linked: number;
  /** Of those that were asked for, how many were so before. */
  readonly already: number;
}

/** A decision that can be carried out, as far as the state knows. */
interface Checked extends Decision {
  readonly configuration: TargetConfiguration;
  readonly id: number;
  readonly person: number;
}

/**
 * Links people to accounts that are there: somebody's word is the approval (rules 10 and 11). All decisions or none; throws
 * `RollcallError('usage')` with every line that cannot be. What the accounts hold is confirmed, and the next sync sees
 * what differs. `resources` keeps it until all of them were read.
 */
export async function link(
  engine: Engine,
  decisions: readonly Decision[],
  who: { readonly command: string; readonly actor: string },
  resources: KeyedTexts,
): Promise<Linked> {
  const { configuration, clock } = engine;
  const unknown = decisions.filter(
    ({ target }) => !configuration.targets.some(({ name }) => name === target),
  );
  refuse(unknown.map(({ target, locus }) => ({ message: `there is no target "${target}"`, locus })));
  const names = [...new Set(decisions.map(({ target }) => target))];
  const wanted = names.length === 0 ? [] : chosenTargets(configuration, names);
  if (wanted.length === 0) return { linked: 0, already: 0 };
  const state = openState(configuration.state, false);
  const releases: (() => void)[] = [];
  const remotes = new Map<string, ScimTarget>();
  try {
    const locks = lockTargets(state, wanted, who.command, clock.now());
    releases.push(...locks.releases);
    if (locks.busy.length > 0)
      throw new RollcallError(
        'locked',
        locks.busy.map(({ error }) => ({ message: error!.message })),
      );
    const { checked, already } = check(state, wanted, decisions);
    for (const target of wanted) remotes.set(target.name, engine.openTarget(target));
    await readAll(state, checked, { remotes, clock }, resources);
    const now = clock.now();
    state.db
      .transaction(() => checked.forEach((one) => write(state, one, resources, who.actor, now)))
      .immediate();
    return { linked: checked.length, already };
  } catch (error) {
    throw stateError(error, state);
  } finally {
    for (const remote of remotes.values()) remote.close();
    for (const release of releases) release();
    state.close();
  }
}

/** What the state says against a decision. One that is true already is no decision any more. */
function check(
  state: State,
  targets: readonly TargetConfiguration[],
  decisions: readonly Decision[],
): { readonly checked: readonly Checked[]; readonly already: number } {
  let already = 0;
  const problems: Problem[] = [];
  const checked: Checked[] = [];
  const taken = new Map<string, Decision>();
  for (const decision of decisions) {
    const { target, key, remoteId, locus } = decision;
    const configuration = targets.find(({ name }) => name === target)!;
    const say = (message: string, hint?: string): void =>
      void problems.push({ message, locus, ...(hint !== undefined && { hint }) });
    const row = targetRow(state, target, configuration.renamedFrom);
    const person = personOf(state, key);
    if (row === undefined || row.fingerprint !== fingerprintOf(configuration)) {
      say(
        `${target} was never synced at this address`,
        'rollcall sync first: it holds what it would take over',
      );
      continue;
    }
    if (person === undefined) {
      say(
        `nobody has the key ${key}`,
        'people are known from the first rollcall sync on that read their record',
      );
      continue;
    }
    const twin = taken.get(`${target}\0k${key}`) ?? taken.get(`${target}\0r${remoteId}`);
    const own = linkOf(state, row.id, person);
    const owner = ownerOf(state, row.id, remoteId);
    // A report has a line for each attribute by which the two were found.
    if (twin?.key === key && twin.remoteId === remoteId) continue;
    if (twin !== undefined)
      say(`another line says so of the same person or account: ${formatLocus(twin.locus)}`);
    else if (own?.remoteId === remoteId) already += 1;
    else if (own !== undefined)
      say(`${key} has the account ${own.remoteId} on ${target}`, `rollcall unlink ${target} ${key} first`);
    else if (owner !== undefined) say(`the account ${remoteId} is that of ${owner}`);
    else if (isInDoubt(state, row.id, person))
      say(`a request for ${key} was sent and its answer is not known yet`, 'rollcall sync first');
    else checked.push({ ...decision, configuration, id: row.id, person });
    taken.set(`${target}\0k${key}`, decision);
    taken.set(`${target}\0r${remoteId}`, decision);
  }
  refuse(problems);
  return { checked, already };
}

/** Every account is read before any is linked: it has to be there, and what it holds is what is confirmed. */
async function readAll(
  state: State,
  checked: readonly Checked[],
  { remotes, clock }: { readonly remotes: ReadonlyMap<string, ScimTarget>; readonly clock: Engine['clock'] },
  resources: KeyedTexts,
): Promise<void> {
  const problems: Problem[] = [];
  let trouble: unknown;
  for (const [name, opened] of remotes) {
    const own = checked.filter(({ target }) => target === name);
    if (own.length === 0) continue;
    const pace = createPace({ ...own[0]!.configuration.pace, budgets: [] });
    const remote = observed(opened, pace, () => clock.now(), 'planning');
    const read = async (one: Checked): Promise<void> => {
      try {
        const live = trouble === undefined ? await remote.read(one.remoteId) : undefined;
        if (live !== undefined) resources.put(keyOf(one), canonical(resourceOf(state, one, live)));
        else if (trouble === undefined)
          problems.push({ message: `there is no account ${one.remoteId} on ${name}`, locus: one.locus });
      } catch (error) {
        trouble ??= error;
      }
    };
    for (const one of own) {
      await pace.room();
      void pace.run(() => read(one));
    }
    await pace.idle();
  }
  if (trouble instanceof TargetError)
    throw new RollcallError(trouble.code, { message: trouble.message, hint: 'nobody was linked; try again' });
  if (trouble !== undefined) throw trouble as Error;
  refuse(problems.sort((one, other) => (one.locus?.line ?? 0) - (other.locus?.line ?? 0)));
}

function resourceOf(state: State, { id, configuration }: Checked, live: Remote) {
  const { profile, drift } = configuration;
  const shown = inOurWords(live, (remoteId) => ownerOf(state, id, remoteId));
  return takenOver(live, shown, profile, drift);
}

function keyOf({ target, remoteId }: Decision): string {
  return `${target}\0${remoteId}`;
}

function write(state: State, one: Checked, resources: KeyedTexts, actor: string, now: number): void {
  const { id, person, target, key, remoteId } = one;
  const resource = resources.get(keyOf(one))[0]!;
  openLink(state, id, person, { remoteId, resource, now, why: "linked by somebody's word" });
  const reason = `has the account ${remoteId} by somebody's word`;
  lookAgain(state, id, person, { rule: 'linked', reason, now });
  audit(state, [
    {
      at: now,
      target,
      key,
      event: 'account.linked',
      detail: { remoteId, actor, after: JSON.parse(resource) as Resource },
    },
  ]);
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new RollcallError('usage', [...problems, nothing]);
}

const nothing: Problem = { message: 'nobody was linked: all lines count, or none' };
