import { expect, test } from 'vitest';
import { failures } from '../../../src/mock/faults/failures.ts';
import { ask, mockOf, patchOf } from '../calling.ts';
import { grouped, three } from './talking.ts';

const deep = '['.repeat(5000) + ']'.repeat(5000);
const requests: readonly (readonly [string, string, unknown?])[] = [
  ['GET', '/Users?count=x&startIndex=-9'],
  ['GET', '/Users?count=1&count=2&filter=userName&filter=x'],
  ['GET', '/Users?filter=((('],
  ['GET', '/Users/%E0%A4%A'],
  ['GET', '/Schemas'],
  ['POST', '/Users', 'null'],
  ['POST', '/Users', '[1,2]'],
  ['POST', '/Users', deep],
  ['POST', '/Groups', { displayName: 'g', members: 'all' }],
  ['PUT', '/Groups/none', { members: [null, 7, { value: {} }] }],
  ['PATCH', '/Groups/GROUP', { Operations: 'add' }],
  [
    'PATCH',
    '/Groups/GROUP',
    { Operations: [null, 7, { op: {}, path: [] }, { op: 'remove', path: 'members[', value: 1 }] },
  ],
  ['PATCH', '/Groups/GROUP', `{"Operations":[{"op":"add","path":"members","value":${deep}}]}`],
  ['PATCH', '/Users/1', patchOf({ op: 'add', path: 'active', value: null }, { op: 'remove' })],
  ['DELETE', '/Users/none'],
];
const cut = /^(drop|reset|endless|huge|slow|redirect)/;

// Every fault, and every request that is none: an answer all the same, and nothing that hangs.
test.each([...new Set(failures.flatMap(({ ways }) => ways.flat()).filter((fault) => !cut.test(fault)))])(
  '%s: requests that are none are answered',
  async (fault) => {
    const mock = await mockOf('rfc', { people: three });
    const group = await grouped(mock, '1', '2');
    mock.addFault(fault.replace(/USER/g, 'Ada').replace(/OTHER/g, 'Bob'));
    for (const [method, path, body] of requests) {
      const { status, text } = await ask(mock, method, path.replace('GROUP', group), body);
      expect(text).not.toContain('The mock failed');
      if (!fault.includes('50')) expect(status, `${method} ${path}`).toBeLessThan(500);
    }
  },
);
