import { expect } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { configuration } from './company.ts';
import type { Person } from './company.ts';
import type { Ending } from './folder.ts';
import { openPlace } from './place.ts';
import type { Place } from './place.ts';
import type { Ended } from './rollcall.ts';
import { journalled, playService, writes } from './service.ts';

/** One way in which a failure is played: a target of its own, so that one run meets all of them. */
export interface Way {
  readonly faults?: readonly string[];
  /** Lines of the target. */
  readonly target?: string;
  readonly connector?: string;
  readonly auth?: string;
  /** Who is there before anybody has heard of Rollcall. */
  readonly people?: readonly object[];
}

export interface Field extends Place {
  readonly mocks: ReadonlyMap<string, Mock>;
  /** Of the first target. */
  readonly mock: Mock;
  /** Runs the program, which ends with this code, and keeps what it says for `seen`. */
  says(code: number, ...args: readonly string[]): Promise<Ended>;
  readonly seen: () => string;
  /** From now on it fails, each target in its way. */
  fail(): void;
  heal(): void;
  /** Every target holds exactly this, and another sync sends nothing that writes. */
  ends(rows: readonly Person[], but?: Readonly<Record<string, readonly Person[]>>): Promise<void>;
  /** Another sync sends nothing that writes. */
  rests(): Promise<void>;
  /** Gives a target further lines. */
  adjust(name: string, lines: string): void;
}

export interface FieldOptions {
  readonly ways?: Readonly<Record<string, Way>>;
  readonly source?: string;
  readonly groups?: boolean;
}

export async function openField(ending: Ending, options: FieldOptions = {}): Promise<Field> {
  const { ways = { app: {} }, source, groups = false } = options;
  const place = openPlace(ending);
  const mocks = new Map<string, Mock>();
  for (const [name, { people }] of Object.entries(ways))
    mocks.set(name, await playService(ending, 'rfc', people === undefined ? {} : { people }));
  const token = '{ kind: bearer, token: { env: APP_TOKEN } }';
  const targetOf = ([name, { target = '', connector = 'generic', auth = token }]: [string, Way]): string =>
    [
      `  ${name}:`,
      ...[`connector: ${connector}`, `baseUrl: ${mocks.get(name)!.url}`, `auth: ${auth}`].map(indented),
      ...target.split('\n').filter(Boolean).map(indented),
    ].join('\n');
  const [before] = configuration({ baseUrl: '', ...(source !== undefined && { source }) }).split('targets:');
  const rules = groups ? 'groups:\n  - { from: "${split(record.department, \';\')}" }\n' : '';
  const configure = (now: Readonly<Record<string, Way>>): void =>
    place.write(
      'rollcall.yaml',
      `${before}${rules}targets:\n${Object.entries(now).map(targetOf).join('\n')}\n`,
    );
  configure(ways);
  const said: string[] = [];
  const all = [...mocks.values()];
  const rests = async (): Promise<void> => {
    const before = new Map([...mocks].map(([name, mock]) => [name, journalled(mock)]));
    await place.run('sync', '--wait', '0s');
    for (const [name, mock] of mocks) expect(writes(mock, before.get(name))).toEqual([]);
  };
  return {
    ...place,
    mocks,
    mock: all[0]!,
    async says(code, ...args) {
      const ended = await place.run(...args);
      said.push(ended.stdout, ended.stderr);
      expect([ended.code, code === ended.code ? '' : ended.stdout + ended.stderr]).toEqual([code, '']);
      return ended;
    },
    seen: () => said.join(''),
    fail() {
      for (const [name, { faults = [] }] of Object.entries(ways))
        for (const fault of faults) mocks.get(name)!.addFault(fault);
    },
    heal: () => all.forEach((mock) => mock.clearFaults()),
    async ends(rows, but = {}) {
      for (const [name, mock] of mocks)
        expect({ [name]: held(mock, groups) }).toEqual({ [name]: wanted(but[name] ?? rows, groups) });
      await rests();
    },
    rests,
    adjust(name, lines) {
      configure({ ...ways, [name]: { ...ways[name], target: lines } });
    },
  };
}

const indented = (line: string): string => `    ${line}`;

/** By key, or else by name: on or off, the last name, the manager, and the groups. */
type Held = Readonly<Record<string, string>>;

export function held(mock: Mock, groups = true): Held {
  const users = mock.users();
  const names = new Map(users.map((user) => [user.id, text(user['externalId']) || text(user['userName'])]));
  expect(names.size).toBe(new Set(names.values()).size);
  return Object.fromEntries(
    users
      .map((user): readonly [string, string] => {
        const { familyName = '' } = (user['name'] ?? {}) as { familyName?: string };
        const within = mock
          .groups()
          .filter(({ members }) => members.includes(user.id))
          .map(({ displayName }) => text(displayName))
          .sort();
        const state = user['active'] === true ? `on ${familyName}` : 'off';
        return [names.get(user.id)!, groups ? `${state} ${within.join(';')}` : state];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function wanted(rows: readonly Person[], groups: boolean): Held {
  return Object.fromEntries(
    rows.map(({ id, last, status, department }) => {
      const isOn = status === 'active';
      const state = isOn ? `on ${last}` : 'off';
      const within = isOn ? department.split(';').filter(Boolean).sort().join(';') : '';
      return [id, groups ? `${state} ${within}` : state];
    }),
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
