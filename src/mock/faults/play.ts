import type { ServerResponse } from 'node:http';
import { refusalOf } from '../http/refusals.ts';
import { safely } from '../http/safely.ts';
import { send } from '../http/send.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import { after } from '../protocol/later.ts';
import type { Later } from '../protocol/later.ts';
import type { World } from '../world.ts';
import { askedOf, usersNamed, withId } from './asked.ts';
import type { Asked, Effect } from './effect.ts';
import { bodyOf } from './bodies.ts';
import type { Chosen, Fault } from './fault.ts';
import type { Struck } from './faults.ts';
import { sendOddly } from './sending.ts';

/** One thing that happens to a request. */
interface Part {
  readonly fault: Fault;
  readonly chosen: Chosen;
  readonly effect: Effect;
}

/** Plays the faults that strike a request. `carryOut` does what the request asks, and never throws; a fault may. */
export function playFaults(
  world: World,
  request: Exchange,
  raw: ServerResponse,
  carryOut: (exchange: Exchange) => Later<Answer>,
): void {
  const exchange = isBulk(request) ? withOperations(world, request) : withId(request);
  const struck = world.faults.strike(subjectOf(world, exchange));
  const parts = begun(world, exchange, struck);
  const goOn = (): void => {
    const { answer, seen } = asked(world, struck, parts, exchange, carryOut);
    void after(answer, (first) => {
      safely(world, exchange.entry, raw, () => {
        if (!raw.destroyed) finish(world, parts, seen, raw, bent(world, parts, seen, first));
      });
    });
  };
  const { delay } = struck;
  if (delay === 0) return goOn();
  const timer = setTimeout(() => {
    raw.off('close', cancel);
    safely(world, exchange.entry, raw, goOn);
  }, delay);
  const cancel = (): void => clearTimeout(timer);
  raw.once('close', cancel);
}

function isBulk({ path, service }: Exchange): boolean {
  return service.features.bulk !== undefined && path === `${service.basePath}/Bulk`;
}

/** A bulk request each of whose operations meets the faults that are for such a one. */
function withOperations(world: World, bulk: Exchange): Exchange {
  const inside = world.faults.inside(subjectOf(world, bulk));
  if (inside.length === 0) return bulk;
  return {
    ...bulk,
    perform: (operation, carryOut) => {
      const struck = world.faults.strike(subjectOf(world, operation), inside);
      const parts = begun(world, operation, struck);
      const { answer, seen } = asked(world, struck, parts, operation, carryOut);
      return partOf(bent(world, parts, seen, answer));
    },
  };
}

/** An answer inside of another one: what is no JSON cannot stand there. */
function partOf(answer: Answer): Answer {
  if (bodyOf(answer)) return answer;
  const { body: _, ...rest } = answer;
  return rest;
}

/** Notes the faults, and tells them that the request is there. */
function begun(world: World, exchange: Exchange, { faults }: Struck): readonly Part[] {
  const { entry } = exchange;
  const noted = new Set([...(entry.fault?.split(', ') ?? []), ...faults.map(({ id }) => id)]);
  if (noted.size > 0) entry.fault = [...noted].join(', ');
  const parts = inOrder(faults);
  for (const part of parts) part.effect.arrive?.(asking(world, part, exchange));
  return parts;
}

function subjectOf(world: World, exchange: Exchange) {
  const now = world.clock();
  return {
    method: exchange.method,
    path: exchange.path.slice(exchange.service.basePath.length),
    users: () => usersNamed(exchange),
    now,
    asked: (fault: Fault, chosen: Chosen) => askedOf(fault, chosen, exchange, now),
  };
}

/** As the request meets them: first what is nearest to the client. */
function inOrder(faults: readonly Fault[]): readonly Part[] {
  const parts = faults.flatMap((fault) =>
    fault.effects.map((chosen) => ({ fault, chosen, effect: chosen.effect })),
  );
  return [
    ...parts.filter(({ effect }) => effect.outermost),
    ...parts.filter(({ effect }) => !effect.outermost),
  ];
}

function asking(world: World, { fault, chosen }: Part, exchange: Exchange): Asked {
  return askedOf(fault, chosen, exchange, world.clock());
}

/** The request as the faults make it, and what the service answers to that; nothing yet where a fault comes before it. */
function asked<T>(
  world: World,
  { faults }: Struck,
  parts: readonly Part[],
  exchange: Exchange,
  carryOut: (exchange: Exchange) => T,
): { readonly answer: Answer | T | undefined; readonly seen: Exchange } {
  if (faults.some(({ when }) => when === 'before')) return { answer: undefined, seen: exchange };
  let seen = exchange;
  try {
    for (const part of parts) {
      const step = part.effect.ask?.(asking(world, part, seen));
      if (!step) continue;
      if ('answer' in step) return { answer: step.answer, seen };
      seen = step.exchange;
    }
  } catch (error) {
    return { answer: world.refused(refusalOf(error)), seen };
  }
  return { answer: carryOut(seen), seen };
}

/** The answer as the faults make it. */
function bent(world: World, parts: readonly Part[], exchange: Exchange, first: Answer | undefined): Answer {
  const [outermost, inner] = [true, false].map((wanted) =>
    parts.filter(({ effect }) => (effect.outermost === true) === wanted),
  );
  let answer = first;
  for (const part of [...inner!, ...outermost!]) {
    if (part.effect.answer) answer = part.effect.answer(asking(world, part, exchange), answer);
  }
  return answer ?? { status: 200, body: '{}' };
}

/** Sends an answer as the faults would have it. */
function finish(
  world: World,
  parts: readonly Part[],
  exchange: Exchange,
  raw: ServerResponse,
  answer: Answer,
): void {
  const sender = parts.find(({ effect }) => effect.send);
  const sending = sender?.effect.send?.(asking(world, sender, exchange), answer);
  const { answers } = world.service.media;
  if (sending) sendOddly(raw, answer, sending, answers, exchange.entry);
  else send(raw, answer, answers, exchange.entry);
}
