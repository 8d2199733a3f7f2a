import type { ServiceDescription } from '../description.ts';
import { errorAnswer } from '../protocol/answers.ts';
import type { Answer } from '../protocol/exchange.ts';
import type { ScimType } from '../refusal.ts';
import type { FaultSpec } from './fault.ts';

/** What the client gets instead: an answer, nothing at all, or an answer that ends in the middle. */
export type Played =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'close' }
  /** Spaces before the JSON, so many bytes of them, sent as fast as they are read. */
  | { readonly kind: 'padded'; readonly answer: Answer; readonly bytes: number };

export interface EffectInput {
  readonly service: ServiceDescription;
  readonly spec: FaultSpec;
  readonly value: string | number | boolean;
  /** What the service answered; absent where the fault comes before it. */
  readonly answer: Answer | undefined;
  readonly now: number;
}

export interface Effect {
  /** What may stand behind the word: a number, one of these words, or nothing. */
  readonly takes: 'number' | 'nothing' | 'numberOrNothing' | readonly string[];
  /** Whether the service has done what it was asked, where `when` does not say. */
  readonly when: 'before' | 'after';
  /** What the client sees. */
  readonly says: string;
  readonly play: (input: EffectInput) => Played;
}

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n';
const HUGE = 50 * 1024 * 1024;

/** Every fault that can be played. A new one is one more row. */
export const effects: Readonly<Record<string, Effect>> = {
  status: {
    takes: 'number',
    when: 'before',
    says: 'an error with this status; with retryAfter=SECONDS (or a text), retryAfterDate=SECONDS, scimType, detail',
    play: ({ service, spec, value, now }) => ({
      kind: 'answer',
      answer: statusAnswer(service, spec, Number(value), now),
    }),
  },
  drop: {
    takes: ['before', 'after'],
    when: 'before',
    says: 'the connection is closed without an answer, before or after the service did what it was asked',
    play: () => ({ kind: 'close' }),
  },
  html: {
    takes: 'nothing',
    when: 'before',
    says: 'a page of HTML with status 200, or with status=N',
    play: ({ spec }) => ({
      kind: 'answer',
      answer: { status: numberOf(spec['status'], 200), mediaType: 'text/html; charset=utf-8', body: HTML },
    }),
  },
  empty: {
    takes: 'nothing',
    when: 'after',
    says: 'the right status without a body',
    play: ({ spec, answer }) => ({
      kind: 'answer',
      answer: { status: numberOf(spec['status'], answer?.status ?? 200), body: '' },
    }),
  },
  truncate: {
    takes: 'nothing',
    when: 'after',
    says: 'JSON that ends in the middle',
    play: ({ answer }) => ({
      kind: 'answer',
      answer: {
        ...(answer ?? { status: 200 }),
        body: half(answer?.body ?? '{"schemas":["urn:ietf:params:scim:'),
      },
    }),
  },
  huge: {
    takes: 'numberOrNothing',
    when: 'after',
    says: 'the right answer behind 50 MB of white space, or huge=BYTES',
    play: ({ value, answer }) => ({
      kind: 'padded',
      answer: answer ?? { status: 200, body: '{}' },
      bytes: typeof value === 'number' ? value : HUGE,
    }),
  },
};

function statusAnswer(service: ServiceDescription, spec: FaultSpec, status: number, now: number): Answer {
  const headers: Record<string, string> = {};
  if (spec['retryAfter'] !== undefined) headers['retry-after'] = String(spec['retryAfter']);
  if (spec['retryAfterDate'] !== undefined) {
    headers['retry-after'] = new Date(now + Number(spec['retryAfterDate']) * 1000).toUTCString();
  }
  if (status === 401 && service.authentication.challenge) headers['www-authenticate'] = 'Bearer';
  if (status < 400) return { status, headers };
  const detail = spec['detail'] === undefined ? 'This fault was asked for.' : String(spec['detail']);
  const scimType = spec['scimType'] === undefined ? {} : { scimType: String(spec['scimType']) as ScimType };
  return errorAnswer(service, { status, detail, ...scimType }, headers);
}

function numberOf(value: string | number | boolean | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function half(text: string): string {
  return text.slice(0, Math.max(1, text.length >> 1));
}
