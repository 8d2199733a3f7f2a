import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { ask, wordOf } from './calling.ts';

/** One request of a client, what has to come back, and what GET shows afterwards: a file of `test/fixtures`. */
export interface Exchange {
  readonly title: string;
  /** The public page or thread that it is taken from. */
  readonly source: string;
  /** Whether the body stands there, was seen by somebody, or was concluded. */
  readonly basis: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly expect: Seen & { readonly status: readonly number[]; readonly afterwards?: readonly Look[] };
  /** The name by which later exchanges know the id of what was made, as `${id:name}`. */
  readonly learns?: string;
}

interface Seen {
  /** Part of the answer. */
  readonly body?: object;
  /** What the answer has not; `/` goes into an object. */
  readonly without?: readonly string[];
}

interface Look extends Seen {
  readonly path: string;
  readonly status: number;
}

const root = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** The exchanges of a folder, in order, by the names of their files. */
export function exchangesOf(folder: string): ReadonlyMap<string, Exchange> {
  const names = readdirSync(root + folder).sort();
  return new Map(
    names.map((name) => [name, JSON.parse(readFileSync(`${root}${folder}/${name}`, 'utf8')) as Exchange]),
  );
}

/** Plays them one after the other, and gives the ids that were learned. */
export async function play(mock: Mock, exchanges: ReadonlyMap<string, Exchange>): Promise<Ids> {
  const ids: Ids = new Map();
  for (const [name, exchange] of exchanges) await playOne(mock, name, exchange, ids);
  return ids;
}

export type Ids = Map<string, string>;

async function playOne(mock: Mock, name: string, exchange: Exchange, ids: Ids): Promise<void> {
  const { request, expect: wanted, learns } = exchange;
  const { path, body } = withIds({ path: request.path, body: request.body }, ids);
  const answer = await ask(mock, request.method, path, body, { headers: request.headers, type: null });
  expect(wanted.status, `${name}: ${answer.status} ${answer.text}`).toContain(answer.status);
  if (answer.text !== '')
    expect(answer.headers.get('content-type'), name).toMatch(/^application\/scim\+json/);
  if (learns !== undefined) ids.set(learns, wordOf(answer.body['id']));
  judge(name, answer.body, wanted, ids);
  for (const look of wanted.afterwards ?? []) {
    const shown = await ask(mock, 'GET', withIds(look.path, ids));
    const place = `${name}, then GET ${look.path}`;
    expect(shown.status, `${place}: ${shown.text}`).toBe(look.status);
    judge(place, shown.body, look, ids);
  }
}

function judge(place: string, body: unknown, { body: part, without = [] }: Seen, ids: Ids): void {
  if (part) expect(body, place).toMatchObject(withIds(part, ids));
  for (const path of without) expect(body, place).not.toHaveProperty(path.split('/'));
}

/** Throws for a name that no exchange has learned. */
function withIds<T>(value: T, ids: Ids): T {
  if (value === undefined) return value;
  const text = JSON.stringify(value).replace(/\$\{id:(\w+)\}/g, (_, name: string) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`no exchange before has learned the id of ${name}`);
    return id;
  });
  return JSON.parse(text) as T;
}
