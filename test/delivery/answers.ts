import { TargetError } from '../../src/model/index.ts';
import type {
  Failure,
  FailureClass,
  Outcome,
  PaceRules,
  Profile,
  Remote,
  ScimRequest,
} from '../../src/model/index.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { createPace } from '../../src/delivery/pace.ts';
import type { Pace, PaceStart } from '../../src/delivery/pace.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { exampleProfile } from '../planning/example.ts';
import type { House } from '../store/released.ts';

export function failure(kind: FailureClass, part: Partial<Failure> = {}): Failure {
  return { class: kind, code: 'server', message: `it answered ${kind}`, ...part };
}

export function failed(kind: FailureClass, part: Partial<Failure> = {}): Outcome {
  return { kind: 'failed', failure: failure(kind, part) };
}

export function remote(id: string, part: Partial<Remote> = {}): Remote {
  return { id, emails: [], resource: {}, ...part };
}

export function created(id: string): Outcome {
  return { kind: 'done', status: 201, remote: remote(id) };
}

export const changed: Outcome = { kind: 'done', status: 200 };

/** A target that answers as the test says, and remembers what it was sent. */
export interface Played extends ScimTarget {
  readonly sent: ScimRequest[];
}

export function playTarget(part: Partial<ScimTarget> = {}): Played {
  const sent: ScimRequest[] = [];
  const send =
    part.send ?? (async ({ method }) => (method === 'POST' ? created(`new-${sent.length}`) : changed));
  const nobody: readonly Remote[] = [];
  return {
    name: 'example',
    read: async () => undefined,
    find: async () => nobody,
    findGroups: async () => nobody,
    readGroup: async () => undefined,
    groupsOf: async () => nobody,
    listGroups: async function* () {
      yield nobody;
      return { complete: true, count: 0 };
    },
    list: async function* () {
      yield nobody;
      return { complete: true, count: 0 };
    },
    discover: async () => ({}),
    probe: async () => ({ status: 200, milliseconds: 1 }),
    updateMethod: () => undefined,
    close: () => undefined,
    ...part,
    sent,
    send: (request) => {
      sent.push(request);
      return send(request);
    },
  };
}

export function throws(kind: FailureClass, part: Partial<Failure> = {}): () => Promise<never> {
  return async () => {
    throw new TargetError(failure(kind, part));
  };
}

export function deliveryOf(
  house: House,
  target: ScimTarget,
  part: { readonly profile?: Profile; readonly now?: () => number; readonly queue?: Delivery['queue'] } = {},
): Delivery {
  const profile = part.profile ?? exampleProfile;
  return {
    name: house.name,
    profile,
    drift: { compared: [...profile.users.writable, 'active'], attributes: {} },
    remote: target,
    queue: part.queue ?? house.queue(),
    now: part.now ?? (() => 1_000_000),
    since: part.now?.() ?? 1_000_000,
    random: () => 0,
    password: () => undefined,
    stillLeaves: () => true,
    mayRepeat: () => true,
  };
}

/** A pace by the clock of `deliveryOf`, in which nobody sleeps. */
export function paceAt(rules: PaceRules, now: () => number = () => 1_000_000, start?: PaceStart): Pace {
  return createPace(rules, { now, sleep: async () => undefined }, start);
}
