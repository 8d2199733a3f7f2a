import { writing } from '../http/events.ts';
import { requireScope } from '../http/api.ts';
import { Refused } from '../http/refusal.ts';
import { actorOf } from '../http/world.ts';
import type { Caller, World } from '../http/world.ts';
import { KINDS } from '../model/index.ts';
import type { Held } from '../model/index.ts';
import { approveHeld } from '../store/held.ts';
import { retryFailed } from '../store/failures.ts';
import { address } from './html.ts';
import type { Html } from './html.ts';
import { targetIn } from './look.ts';
import { donePage } from './views/sign-in.ts';

const kinds: readonly string[] = [...KINDS, 'target', 'source'];

/** Lets through what somebody has looked at, as `rollcall approve` does. A second press writes nothing. */
export async function approvePost(world: World, caller: Caller, form: URLSearchParams): Promise<Html> {
  requireScope(caller, 'approve');
  const [name, kind, checksum] = ['target', 'kind', 'checksum'].map((one) => form.get(one) ?? '') as [
    string,
    string,
    string,
  ];
  if (!kinds.includes(kind) || !/^[0-9a-f]{64}$/.test(checksum) || form.get('looked') !== 'yes')
    throw new Refused(400, 'invalid', 'this form is not complete, and nothing was approved');
  const now = world.now();
  const told = await writing(world, (state) => {
    const { id: target } = targetIn({ state, configuration: world.host.configuration, now }, name);
    return approveHeld(state, {
      target,
      name,
      kind: kind as Held['kind'],
      checksum,
      actor: actorOf(caller),
      now,
    });
  });
  const back = { back: address('/held', { target: name }), backIs: `Held plan of ${name}` };
  if (told.is === 'changed')
    return donePage({
      ...back,
      title: 'Not approved',
      tone: 'warn',
      text: `The plan of ${name} has changed since you looked at it. Nothing was approved.`,
    });
  if (told.is === 'given')
    return donePage({
      ...back,
      title: 'Approved already',
      tone: 'good',
      text: `${told.approval.actor} has approved exactly this before. Nothing more was written.`,
    });
  world.host.ask([name]);
  return donePage({
    ...back,
    title: 'Approved',
    tone: 'good',
    text: `${kind} on ${name}: once, and for 24 hours. The next sync lets it through if its plan is still the same; one is asked for now.`,
  });
}

/** What failed on a target is due now, as `rollcall retry` says it. */
export async function retryPost(world: World, caller: Caller, form: URLSearchParams): Promise<Html> {
  requireScope(caller, 'operate');
  const name = form.get('target') ?? '';
  const now = world.now();
  const count = await writing(world, (state) => {
    const { id: target } = targetIn({ state, configuration: world.host.configuration, now }, name);
    return retryFailed(state, { target, name, actor: actorOf(caller), now });
  });
  if (count > 0) world.host.ask([name]);
  return donePage({
    title: 'Tried again',
    tone: 'good',
    text:
      count === 0
        ? `Nothing on ${name} could be sent again just now.`
        : `${count.toLocaleString('en-GB')} operations on ${name} are due now; a sync is asked for.`,
    back: address('/failures', { target: name }),
    backIs: `Failures of ${name}`,
  });
}
