import { hash } from 'node:crypto';
import { ENTERPRISE } from '../../src/model/index.ts';
import type {
  Configuration,
  CsvOptions,
  Resource,
  Source,
  SourceRecord,
  TargetConfiguration,
} from '../../src/model/index.ts';
import { KINDS as ALL } from '../../src/model/index.ts';
import { column, exampleMapping, present, template } from '../planning/example.ts';
import { KINDS } from './kinds.ts';
import type { KindName } from './kinds.ts';
import type { Row, Settings } from './world.ts';

/** The source as it stands on a day, by key. */
export type Rows = ReadonlyMap<string, Row>;

/** A source in memory; of one that is cut, only the first so many records can be read. */
export function sourceOf(rows: Rows, cut: number | undefined, wrongly = false): Source {
  return {
    name: 'hr',
    file: 'people.csv',
    read: async function* () {
      const records = recordsOf(rows).slice(0, cut);
      yield records;
      const sha256 = hash('sha256', records.map((one) => one.text()).join('\n'), 'hex');
      const complete = cut === undefined || wrongly;
      const reasons = complete ? [] : ['the file ends in the middle'];
      return { source: 'hr', file: 'people.csv', count: records.length, sha256, complete, reasons };
    },
  };
}

function recordsOf(rows: Rows): readonly SourceRecord[] {
  return [...rows].map(([id, row], index) => {
    const cells: Readonly<Record<string, string>> = { id, ...row };
    const text = Object.values(cells).join('\0');
    return { line: index + 2, text: () => text, field: (name) => cells[name], fields: () => cells };
  });
}

export const targetName = (index: number): string => `t${index}`;
export const indexOf = (name: string): number => Number(name.slice(1));

/** What Rollcall is told to do, from what a world says of it. */
export function configurationOf(kinds: readonly KindName[], settings: Settings): Configuration {
  return {
    file: 'rollcall.yaml',
    digest: '',
    state: 'state.db',
    timeZone: 'UTC',
    source: {
      name: 'hr',
      connector: 'csv',
      csv: {} as CsvOptions,
      limits: { shrunk: 100, rejected: Infinity, floor: 0 },
    },
    mapping: {
      ...exampleMapping,
      key: column('id'),
      attributes: template(
        ({ record }) => attributesOf(record as unknown as Row & { id: string }, settings),
        {
          readsAll: true,
        },
      ),
      groups: [{ kind: 'list', from: template(({ record }) => words(record['groups'])) }],
    },
    targets: kinds.map((kind, index) => targetOf(kind, index, settings)),
    warnings: [],
  };
}

export function words(text: unknown): readonly string[] {
  return typeof text === 'string' ? text.split(' ').filter((word) => word !== '') : [];
}

export function titleOf({ title }: Pick<Row, 'title'>, { prefix }: Settings): string {
  return title && `${prefix}${title}`;
}

/** `nickName` is the key, for those who watch over the services: no service looks at it. */
function attributesOf(row: Row & { readonly id: string }, settings: Settings): Resource {
  return present({
    userName: row.login,
    nickName: row.id,
    title: titleOf(row, settings),
    [ENTERPRISE]: { department: row.department },
  });
}

function targetOf(kind: KindName, index: number, settings: Settings): TargetConfiguration {
  const { profile } = KINDS[kind];
  const wanted = settings.targets[index]!;
  const assign = template(({ record }) => record['department'] !== wanted.without);
  return {
    name: targetName(index),
    connector: kind,
    profile,
    baseUrl: `http://127.0.0.1/${index}`,
    authentication: { kind: 'none' },
    network: {},
    mode: 'full',
    mapping: { assign },
    allow: ALL,
    onLeave: wanted.onLeave,
    onOutOfScope: wanted.onOutOfScope,
    createInactive: false,
    ...(profile.groups.supported && { groups: { onGone: 'empty', onLeave: 'remove' } }),
    // Nothing is taken over unasked: what we have made ourselves has to be known as ours.
    limits: { linkGroup: { count: 0, floor: 0 } },
    drift: { compared: [...profile.users.writable, 'active'], attributes: {} },
    pace: profile.pace,
    timeoutSeconds: 1,
    digest: JSON.stringify([settings.prefix, wanted]),
  };
}
