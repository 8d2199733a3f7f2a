import type { JsonObject } from '../../../model/index.ts';
import type { Organisation, Shelf } from '../../directory/organisation.ts';
import { attributesOf } from '../../directory/stored.ts';
import { update } from '../../directory/write.ts';
import { refuse } from '../../refusal.ts';
import { errorAnswer } from '../answers.ts';
import { attempt, createdId } from '../attempt.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { remove, replace } from '../write.ts';
import type { Item } from './items.ts';
import { inOrder } from './order.ts';
import { filledIn } from './references.ts';
import { METHODS } from './request.ts';
import type { BulkOperation } from './request.ts';

interface Job {
  readonly exchange: Exchange;
  readonly items: readonly Item[];
  /** Made without a reference that leads in a circle; they get it later. */
  readonly incomplete: Set<Item>;
  errors: number;
}

/**
 * Carries the operations out, until so many have failed that the client wants no more of them: with `failOnErrors` of 1,
 * none comes after the first error (RFC 7644 §3.7.3). What was done before stays done.
 *
 * References in a circle are resolved, as RFC 7644 §3.7.1 wants a service to try: one of the resources is made without
 * them, and gets them as soon as what it refers to is there. Where that fails, the resource is taken back with
 * whatever refers to it, and the answer is the 409 that §3.7.1 has for a circle that cannot be resolved. Whatever refers
 * to a resource that was not made gets it as well, for which the RFC has no word.
 *
 * Each operation is done in one go. Between two of them other requests have their turn, but not while a resource lacks a
 * reference: nobody is to see it without, and it may still be taken back.
 */
export async function carryOut(
  exchange: Exchange,
  items: readonly Item[],
  failOnErrors: number,
): Promise<void> {
  const job: Job = { exchange, items, incomplete: new Set(), errors: 0 };
  for (const item of inOrder(items)) {
    if (job.errors >= failOnErrors) break;
    if (job.incomplete.size === 0) await exchange.turn();
    const isCircular = item.needs.some(({ answer }) => answer === undefined);
    perform(job, item);
    if (isCircular && !hasFailed(item)) job.incomplete.add(item);
    for (const one of job.incomplete)
      if (one.needs.every(({ answer }) => answer !== undefined)) complete(job, one);
  }
  // What these are waiting for does not come any more.
  for (const one of job.incomplete) takeBack(job, one, conflict(exchange));
}

function perform(job: Job, item: Item): void {
  const { exchange } = job;
  const { operation, refusal } = item;
  if (!operation || refusal) item.answer = errorAnswer(exchange.service, refusal!);
  else if (item.needs.some(hasFailed)) item.answer = conflict(exchange);
  else {
    const { target } = operation;
    if (typeof target === 'object') item.id = idsOf(item).get(target.bulkId);
    item.before = attributesBefore(item, operation);
    const { handler } = METHODS[operation.method];
    const { name } = operation.shelf.served.type;
    const play = exchange.perform ?? ((one, act) => act(one));
    item.answer = play(requestOf(exchange, item, operation), (one) =>
      attempt(one, one.organisation.shelves.get(name)!, handler),
    );
    if (operation.method === 'POST') item.id = createdId(item.answer);
  }
  if (hasFailed(item)) job.errors++;
}

/** Gives a resource the references that it was made without. */
function complete(job: Job, item: Item): void {
  const { exchange } = job;
  const operation = item.operation!;
  job.incomplete.delete(item);
  if (item.needs.some(hasFailed)) return takeBack(job, item, conflict(exchange));
  const answer = attempt(requestOf(exchange, item, operation), operation.shelf, replace);
  if (answer.status >= 400) return takeBack(job, item, answer);
  item.answer = { ...item.answer!, headers: { ...item.answer!.headers, ...answer.headers } };
}

/**
 * What could not be completed was never made, and neither was what refers to it: what was there before is as it was.
 * Whatever refers to it and is still to come fails by itself.
 */
function takeBack(job: Job, item: Item, answer: Answer): void {
  const { exchange, items } = job;
  const undone = new Set([item]);
  for (const one of undone) {
    undo(exchange, one, one.operation!);
    job.incomplete.delete(one);
    job.errors++;
    one.answer = one === item ? answer : conflict(exchange);
    for (const other of items) {
      const isDone = other.answer !== undefined && !hasFailed(other);
      if (isDone && other.needs.includes(one)) undone.add(other);
    }
  }
}

function undo(seen: Exchange, item: Item, operation: BulkOperation): void {
  const { method } = operation;
  const exchange = { ...seen, organisation: unveiled(seen.organisation) };
  const shelf = exchange.organisation.shelves.get(operation.shelf.served.type.name)!;
  const stored = item.id === undefined ? undefined : shelf.resources.byId(item.id);
  if (!stored) return;
  if (method === 'POST') attempt({ ...requestOf(exchange, item, operation), headers: {} }, shelf, remove);
  else if (item.before !== undefined)
    update({ ...exchange, now: exchange.clock(), shelf }, stored, attributesOf(stored), item.before);
}

/** The organisation as it is: what a fault hides from the client has to be taken back all the same. */
function unveiled(organisation: Organisation): Organisation {
  const shelves = [...organisation.shelves].map(([name, shelf]): [string, Shelf] => [
    name,
    { ...shelf, resources: shelf.resources.real },
  ]);
  return { ...organisation, shelves: new Map(shelves) };
}

function attributesBefore({ needs, id }: Item, { shelf, method }: BulkOperation): JsonObject | undefined {
  if (needs.length === 0 || id === undefined || method === 'POST') return undefined;
  const stored = shelf.resources.byId(id);
  return stored && attributesOf(stored);
}

/** The operation as a single request; only what the bulk request says of it counts, not the headers around it. */
function requestOf(exchange: Exchange, item: Item, operation: BulkOperation): Exchange {
  const { method, path, query, version, data } = operation;
  const ids = idsOf(item);
  return {
    ...exchange,
    method,
    path: exchange.service.basePath + path,
    query,
    // Others may have written meanwhile, and no `lastModified` is to go back behind theirs.
    now: exchange.clock(),
    id: item.id,
    body: item.needs.length > 0 ? filledIn(data, (bulkId) => ids.get(bulkId)) : data,
    headers: version === undefined || method === 'POST' ? {} : { 'if-match': version },
    bodyless: true,
  };
}

function idsOf({ needs }: Item): ReadonlyMap<string | undefined, string | undefined> {
  return new Map(needs.map(({ operation, id }) => [operation?.bulkId, id]));
}

function hasFailed({ answer }: Item): boolean {
  return answer !== undefined && answer.status >= 400;
}

function conflict({ service }: Exchange): Answer {
  const { refusal } = refuse(409, undefined, 'A resource that this operation refers to was not made.');
  return errorAnswer(service, refusal);
}
