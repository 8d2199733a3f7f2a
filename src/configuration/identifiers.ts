/**
 * Identifiers that directories keep as bytes. A source of records shows bytes as base64, and as text where they happen
 * to be UTF-8 without control characters.
 */

const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/**
 * The usual text of a GUID, in small letters, of the sixteen bytes of `objectGUID` (MS-DTYP §2.3.4.2: the first three
 * fields have their lowest byte first) or of text that is one already, as `entryUUID` is (RFC 4530 §2.1). `undefined`
 * where it is neither.
 */
export function guidOf(text: string): string | undefined {
  const bytes = sixteenBytes(text);
  if (bytes) {
    const ordered = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at]!);
    const digits = Buffer.from(ordered).toString('hex');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  const tidied = text.trim();
  const isBraced = tidied.startsWith('{');
  return isBraced === tidied.endsWith('}') ? GUID.exec(tidied)?.[1]?.toLowerCase() : undefined;
}

/** Base64 of sixteen bytes has 24 characters, so that text of sixteen bytes is never taken for it. */
function sixteenBytes(text: string): Buffer | undefined {
  if (text.length > 40) return undefined;
  const raw = Buffer.from(text, 'utf8');
  if (raw.length === 16) return raw;
  const bytes = base64Bytes(text.trim());
  return bytes?.length === 16 ? bytes : undefined;
}

/** The most that fits: `S-1-`, an authority of 48 bits, and fifteen numbers of 32. */
const longestSid = 200;

/**
 * A SID as `S-1-5-21-…`, of the bytes of `objectSid` (MS-DTYP §2.4.2.2; in a directory the numbers have their lowest byte
 * first) or of such text (MS-DTYP §2.4.2.1).
 */
export function sidOf(text: string): string | undefined {
  if (text.length > longestSid) return undefined;
  const tidied = text.trim();
  if (/^s-/i.test(tidied)) return sidText(tidied);
  const bytes = base64Bytes(tidied);
  const count = bytes?.[1] ?? 0;
  if (!bytes || bytes[0] !== 1 || count < 1 || count > 15 || bytes.length !== 8 + 4 * count) return undefined;
  const authority = bytes.readUIntBE(2, 6);
  const numbers = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return `S-1-${authorityText(authority)}-${numbers.join('-')}`;
}

function sidText(text: string): string | undefined {
  const match = /^S-1-(\d{1,10}|0x[0-9a-f]{12})((?:-\d{1,10}){1,15})$/i.exec(text);
  if (!match) return undefined;
  const authority = Number(match[1]);
  const numbers = match[2]!.slice(1).split('-').map(Number);
  if (numbers.some((number) => number > 0xffff_ffff)) return undefined;
  return `S-1-${authorityText(authority)}-${numbers.join('-')}`;
}

/** Decimal below 2^32, hexadecimal from there on (MS-DTYP §2.4.2.1). */
function authorityText(authority: number): string {
  return authority < 2 ** 32
    ? String(authority)
    : `0x${authority.toString(16).toUpperCase().padStart(12, '0')}`;
}

/** Strict base64 (RFC 4648 §4): with its padding, and no bits to spare. */
function base64Bytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
