import { approveOn } from '../engine/approve.ts';
import { offboardNow } from '../engine/offboard-now.ts';
import { lift } from '../engine/offboard.ts';
import { provision } from '../engine/provision.ts';
import { KINDS, RollcallError } from '../model/index.ts';
import { offboardJson, offboardingView } from '../reports/offboard.ts';
import { provisionJson } from '../reports/provision.ts';
import type { Step } from '../store/queue/queue.ts';
import { withState } from '../store/state.ts';
import { sleep } from '../wiring/engine.ts';
import { newPassword } from '../wiring/new-password.ts';
import { namesIn, refuseWait, usualWait, withEngine } from './house.ts';
import type { House } from './house.ts';
import { operationEvents } from './results.ts';
import type { Told } from './running.ts';
import type {
  Approved,
  ApproveOptions,
  Offboarded,
  OffboardOptions,
  OffboardResult,
  OneEvent,
  OneOptions,
  ProvisionOptions,
  ProvisionResult,
} from './types.ts';

/** Longer reasons are cut where they are shown, and belong in a ticket. */
const longest = 500;
const approvedFor = 86_400;

export async function provisioned(
  house: House,
  given: string,
  options: ProvisionOptions,
  teller: Told<OneEvent>,
): Promise<ProvisionResult> {
  const key = keyIn(given).trim();
  const names = namesIn(options.targets);
  const waiting = waitingOf(options, teller);
  const command = ['provision', key, ...names].join(' ');
  return withEngine(house, {}, teller, async ({ engine }) => {
    const request = { key, names, command, actor: house.actor };
    return provisionJson(await provision(engine, request, { ...waiting, newPassword })) as ProvisionResult;
  });
}

export async function offboarded(
  house: House,
  given: string,
  options: OffboardOptions,
  teller: Told<OneEvent>,
): Promise<OffboardResult> {
  const key = keyIn(given);
  const { reason: said } = options;
  const reason = typeof said === 'string' ? said.trim() : said;
  if (reason !== undefined && (typeof reason !== 'string' || reason === '' || reason.length > longest))
    throw new RollcallError('usage', `reason takes a sentence of up to ${longest} characters`);
  const waiting = waitingOf(options, teller);
  return withEngine(house, {}, teller, async ({ engine }) => {
    const request = {
      key,
      actor: house.actor,
      command: `offboard ${key}`,
      ...(reason !== undefined && { reason }),
      isProtectedMeant: options.protected === true,
      isUnknownMeant: options.unknown === true,
    };
    return offboardJson(await offboardNow(engine, request, waiting)) as OffboardResult;
  });
}

export async function lifted({ loaded, actor }: House, given: string): Promise<Offboarded> {
  const key = keyIn(given);
  return withState(
    loaded.configuration.state,
    false,
    (state) => offboardingView(lift(state, { key, actor }, loaded.clock.now())) as Offboarded,
  );
}

export async function approved(
  { loaded, actor }: House,
  target: string,
  checksum: string,
  { kinds, keys }: ApproveOptions,
): Promise<Approved> {
  const unknown = kinds?.filter((kind) => !KINDS.includes(kind)) ?? [];
  if (unknown.length > 0 || kinds?.length === 0 || keys?.length === 0)
    throw new RollcallError('usage', {
      message:
        unknown.length > 0
          ? `there is no kind ${unknown.join(', ')}`
          : 'a list of nothing lets nothing through, and nothing was approved',
      hint: `the kinds are ${KINDS.join(', ')}; without kinds and keys it is for all that has the checksum`,
    });
  const request = { name: target, checksum, ...(kinds && { kinds }), ...(keys && { keys }), actor };
  const held = await approveOn(loaded.configuration, request, loaded.clock.now());
  return { target, checksum, held, ...(keys && { keys }), expiresInSeconds: approvedFor };
}

/** Written in another Unicode form, it is the same key. */
function keyIn(key: string): string {
  if (typeof key !== 'string' || key.trim() === '')
    throw new RollcallError('usage', 'a person is told by their key, which is a text');
  return key.normalize('NFC');
}

function waitingOf({ wait = usualWait, signal }: OneOptions, teller: Told<OneEvent>) {
  refuseWait(wait);
  return {
    wait,
    signal: signal ?? new AbortController().signal,
    sleep,
    random: Math.random,
    onStep: (target: string, step: Step): void => {
      if (teller.isHeard) for (const event of operationEvents(target, step)) teller.tell(event);
    },
  };
}
