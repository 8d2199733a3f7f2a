import { TargetError } from '../model/index.ts';
import type { Failure, Item, Remote, Situation } from '../model/index.ts';
import { isOutOfReach } from '../delivery/decide.ts';
import { asFound, compare, inOurWords } from '../planning/drift.ts';
import { situationOf } from '../planning/situation.ts';
import { ownerOf } from '../store/accounts.ts';
import { ownedAt, ownedOf } from '../store/links.ts';
import type { OwnedAccount } from '../store/links.ts';
import { addListed, addSituation } from '../store/stage/situations.ts';
import type { Run, TargetRun } from './run.ts';
import type { Stock } from './inventory.ts';

/** Whether nobody is missing from the list by its own numbers, and none of ours is who was asked for. */
export function isWhole({ listing, leftOut }: Stock): boolean {
  return listing?.complete === true && leftOut === 0;
}

/**
 * Lists a target whole and compares the accounts that are somebody's as they come, so that nothing is kept of them but
 * what differs. Those that are nobody's wait in the stage until it is known who could have them.
 */
export async function takeStock(run: Run, target: TargetRun, stock: Stock): Promise<void> {
  if (target.moved !== undefined || target.movedApproval !== undefined) {
    target.failure = otherAddress(target);
    return;
  }
  try {
    const reading = target.remote.list();
    let step = await reading.next();
    for (; !step.done; step = await reading.next())
      for (const remote of step.value) meet(run, target, remote);
    stock.listing = step.value;
    await settleUnseen(run, target, stock);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    target.failure = error.failure;
  }
}

function otherAddress({ configuration }: TargetRun): Failure {
  const message = `the base URL is another than that of the accounts which the state holds of ${configuration.name}; rollcall sync settles that`;
  return { class: 'target', code: 'changed', message };
}

function meet(run: Run, target: TargetRun, remote: Remote): void {
  run.stage.addLive(target.index, remote);
  const owned = ownedAt(run.state, { id: target.id, name: target.configuration.name }, remote.id);
  if (owned === undefined) addListed(run.stage, target.index, remote, false);
  else settleOwned(run, target, owned, remote);
}

/** More accounts than this are not asked for one by one. */
const mostReads = 1000;

/**
 * The accounts of ours that the list does not show. As many as can be are read by their ids, since some services leave
 * people out of a list that claims to be whole; of the others the list alone says that they are not there.
 */
async function settleUnseen(run: Run, target: TargetRun, stock: Stock): Promise<void> {
  const { provesAbsence } = target.configuration.profile.list;
  const of = { id: target.id, name: target.configuration.name };
  const few: OwnedAccount[] = [];
  for (const owned of ownedOf(run.state, of)) {
    if (stock.seen.get(owned.slot) === 1) continue;
    if (owned.account.state === 'invited' || isUnsettled(target, stock, owned))
      settleOwned(run, target, owned, 'unseen');
    else if (few.push(owned) === mostReads) break;
  }
  const answers = await readEach(target, few);
  for (const [index, answer] of answers.entries()) {
    if (typeof answer === 'string') continue;
    if (stock.listing?.complete === true) stock.leftOut++;
    settleOwned(run, target, few[index]!, answer);
  }
  const isProved = provesAbsence && isWhole(stock);
  for (const [index, answer] of answers.entries()) {
    if (typeof answer !== 'string') continue;
    // Some services answer 404 to a credential that may not look: one of ours must have been shown to it.
    const isGone = answer === 'absent' ? isProved || stock.known > 0 : answer === 'forbidden' && isProved;
    settleOwned(run, target, few[index]!, isGone ? 'absent' : 'unseen');
  }
  if (few.length < mostReads) return;
  for (const owned of ownedOf(run.state, of, few.at(-1)!.slot + 1))
    if (stock.seen.get(owned.slot) !== 1) settleOwned(run, target, owned, isProved ? 'absent' : 'unseen');
}

type Answer = Remote | 'absent' | 'forbidden' | 'unread';

/** What the target answers of each, in their order. Throws where it answers nothing more. */
async function readEach(target: TargetRun, all: readonly OwnedAccount[]): Promise<readonly Answer[]> {
  const { pace } = target;
  let trouble: unknown;
  const read = async ({ account }: OwnedAccount): Promise<Answer> => {
    if (trouble !== undefined) return 'unread';
    try {
      return (await target.remote.read(account.remoteId)) ?? 'absent';
    } catch (error) {
      if (!(error instanceof TargetError) || isOutOfReach(error.failure)) trouble ??= error;
      return error instanceof TargetError && error.failure.code === 'forbidden' ? 'forbidden' : 'unread';
    }
  };
  const answers = await Promise.all(all.map((one) => pace.run(() => read(one))));
  if (trouble !== undefined) throw trouble as Error;
  return answers;
}

/** Of whom something was sent that is not answered, or was written while the target was read (law 11). */
function isUnsettled(target: TargetRun, { startedAt }: Stock, { slot, account }: OwnedAccount): boolean {
  return target.inDoubt.has(slot) || account.confirmedAt > startedAt;
}

function settleOwned(
  run: Run,
  target: TargetRun,
  owned: OwnedAccount,
  sight: Remote | 'absent' | 'unseen',
): void {
  const stock = target.stock!;
  const { slot, account } = owned;
  const { profile, drift: rules } = target.configuration;
  const remote = typeof sight === 'string' ? undefined : sight;
  const unsettled = isUnsettled(target, stock, owned);
  const { drift, notReturned } =
    remote === undefined || unsettled
      ? { drift: [], notReturned: [] }
      : compare(account.resource, inWords(run, target, remote), profile, rules);
  for (const path of notReturned) stock.notReturned.set(path, (stock.notReturned.get(path) ?? 0) + 1);
  if (remote !== undefined) {
    stock.seen.set(slot, 1);
    stock.known++;
  }
  const kind = typeof sight === 'string' ? sight : 'shown';
  const situation = situationOf(account, { kind, isDrifted: drift.length > 0 }, unsettled);
  stock.counts.set(situation, (stock.counts.get(situation) ?? 0) + 1);
  const accepted = remote !== undefined && !unsettled && account.state === 'invited';
  if (situation === 'inSync' && !accepted) return;
  const resource = drift.some(({ policy }) => policy === 'fix')
    ? asFound(account.resource, drift)
    : undefined;
  addSituation(run.stage, target.index, {
    item: itemOf(
      owned,
      situation,
      { ...(remote && { remote }), ...(drift.length > 0 && { changes: drift }) },
      unsettled,
    ),
    slot,
    ...(resource !== undefined && { resource }),
    ...(accepted && { accepted }),
  });
}

function inWords(run: Run, target: TargetRun, remote: Remote) {
  const owner = (id: string): string | undefined => ownerOf(run.state, target.id, id);
  return inOurWords(remote, owner, (id) => `${id} (nobody's account)`);
}

function itemOf(
  { slot: _, account }: OwnedAccount,
  situation: Situation,
  { remote, changes }: { readonly remote?: Remote; readonly changes?: Item['changes'] },
  unsettled: boolean,
): Item {
  const userName = remote?.userName ?? account.resource['userName'];
  const active = remote === undefined ? account.resource['active'] : remote.active;
  const reason = unsettled
    ? 'it was written to meanwhile, or a request for it has no answer yet'
    : situation === 'unknown'
      ? 'the target did not show it, which proves nothing'
      : undefined;
  return {
    situation,
    type: 'User',
    key: account.key,
    remoteId: account.remoteId,
    ...(typeof userName === 'string' && { userName }),
    ...(typeof active === 'boolean' && { active }),
    ...(changes !== undefined && { changes }),
    ...(reason !== undefined && { reason }),
  };
}
