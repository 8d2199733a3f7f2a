import { expect, test } from 'vitest';
import { asText } from '../../src/model/index.ts';

test('text is trimmed and composed, and what is empty is absent', () => {
  expect(asText('  Zoë ')).toBe('Zoë');
  expect(asText(12)).toBe('12');
  for (const value of ['', '   ', null, undefined, true, {}]) expect(asText(value)).toBeUndefined();
});
