import { describe, expect, test } from 'vitest';
import type { MockOptions } from '../../../src/mock/index.ts';
import { ask, mockOf, wordOf } from '../calling.ts';
import type { Reply } from '../calling.ts';

/** One request, and what has to come back. `${name}` in it is the id that an earlier one learned. */
export interface Step {
  /** `POST /Users`; what begins with `/_mock` goes to the door. */
  readonly ask: string;
  readonly body?: unknown;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  /** 200 where nothing is said. */
  readonly status?: number;
  /** A part of the answer. */
  readonly has?: object;
  /** What the answer has not; `/` goes into an object. */
  readonly lacks?: readonly string[];
  /** The name by which later steps know the id in the answer. */
  readonly learns?: string;
}

/** By the sentence of the documentation that they show. */
export type Quirks = Readonly<Record<string, readonly Step[]>>;

/** One test for each sentence, each against a mock of its own. */
export function playedAs(service: string, quirks: Quirks, options: Partial<MockOptions> = {}): void {
  describe(`--as ${service}`, () => {
    test.each(Object.entries(quirks))('%s', async (_sentence, steps) => {
      const mock = await mockOf(service, options);
      const ids = new Map<string, string>();
      for (const step of steps) {
        const [method = '', path = ''] = filledIn(step.ask, ids).split(/ (.*)/);
        const { body, token, headers } = step;
        const reply = await ask(mock, method, encoded(path), filledIn(body, ids), {
          ...(token !== undefined && { token }),
          ...(headers && { headers }),
        });
        judge(step, reply, ids);
        if (step.learns !== undefined && reply.status < 400) ids.set(step.learns, wordOf(reply.body['id']));
      }
    });
  });
}

function judge({ ask: asked, status = 200, has, lacks = [] }: Step, reply: Reply, ids: Ids): void {
  const place = `${asked}: ${reply.text}`;
  expect(reply.status, place).toBe(status);
  if (has) expect(reply.body, place).toMatchObject(filledIn(has, ids));
  for (const path of lacks) expect(reply.body, place).not.toHaveProperty(path.split('/'));
}

type Ids = ReadonlyMap<string, string>;

function filledIn<T>(value: T, ids: Ids): T {
  if (value === undefined) return value;
  // Matchers of vitest do not live through JSON.
  if (!JSON.stringify(value).includes('${')) return value;
  const text = JSON.stringify(value).replace(
    /\$\{(\w+)\}/g,
    (_, name: string) => ids.get(name) ?? `no id of ${name}`,
  );
  return JSON.parse(text) as T;
}

/** A filter is written as people read it. */
function encoded(path: string): string {
  return path.replace(/filter=(.*)$/, (_, filter: string) => `filter=${encodeURIComponent(filter)}`);
}

export { ENTERPRISE, GROUP, PATCH_OP, USER, patchOf } from '../calling.ts';
