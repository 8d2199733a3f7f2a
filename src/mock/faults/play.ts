import type { ServerResponse } from 'node:http';
import { refusalOf } from '../refusal.ts';
import { safely } from '../sending/safely.ts';
import type { Speaker } from '../sending/safely.ts';
import { send } from '../sending/send.ts';
import type { Stored } from '../directory/stored.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import { after } from '../protocol/later.ts';
import type { Later } from '../protocol/later.ts';
import { askedOf, usersNamed, withId } from './asked.ts';
import type { Asked, Effect } from './effect.ts';
import { bodyOf } from './bodies.ts';
import type { Chosen, Fault } from './fault.ts';
import type { Faults, Struck } from './faults.ts';
import { sendOddly } from '../sending/oddly.ts';

/** What a request is played on. */
export interface Stage extends Speaker {
  readonly faults: Faults;
  readonly clock: () => number;
}

/** One thing that happens to a request. */
interface Part {
  readonly fault: Fault;
  readonly chosen: Chosen;
  readonly effect: Effect;
  /** What it found when the request arrived. */
  arrived: Stored | undefined;
}

/** Plays the faults that strike a request. `carryOut` does what the request asks, and never throws; a fault may. */
export function playFaults(
  stage: Stage,
  request: Exchange,
  raw: ServerResponse,
  carryOut: (exchange: Exchange) => Later<Answer>,
): void {
  const exchange = isBulk(request) ? withOperations(stage, request) : withId(request);
  const struck = stage.faults.strike(subjectOf(stage, exchange));
  const parts = begun(stage, exchange, struck);
  const goOn = (): void => {
    const { answer, seen } = asked(stage, struck, parts, exchange, carryOut);
    void after(answer, (first) => {
      safely(stage, exchange.entry, raw, () => {
        if (!raw.destroyed) finish(stage, parts, seen, raw, bent(stage, parts, seen, first));
      });
    });
  };
  const { delay } = struck;
  if (delay === 0) return goOn();
  const timer = setTimeout(() => {
    raw.off('close', cancel);
    safely(stage, exchange.entry, raw, goOn);
  }, delay);
  const cancel = (): void => clearTimeout(timer);
  raw.once('close', cancel);
}

function isBulk({ path, service }: Exchange): boolean {
  return service.features.bulk !== undefined && path === `${service.basePath}/Bulk`;
}

/** A bulk request each of whose operations meets the faults that are for such a one. */
function withOperations(stage: Stage, bulk: Exchange): Exchange {
  const inside = stage.faults.inside(subjectOf(stage, bulk));
  if (inside.length === 0) return bulk;
  return {
    ...bulk,
    perform: (operation, carryOut) => {
      const struck = stage.faults.strike(subjectOf(stage, operation), inside);
      const parts = begun(stage, operation, struck);
      const { answer, seen } = asked(stage, struck, parts, operation, carryOut);
      return partOf(bent(stage, parts, seen, answer));
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
function begun(stage: Stage, exchange: Exchange, { faults }: Struck): readonly Part[] {
  const { entry } = exchange;
  const noted = new Set([...(entry.fault?.split(', ') ?? []), ...faults.map(({ id }) => id)]);
  if (noted.size > 0) entry.fault = [...noted].join(', ');
  const parts = inOrder(faults);
  for (const part of parts) part.arrived = part.effect.arrive?.(asking(stage, part, exchange));
  return parts;
}

function subjectOf(stage: Stage, exchange: Exchange) {
  const now = stage.clock();
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
    fault.effects.map((chosen): Part => ({ fault, chosen, effect: chosen.effect, arrived: undefined })),
  );
  return [
    ...parts.filter(({ effect }) => effect.outermost),
    ...parts.filter(({ effect }) => !effect.outermost),
  ];
}

function asking(stage: Stage, { fault, chosen, arrived }: Part, exchange: Exchange): Asked {
  return { ...askedOf(fault, chosen, exchange, stage.clock()), arrived };
}

/** The request as the faults make it, and what the service answers to that; nothing yet where a fault comes before it. */
function asked<T>(
  stage: Stage,
  { faults }: Struck,
  parts: readonly Part[],
  exchange: Exchange,
  carryOut: (exchange: Exchange) => T,
): { readonly answer: Answer | T | undefined; readonly seen: Exchange } {
  if (faults.some(({ when }) => when === 'before')) return { answer: undefined, seen: exchange };
  let seen = exchange;
  try {
    for (const part of parts) {
      const step = part.effect.ask?.(asking(stage, part, seen));
      if (!step) continue;
      if ('answer' in step) return { answer: step.answer, seen };
      seen = step.exchange;
    }
  } catch (error) {
    return { answer: stage.refused(refusalOf(error)), seen };
  }
  return { answer: carryOut(seen), seen };
}

/** The answer as the faults make it. */
function bent(stage: Stage, parts: readonly Part[], exchange: Exchange, first: Answer | undefined): Answer {
  const [outermost, inner] = [true, false].map((wanted) =>
    parts.filter(({ effect }) => (effect.outermost === true) === wanted),
  );
  let answer = first;
  for (const part of [...inner!, ...outermost!]) {
    if (part.effect.answer) answer = part.effect.answer(asking(stage, part, exchange), answer);
  }
  return answer ?? { status: 200, body: '{}' };
}

/** Sends an answer as the faults would have it. */
function finish(
  stage: Stage,
  parts: readonly Part[],
  exchange: Exchange,
  raw: ServerResponse,
  answer: Answer,
): void {
  const sender = parts.find(({ effect }) => effect.send);
  const sending = sender?.effect.send?.(asking(stage, sender, exchange), answer);
  const { answers } = stage.service.media;
  if (sending) sendOddly(raw, answer, sending, answers, exchange.entry);
  else send(raw, answer, answers, exchange.entry);
}
