const ESCAPES = /(?:\\[0-9a-f]{2})+/gi;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A filter as the library reads it right. RFC 4515 §3 has `\xx` for a byte of UTF-8, and the library takes each for a
 * character: whatever is beyond ASCII is spelled out. Throws for bytes that are no UTF-8, which the library cannot send.
 */
export function spelled(filter: string): string {
  return filter.replace(ESCAPES, (escapes) => {
    const text = utf8.decode(Buffer.from(escapes.replaceAll('\\', ''), 'hex'));
    return text.replace(/[\0-\x7f]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  });
}
