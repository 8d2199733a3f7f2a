import { RollcallError } from '../../../src/model/index.ts';

/** The names and indices along a JSON pointer (RFC 6901 §3 and §4). Throws where it is none. */
export function parsePointer(pointer: string, option: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) {
    const meant = `/${pointer.replace(/^(#\/?|\$\.?)/, '').replaceAll('.', '/')}`;
    throw new RollcallError('source', {
      message: `\`${option}\` is ${JSON.stringify(pointer)}, and a JSON pointer begins with a slash`,
      hint: `did you mean ${meant}?`,
    });
  }
  if (/~(?![01])/.test(pointer)) {
    throw new RollcallError('source', {
      message: `\`${option}\` is ${JSON.stringify(pointer)}, and in a JSON pointer a tilde is written ~0`,
      hint: `did you mean ${pointer.replaceAll(/~(?![01])/g, '~0')}?`,
    });
  }
  return pointer.slice(1).split('/').map(unescape);
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

export function formatPointer(segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${escape(String(segment))}`).join('');
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Whether a segment leads to the element of a list with this index. */
export function leadsTo(segment: string | undefined, index: number): boolean {
  return segment === '*' || segment === String(index);
}

/** Whether a segment can lead into a list at all: `*`, or an index as RFC 6901 §4 writes one. */
export function leadsIntoList(segment: string | undefined): boolean {
  return segment !== undefined && /^(\*|0|[1-9]\d*)$/.test(segment);
}
