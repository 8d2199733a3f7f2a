import { isUtf8 } from 'node:buffer';
import type { ServiceDescription } from '../description.ts';
import { Refused, invalid } from '../refusal.ts';

export interface Body {
  readonly text: string;
  /** `undefined` for an empty body. */
  readonly json: unknown;
}

/** A request body as JSON. Throws what the service says of a body that is none. */
export function readBody(service: ServiceDescription, mediaType: string, bytes: Buffer): Body {
  if (bytes.length === 0) return { text: '', json: undefined };
  const status = service.media.accepts[mediaType]?.malformed ?? 400;
  const text = bytes.toString('utf8');
  // What could not be decoded has become a replacement character, which may also have been sent.
  if (text.includes('\uFFFD') && !isUtf8(bytes))
    throw malformed(status, 'The body is not UTF-8 (RFC 8259 §8.1).');
  try {
    return { text, json: JSON.parse(text) as unknown };
  } catch (error) {
    throw malformed(status, `The body is not JSON: ${error instanceof Error ? wordsOf(error) : ''}`);
  }
}

/** Without the piece of the body that the message of some errors quotes: there may be a password in it. */
function wordsOf({ message }: Error): string {
  return message.replace(/, (\.\.\.)?"[^]*" is not valid JSON$/, '').slice(0, 200);
}

/** A body whose media type says nothing. */
export function jsonOrText(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text === '' ? undefined : text;
  }
}

function malformed(status: number, detail: string): Refused {
  const { refusal } = invalid('invalidSyntax', detail);
  return new Refused({ ...refusal, status, framework: true });
}
