import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { RollcallError } from '../../src/model/index.ts';
import type {
  Configuration,
  CsvOptions,
  Receipt,
  Source,
  SourceRecord,
  TargetConfiguration,
} from '../../src/model/index.ts';
import { KINDS } from '../../src/model/index.ts';
import type { Engine } from '../../src/engine/build.ts';
import type { SyncOptions, TargetResult } from '../../src/engine/contract.ts';
import { plan as planWith } from '../../src/engine/plan.ts';
import type { Run } from '../../src/engine/run.ts';
import { sync as syncWith } from '../../src/engine/sync.ts';
import { approve as approveIn } from '../../src/store/approvals.ts';
import { openState } from '../../src/store/state.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { sealedOperations } from '../../src/store/stage/order.ts';
import { leftOutOf, notesOf, rejectionsOf } from '../../src/store/stage/remarks.ts';
import { column, exampleMapping, exampleProfile, present, row, template } from '../planning/example.ts';
import { temporaryFolder } from '../store/released.ts';
import { openDirectory } from './directory.ts';
import type { Directory } from './directory.ts';

export type Person = Readonly<Record<string, string>>;

/** Somebody active whose login is their key, and their manager. */
export const reporting = (id: string, boss = '', part: Person = {}): Person => ({
  id,
  user: id,
  boss,
  status: 'active',
  ...part,
});

/** A company with a source in memory and a directory for each target. */
export interface Company {
  people: readonly Person[];
  /** What the receipt says besides the count. */
  receipt: Partial<Receipt>;
  configuration: Configuration;
  now: number;
  /** How many passwords were made. */
  passwords: number;
  readonly directory: Directory;
  directories: ReadonlyMap<string, Directory>;
  /** Records that were looked into in the last run. */
  readonly looked: string[];
  readonly engine: Engine;
  plan<T>(use: (run: Run) => T, ...names: readonly string[]): Promise<T>;
  sync(options?: Partial<SyncOptions>): Promise<Synced>;
  /** Lets through what the newest plan of a target holds. */
  approve(target?: string): void;
}

export interface Synced {
  readonly results: readonly TargetResult[];
  readonly result: TargetResult;
  readonly view: PlanView;
}

/** A plan in few words. */
export interface PlanView {
  /** `create ada`, in the order of sending. */
  readonly operations: readonly string[];
  readonly leftOut: Readonly<Record<string, string>>;
  /** `key: text` */
  readonly notes: readonly string[];
  /** `line rule key` */
  readonly rejections: readonly string[];
  readonly held: readonly string[];
  readonly checksums: Readonly<Record<string, string>>;
}

export function viewOf(run: Run, index = 0): PlanView {
  const target = run.targets[index]!;
  return {
    operations: [...sealedOperations(run.stage, index)].map(
      ({ kind, key, part }) => `${kind} ${key}${part === 1 ? "'" : ''}`,
    ),
    leftOut: Object.fromEntries([...leftOutOf(run.stage, index)].map(({ key, rule }) => [key, rule])),
    notes: [...notesOf(run.stage, index)].map(({ key, text }) => `${key}: ${text}`),
    rejections: [...rejectionsOf(run.stage)].map(({ line, rule, key }) => `${line} ${rule} ${key}`),
    held: target.sealed!.held.map(({ kind }) => kind),
    checksums: Object.fromEntries(target.sealed!.totals.map(({ kind, checksum }) => [kind, checksum])),
  };
}

export function targetWith(part: Partial<TargetConfiguration> = {}): TargetConfiguration {
  return {
    name: 'app',
    connector: 'example',
    profile: exampleProfile,
    baseUrl: 'http://127.0.0.1/scim/v2',
    authentication: { kind: 'none' },
    network: {},
    mode: 'full',
    mapping: {},
    allow: KINDS,
    onLeave: 'deactivate',
    onOutOfScope: 'deactivate',
    createInactive: false,
    limits: {},
    drift: { compared: [...exampleProfile.users.writable, 'active'], attributes: {} },
    pace: { concurrency: 4 },
    timeoutSeconds: 1,
    digest: 'first',
    ...part,
  };
}

export function openCompany(
  people: readonly Person[] = [],
  part: Partial<Configuration> & { readonly target?: Partial<TargetConfiguration> } = {},
): Company {
  const { target, ...rest } = part;
  const targets = rest.targets ?? [targetWith(target)];
  const configuration: Configuration = {
    file: 'rollcall.yaml',
    digest: 'configured',
    state: join(temporaryFolder(), 'state.db'),
    timeZone: 'UTC',
    source: {
      name: 'hr',
      connector: 'csv',
      csv: {} as CsvOptions,
      limits: { shrunk: 20, rejected: 50, floor: 5 },
    },
    mapping: { ...exampleMapping, attributes: template(({ record }) => attributesOf(record as Person)) },
    warnings: [],
    ...rest,
    targets,
  };
  const directories = new Map(targets.map(({ name }) => [name, openDirectory()]));
  let reads = 0;
  const company: Company = {
    people,
    receipt: {},
    configuration,
    now: 1_000_000,
    passwords: 0,
    directories,
    directory: directories.get(targets[0]!.name)!,
    looked: [],
    engine: {
      get configuration() {
        return company.configuration;
      },
      clock: {
        now: () => {
          reads++;
          return company.now;
        },
        get reads() {
          return reads;
        },
      },
      openSource: () => sourceOf(company),
      openTarget: ({ name }) => company.directories.get(name)!.open(name),
    },
    plan: (use, ...names) => planWith(company.engine, names, use),
    sync: (options) => sync(company, options),
    approve: (name) => {
      approveAll(company, name ?? targets[0]!.name);
    },
  };
  return company;
}

/** The usual columns of these tests: user, name, title, mail, department; `boss` is the manager. */
function attributesOf(record: Person) {
  return present({
    userName: record['user'],
    displayName: record['name'],
    title: record['title'],
    ...(record['mail'] && { emails: [{ value: record['mail'], primary: true }] }),
  });
}

export { column };

function sourceOf(company: Company): Source {
  return {
    name: 'hr',
    file: 'people.csv',
    read: async function* () {
      company.looked.length = 0;
      const records = company.people.map((cells, index): SourceRecord => {
        const plain = row(cells, index + 2);
        const fields = (): Person => {
          company.looked.push(cells['id'] ?? '');
          return cells;
        };
        const { defect, gone } = cells;
        return { ...plain, fields, ...(defect && { defect }), ...(gone && { gone }) };
      });
      for (let from = 0; from < records.length; from += 3) yield records.slice(from, from + 3);
      const sha256 = createHash('sha256').update(JSON.stringify(company.people)).digest('hex');
      return {
        source: 'hr',
        file: 'people.csv',
        count: records.length,
        sha256,
        complete: true,
        reasons: [],
        ...company.receipt,
      };
    },
  };
}

async function sync(company: Company, options: Partial<SyncOptions> = {}): Promise<Synced> {
  let view: PlanView | undefined;
  company.now += 60_000;
  const results = await syncWith(
    company.engine,
    {
      names: [],
      command: 'sync',
      actor: 'test',
      signal: new AbortController().signal,
      wait: 0,
      sleep: async () => undefined,
      random: () => 0,
      newPassword: (length) => `made-${++company.passwords}`.padEnd(length, '.'),
      onPlan: (run) => (view = viewOf(run)),
      ...options,
    },
    (_, all) => all,
  );
  return { results, result: results[0]!, view: view! };
}

function approveAll(company: Company, name: string): void {
  const state = openState(company.configuration.state, false);
  try {
    const { id } = targetRow(state, name)!;
    const held = state.db.prepare('SELECT checksum FROM held WHERE target = ?').pluck().all(id) as string[];
    for (const checksum of held)
      approveIn(state, { target: id, name, checksum, actor: 'test', now: company.now });
  } finally {
    state.close();
  }
}

/** A sync that releases its plan, and gives way before anything of it is sent. */
export function sendsNothing(): Partial<SyncOptions> {
  const controller = new AbortController();
  return {
    givesWay: () => controller.signal,
    onRelease: () => {
      controller.abort();
    },
  };
}

/** Refuses to go on: for what happens between a plan and its release. */
export function stops(): never {
  throw new RollcallError('changed', 'stopped by the test');
}
