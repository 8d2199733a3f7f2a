import { isObject } from '../model/index.ts';
import type { Answer } from './transport.ts';

/** What the body of an answer turned out to be. */
export type Content =
  | { readonly kind: 'json'; readonly value: unknown }
  /** A page for people: a sign-in form, a gateway's error, an application that answers every path. */
  | { readonly kind: 'html'; readonly title: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What a SCIM error says (RFC 7644 §3.12), or what another API's error says in its place. */
export interface Complaint {
  readonly status?: number;
  readonly scimType?: string;
  readonly detail: string;
}

export function contentOf(answer: Answer): Content {
  const text = answer.text.trim();
  if (answer.state === 'tooLarge') return { kind: 'unreadable', why: 'is larger than allowed' };
  if (answer.state === 'garbled') return { kind: 'unreadable', why: 'is not UTF-8' };
  if (text === '')
    return answer.state === 'cut' ? { kind: 'unreadable', why: 'is cut off' } : { kind: 'empty' };
  const type = answer.headers['content-type'] ?? '';
  if (text.startsWith('<') || /\bhtml\b/i.test(type)) return { kind: 'html', title: titleOf(text) };
  if (answer.state === 'cut') return { kind: 'unreadable', why: 'is cut off' };
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    if (/^[[{"]/.test(text)) return { kind: 'unreadable', why: 'is not whole JSON' };
    return { kind: 'text', text };
  }
}

function titleOf(html: string): string {
  const start = html.slice(0, 20_000);
  return /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.trim() ?? '';
}

/** What an error body says; servers write `status` as text, number or not at all, and not all of them write SCIM. */
export function complaintOf(content: Content): Complaint {
  if (content.kind === 'text') return { detail: content.text };
  if (content.kind === 'html') return { detail: `an HTML page${content.title && ` “${content.title}”`}` };
  if (content.kind !== 'json' || !isObject(content.value)) return { detail: '' };
  const body = content.value;
  const status = /^\d{3}$/.test(String(body['status'])) ? Number(body['status']) : undefined;
  return {
    ...(status !== undefined && { status }),
    ...(typeof body['scimType'] === 'string' && { scimType: body['scimType'] }),
    detail: firstText(
      body['detail'],
      body['message'],
      body['error_description'],
      body['error'],
      body['title'],
    ),
  };
}

/** Whether a body is an error by its own word, whatever the status says. */
export function isComplaint(content: Content): boolean {
  if (content.kind !== 'json' || !isObject(content.value)) return false;
  const schemas = JSON.stringify(content.value['schemas'] ?? content.value['schema'] ?? '');
  return /urn:ietf:params:scim:api:messages:2\.0:Error\b/i.test(schemas);
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? '';
}
