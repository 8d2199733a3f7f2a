import { TargetError } from '../../src/model/index.ts';
import type { Failure, Outcome, ScimRequest } from '../../src/model/index.ts';
import type { Before, ScimTarget } from '../../src/scim/target.ts';
import type { Random } from '../scenarios/random.ts';
import { never } from './life.ts';
import type { Life } from './life.ts';
import type { Service } from './service.ts';
import type { Time } from './time.ts';
import type { Weather } from './world.ts';

/** What becomes of one request. `before` and `after` are about whether the service has carried it out. */
type Fate =
  'good' | 'lost before' | 'lost after' | 'failed before' | 'failed after' | 'busy' | 'locked' | 'away';

/** What a run that is killed leaves on its way. */
interface UnderWay {
  readonly carryOut: () => void;
  readonly arrives: boolean;
}

export interface WayOptions {
  readonly name: string;
  readonly service: Service;
  readonly time: Time;
  readonly random: Random;
  readonly weather: Weather;
  readonly life: Life;
  readonly say: (line: () => string) => void;
  /** Called when a request that writes goes out. */
  readonly onSend: (request: ScimRequest) => void;
}

const timeout = 1000;

/** The way of one run to one service: what is asked takes its time, and may come to grief. */
export class Way {
  readonly #options: WayOptions;
  readonly #underWay = new Set<UnderWay>();
  /** Requests of all sorts. */
  requests = 0;
  /** Whether everything was answered as it should be. */
  isCalm = true;

  constructor(options: WayOptions) {
    this.#options = options;
  }

  /** Of what was on its way when the run was killed, some arrives, and some never does. */
  settle(): void {
    for (const one of this.#underWay) if (one.arrives) one.carryOut();
    this.#underWay.clear();
  }

  open(): ScimTarget {
    const { service, time } = this.#options;
    return {
      name: this.#options.name,
      send: (request) => this.#send(request),
      read: (id) => this.#read(`GET ${id}`, () => service.read(id)),
      find: (attribute, value) =>
        this.#read(`find ${attribute} ${value}`, () => service.find(attribute, value, time.now)),
      findGroups: (attribute, value) =>
        this.#read(`findGroups ${value}`, () => service.findGroups(attribute, value, time.now)),
      readGroup: (id, options) =>
        this.#read(`GET ${id}`, () => service.readGroup(id, options?.members === true)),
      groupsOf: async () => [],
      list: (before) => pages(before, () => this.#read('list', () => service.list(time.now))),
      listGroups: (before) =>
        pages(before, () => this.#read('listGroups', () => service.listGroups(time.now))),
      discover: async () => ({}),
      probe: () => this.#read('probe', () => ({ status: 200, milliseconds: 1 })),
      updateMethod: () => undefined,
      close: () => undefined,
    };
  }

  #draw(isWrite: boolean): Fate {
    const { weather, random } = this.#options;
    this.requests++;
    if (weather.kind === 'calm' || random.below(100) >= weather.share) return 'good';
    this.isCalm = false;
    switch (weather.kind) {
      case 'lossy':
        return isWrite && random.chance(0.6) ? 'lost after' : 'lost before';
      case 'failing':
        return isWrite && random.chance(0.5) ? 'failed after' : 'failed before';
      case 'busy':
        return 'busy';
      case 'locked':
        return 'locked';
      case 'away':
        return 'away';
    }
  }

  async #send(request: ScimRequest): Promise<Outcome> {
    const { service, time, random, life, say, onSend, name } = this.#options;
    life.meet('send');
    const fate = this.#draw(true);
    onSend(request);
    say(() => `${name} ${request.method} ${request.path} ${JSON.stringify(request.body ?? {})}: ${fate}`);
    const isCarriedOut = fate === 'good' || fate.endsWith('after');
    let outcome: Outcome | undefined;
    const carryOut = (): void => {
      if (isCarriedOut) outcome = service.carryOut(request, time.now);
    };
    const underWay = { carryOut, arrives: random.chance(0.5) };
    this.#underWay.add(underWay);
    await time.sleep(2 + random.below(100));
    this.#underWay.delete(underWay);
    if (life.isOver) return never();
    carryOut();
    await time.sleep(fate.startsWith('lost') ? timeout : 2 + random.below(100));
    if (life.isOver) return never();
    life.meet('answer');
    if (fate === 'good') {
      return outcome!;
    }
    return { kind: 'failed', failure: failureOf(fate, 'write', random) };
  }

  async #read<T>(what: string, answer: () => T): Promise<T> {
    const { time, random, life, say, name } = this.#options;
    life.meet('read');
    const fate = this.#draw(false);
    await time.sleep(2 + random.below(100));
    if (life.isOver) return never();
    const answered = answer();
    await time.sleep(fate.startsWith('lost') ? timeout : 2 + random.below(100));
    if (life.isOver) return never();
    say(() => `${name} ${what}: ${fate === 'good' ? JSON.stringify(answered) : fate}`);
    if (fate === 'good') return answered;
    throw new TargetError(failureOf(fate, 'read', random));
  }
}

async function* pages<T>(
  before: Before | undefined,
  read: () => Promise<readonly T[]>,
): AsyncGenerator<readonly T[], { readonly complete: boolean; readonly count: number }> {
  await before?.();
  const all = await read();
  yield all;
  return { complete: true, count: all.length };
}

/** As the client would say it (`src/scim/failure.ts`). */
function failureOf(fate: Exclude<Fate, 'good'>, of: 'read' | 'write', random: Random): Failure {
  switch (fate) {
    case 'lost before':
    case 'lost after':
      return {
        class: of === 'write' ? 'unanswered' : 'transient',
        code: 'unreachable',
        message: 'gave no answer',
      };
    case 'failed before':
    case 'failed after':
      return {
        class: of === 'write' ? 'unanswered' : 'transient',
        code: 'server',
        status: 500,
        message: 'answered 500',
      };
    case 'busy': {
      const wait = random.pick([undefined, 1000, 30_000]);
      return {
        class: 'transient',
        code: 'rate',
        status: 429,
        message: 'answered 429',
        ...(wait !== undefined && { retryAfter: wait }),
      };
    }
    case 'locked':
      return { class: 'target', code: 'unauthorised', status: 401, message: 'answered 401' };
    case 'away':
      return { class: 'target', code: 'unreachable', message: 'cannot be reached' };
  }
}
