import type { JsonObject } from '../../../model/index.ts';
import { refusalOf } from '../../refusal.ts';
import { invalid, shown } from '../../refusal.ts';
import type { Refusal } from '../../refusal.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { references } from './references.ts';
import { readOperation, saidOf } from './request.ts';
import type { BulkOperation } from './request.ts';

/** One operation of a bulk request on its way: what was read of it, and what has become of it. */
export interface Item {
  /** What the answer repeats of it. */
  readonly said: { readonly method?: string; readonly bulkId?: string };
  /** Absent where it cannot be one; `refusal` says why. */
  readonly operation: BulkOperation | undefined;
  refusal: Refusal | undefined;
  /** The operations that make what it refers to. */
  needs: readonly Item[];
  /** Absent while it has not been carried out. */
  answer: Answer | undefined;
  /** Of the resource that it makes or works on, once that is known. */
  id: string | undefined;
  /** What it changed was this before; kept where it refers to something that may be taken back. */
  before: JsonObject | undefined;
}

/** The operations of a request, and which of them need which. One that is wrong is an error of its own (RFC 7644 §3.7). */
export function prepared(exchange: Exchange, operations: readonly unknown[]): readonly Item[] {
  const items = operations.map((raw) => itemOf(exchange, raw));
  const makers = new Map<string, Item>();
  for (const item of items) {
    if (item.operation?.method !== 'POST') continue;
    const { bulkId = '' } = item.operation;
    if (!makers.has(bulkId)) makers.set(bulkId, item);
    else item.refusal = invalid('invalidValue', `The bulkId ${shown(bulkId)} is given twice.`).refusal;
  }
  for (const item of items) connect(item, makers);
  return items;
}

function itemOf(exchange: Exchange, raw: unknown): Item {
  const item = { said: saidOf(raw), needs: [], answer: undefined, before: undefined };
  try {
    const operation = readOperation(exchange, raw);
    const id = typeof operation.target === 'string' ? operation.target : undefined;
    return { ...item, operation, refusal: undefined, id };
  } catch (error) {
    return { ...item, operation: undefined, refusal: refusalOf(error), id: undefined };
  }
}

function connect(item: Item, makers: ReadonlyMap<string, Item>): void {
  if (!item.operation || item.refusal) return;
  const { data, target } = item.operation;
  const bulkIds = new Set(references(data, (bulkId) => makers.has(bulkId)));
  if (typeof target === 'object') bulkIds.add(target.bulkId);
  const needs: Item[] = [];
  for (const bulkId of bulkIds) {
    const maker = makers.get(bulkId);
    if (maker) needs.push(maker);
    else item.refusal ??= unknownReference(bulkId);
  }
  item.needs = item.refusal ? [] : needs;
}

function unknownReference(bulkId: string): Refusal {
  const detail = `No operation of this request makes a resource with the bulkId ${shown(bulkId)}.`;
  return invalid('invalidValue', detail).refusal;
}
