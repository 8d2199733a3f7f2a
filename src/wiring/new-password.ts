import { randomInt } from 'node:crypto';

/** Without characters that are taken for one another. Rules for passwords ask for one of each of these kinds. */
const kinds: readonly string[] = [
  'ABCDEFGHJKLMNPQRSTUVWXYZ',
  'abcdefghijkmnopqrstuvwxyz',
  '23456789',
  '!#%*+-=?@_',
];

/** A password of so many characters, four at least, drawn by the system's own generator; some of each kind, in any order. */
export function newPassword(length: number): string {
  const drawn = Array.from({ length }, (_, index) => draw(kinds[index] ?? kinds.join('')));
  for (let index = length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [drawn[index], drawn[other]] = [drawn[other]!, drawn[index]!];
  }
  return drawn.join('');
}

function draw(from: string): string {
  return from[randomInt(from.length)]!;
}
