import { isUtf8 } from 'node:buffer';
import type { Value } from './entry.ts';

/** In bytes. A longer value that nobody reads is not kept. */
export const LONG_VALUE = 64 * 1024;
/** In bytes. A longer value cannot be read, whoever asks for it. */
export const LONGEST_VALUE = 10 * 1024 * 1024;

/** Control characters of Unicode, but for the three that text is laid out with: an address has several lines. */
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/** Bytes as text where they are text: UTF-8 without control characters. Otherwise as base64. */
export function valueOf(bytes: Buffer): Value {
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    if (!CONTROL.test(text)) return { form: 'text', text };
  }
  return { form: 'base64', text: bytes.toString('base64') };
}

/** The bytes of strict base64 (RFC 4648 §4), or `undefined`: no space, no missing padding, no bits to spare. */
export function base64Bytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** What base64 says; `undefined` where it is not base64. Most of it hides a few words of ASCII: they take a short cut. */
export function decode(base64: string): Value | undefined {
  const length = base64.length <= SHORT ? decodeAscii(base64) : -1;
  if (length !== -1) return { form: 'text', text: scratch.toString('latin1', 0, length) };
  const bytes = base64Bytes(base64);
  return bytes && valueOf(bytes);
}

/** In characters. */
const SHORT = 256;
const scratch = Buffer.alloc((SHORT / 4) * 3);
const SEXTETS = Int8Array.from({ length: 128 }, (_, code) =>
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(String.fromCharCode(code)),
);

/** How many characters are now in `scratch`; -1 where it is anything but printable ASCII in whole base64. */
function decodeAscii(base64: string): number {
  if (base64.length % 4 !== 0) return -1;
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const end = base64.length - padding;
  let bits = 0;
  let length = 0;
  for (let at = 0; at < end; at += 1) {
    const sextet = SEXTETS[base64.charCodeAt(at)] ?? -1;
    if (sextet === -1) return -1;
    bits = ((bits << 6) | sextet) & 0xfff;
    if (at % 4 === 0) continue;
    const shift = 6 - 2 * (at % 4);
    const code = (bits >> shift) & 0xff;
    if (code < 0x20 || code > 0x7e) return -1;
    scratch[length++] = code;
  }
  // Bits that belong to no byte must be none (RFC 4648 §3.5).
  const spare = padding === 2 ? bits & 0xf : padding === 1 ? bits & 0x3 : 0;
  return spare === 0 ? length : -1;
}

/**
 * A value as it stands behind its attribute's name in a record's text. What stands behind the colon tells the forms
 * apart, and text that would not fit on a line is written as JSON.
 */
export function written({ form, text }: Value): string {
  if (form === 'digest') return `:#${text}`;
  if (form === 'base64') return `:: ${text}`;
  return text.includes('\n') ? `:+ ${JSON.stringify(text)}` : `: ${text}`;
}

/** The text of a value that was written so, from its colon to the end of its line; `undefined` of a digest. */
export function readWritten(line: string, colon: number, end: number): string | undefined {
  switch (line.charCodeAt(colon + 1)) {
    case DIGEST:
      return undefined;
    case BASE64:
      return line.slice(colon + 3, end);
    case SEVERAL_LINES:
      return JSON.parse(line.slice(colon + 3, end)) as string;
    default:
      return line.slice(colon + 2, end);
  }
}

const DIGEST = 35;
const SEVERAL_LINES = 43;
const BASE64 = 58;

/** Whether a name is that of an attribute: letters, digits, `-`, `.`; and `_`, which RFC 2849 has not and servers have. */
export function isAttributeName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]*(;[a-z0-9=*._-]+)*$/i.test(name);
}
