import type { ServerResponse } from 'node:http';
import { refusalOf } from '../http/refusals.ts';
import { safely } from '../http/safely.ts';
import { send } from '../http/send.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import type { World } from '../world.ts';
import { askedOf, usersNamed } from './asked.ts';
import type { Asked, Effect } from './effect.ts';
import type { Chosen, Fault } from './fault.ts';
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
  exchange: Exchange,
  raw: ServerResponse,
  carryOut: (exchange: Exchange) => Answer,
): void {
  const { delay, faults } = world.faults.strike(subjectOf(world, exchange));
  if (faults.length > 0) exchange.entry.fault = faults.map(({ id }) => id).join(', ');
  const parts = inOrder(faults);
  for (const part of parts) part.effect.arrive?.(asking(world, part, exchange));
  const goOn = (): void => {
    const { answer, seen } = faults.some(({ when }) => when === 'before')
      ? { answer: undefined, seen: exchange }
      : asked(world, parts, exchange, carryOut);
    finish(world, parts, seen, raw, answer);
  };
  if (delay === 0) return goOn();
  const timer = setTimeout(() => {
    raw.off('close', cancel);
    safely(world, exchange.entry, raw, goOn);
  }, delay);
  const cancel = (): void => clearTimeout(timer);
  raw.once('close', cancel);
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

/** The request as the faults make it, and what the service answers to that. */
function asked(
  world: World,
  parts: readonly Part[],
  exchange: Exchange,
  carryOut: (exchange: Exchange) => Answer,
): { readonly answer: Answer; readonly seen: Exchange } {
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

/** The answer as the faults make it, sent as they would have it. */
function finish(
  world: World,
  parts: readonly Part[],
  exchange: Exchange,
  raw: ServerResponse,
  first: Answer | undefined,
): void {
  if (raw.destroyed) return;
  const [outermost, inner] = [true, false].map((wanted) =>
    parts.filter(({ effect }) => (effect.outermost === true) === wanted),
  );
  let answer = first;
  for (const part of [...inner!, ...outermost!]) {
    if (part.effect.answer) answer = part.effect.answer(asking(world, part, exchange), answer);
  }
  const whole = answer ?? { status: 200, body: '{}' };
  const sender = parts.find(({ effect }) => effect.send);
  const sending = sender?.effect.send?.(asking(world, sender, exchange), whole);
  const { answers } = world.service.media;
  if (sending) sendOddly(raw, whole, sending, answers, exchange.entry);
  else send(raw, whole, answers, exchange.entry);
}
