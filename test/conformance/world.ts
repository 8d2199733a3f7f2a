import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ENTERPRISE, isObject } from '../../src/model/index.ts';
import type {
  Configuration,
  CsvOptions,
  Item,
  Kind,
  Profile,
  Resource,
  ScimRequest,
  Source,
  TargetConfiguration,
} from '../../src/model/index.ts';
import type { Recorded } from '../../src/mock/index.ts';
import { groupedSource } from '../../connectors/sources/compose/memberships.ts';
import type { Engine } from '../../src/engine/build.ts';
import type { TargetResult } from '../../src/engine/contract.ts';
import { reconcile as reconcileWith } from '../../src/engine/reconcile.ts';
import { sync as syncWith } from '../../src/engine/sync.ts';
import { adapt } from '../../src/planning/adapt.ts';
import { diff } from '../../src/planning/diff.ts';
import { reconcileJson, reconcileText } from '../../src/reports/reconcile.ts';
import { reconciledViews } from '../../src/reports/reconciled.ts';
import type { ReconciledView } from '../../src/reports/reconciled.ts';
import { styleFor } from '../../src/reports/style.ts';
import { openTarget } from '../../src/scim/client.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { approve, heldKinds } from '../../src/store/approvals.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { unfinishedOf } from '../../src/store/failures.ts';
import { operationsPage } from '../../src/store/listing.ts';
import type { ListedOperation } from '../../src/store/listing.ts';
import type { Unfinished } from '../../src/store/failures.ts';
import { sealedOperations } from '../../src/store/stage/order.ts';
import { situationsOf } from '../../src/store/stage/situations.ts';
import { openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { targetStatus } from '../../src/store/status.ts';
import type { Trouble } from '../../src/store/status.ts';
import { targetWith } from '../engine/company.ts';
import { column, row, template } from '../planning/example.ts';
import { quickFolder } from '../support/folder.ts';
import type { Held, Service } from './service.ts';
import { wanted } from './cast.ts';
import type { Person } from './cast.ts';

/** A group of the source: who is in it, each person says. */
export interface SourceGroup {
  readonly key: string;
  readonly name: string;
}

/** A group as a directory has it: it names people and groups by their keys. */
export interface DirectoryGroup extends SourceGroup {
  readonly members: readonly string[];
  readonly nested: 'flatten' | 'keep';
}

export interface Synced {
  readonly result: TargetResult;
  /** `create k1`, in the order of sending; of a membership `memberAdd k1`. */
  readonly operations: readonly string[];
  /** What the service was asked, all of it and what may write. */
  readonly requests: readonly Recorded[];
  readonly writes: readonly Recorded[];
}

export interface Found {
  readonly view: ReconciledView;
  /** The groups that are not in sync. */
  readonly groups: readonly Item[];
  /** What the command line says, for people and for a script. */
  readonly text: string;
  readonly json: { readonly targets: Readonly<Record<string, { readonly groups?: object }>> };
}

/** A person's account as the state has it. */
export interface Link {
  readonly remoteId: string;
  readonly state: 'linked' | 'invited';
}

/** A state as the first run makes it: to make it takes longer than such a run does. */
let newState: Buffer | undefined;

function stateMade(): Buffer {
  const folder = quickFolder('rollcall-conformance-');
  const path = join(folder, 'state.db');
  openState(path, true).close();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true, force: true });
  return bytes;
}

/** The real engine, client and state between a source that is played and one service. */
export class World {
  readonly service: Service;
  readonly profile: Profile;
  people: readonly Person[] = [];
  groups: readonly SourceGroup[] = [];
  /** Groups that are records of the source, beside those. */
  directory: readonly DirectoryGroup[] = [];
  /** What is wrong with the read, so that it is not complete. */
  unread: readonly string[] = [];
  /** What the configuration says otherwise of the target. */
  settings: Partial<TargetConfiguration> = {};
  /** For how many milliseconds a run waits for what is to be sent again. */
  patience = 0;
  /** The credential. */
  token: string;
  /** What happens before a request that writes goes out. */
  beforeSend: (request: ScimRequest) => Promise<void> = async () => undefined;
  readonly #folder = quickFolder('rollcall-conformance-');
  readonly #busy = new Set<string>();
  readonly #overlaps: string[] = [];
  #state: State | undefined;
  #now = 1_000_000_000;
  #runs = 0;

  constructor(service: Service, profile: Profile) {
    this.service = service;
    this.profile = profile;
    this.token = service.token;
    writeFileSync(this.#path, (newState ??= stateMade()), { mode: 0o600 });
  }

  async close(): Promise<void> {
    this.#state?.close();
    await this.service.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One run. Every person is looked at in it, as after a change of the configuration: nothing is passed over as known. */
  async sync(): Promise<Synced> {
    const { lookupLagSeconds } = this.profile;
    this.#now += 60_000 + lookupLagSeconds * 1000;
    this.#runs++;
    const since = this.#asked;
    let operations: readonly string[] = [];
    const [result] = await syncWith(
      this.#engine(),
      {
        names: [],
        command: 'sync',
        actor: 'test',
        signal: new AbortController().signal,
        wait: this.patience,
        sleep: async (milliseconds) => void (this.#now += milliseconds),
        random: () => 0,
        newPassword: () => '',
        onPlan: ({ stage }) =>
          (operations = [...sealedOperations(stage, 0)].map(({ kind, key }) => `${kind} ${key}`)),
      },
      (_, all) => all,
    );
    const requests = this.service.journal(since);
    const writes = requests.filter(({ method }) => method !== 'GET');
    this.#isDocumented(requests);
    return { result: result!, operations, requests, writes };
  }

  /** What the service really holds, by what is known of it; with `isRepair`, taken into the state. */
  async reconcile(isRepair = false): Promise<Found> {
    this.#now += 60_000;
    this.#runs++;
    const repairing = isRepair ? { command: 'reconcile --repair', actor: 'test' } : undefined;
    return reconcileWith(this.#engine(), [], repairing, async (found) => {
      const [view] = reconciledViews(found);
      const items = [...situationsOf(found.run.stage, 0, undefined, 'Group')].map(({ item }) => item);
      const told = reconcileText(found, { style: styleFor(false), people: 20 });
      const json = JSON.parse(`${[...reconcileJson(found)].join('')}}`) as Found['json'];
      return { view: view!, groups: items, text: [...told].join('\n'), json };
    });
  }

  /** Lets time go by, until what has failed may be tried again. */
  wait(): void {
    this.#now += 12 * 3_600_000;
  }

  /** A run that has to end well: everything sent, taken, and nothing left over. */
  async succeed(): Promise<Synced> {
    const synced = await this.sync();
    const refused = synced.requests.filter(({ status }) => (status ?? 500) >= 400);
    const { state, failed, waiting, error } = synced.result;
    expect(
      { state, failed, waiting, error, troubles: this.troubles().slice(0, 3), refused: refused.slice(0, 3) },
      'the run ends well',
    ).toEqual({ state: 'done', failed: 0, waiting: 0, error: undefined, troubles: [], refused: [] });
    expect(this.#overlaps, 'one request after the other to one person or group').toEqual([]);
    return synced;
  }

  /** The people accept where they were invited, and the next runs find it out. */
  async arrive(): Promise<Synced> {
    const first = await this.sync();
    if (!this.service.people().some(({ isInvited }) => isInvited)) {
      expect({ state: first.result.state, troubles: this.troubles().slice(0, 3) }).toEqual({
        state: 'done',
        troubles: [],
      });
      return first;
    }
    this.service.accept();
    await this.sync();
    await this.succeed();
    return first;
  }

  /** Sync, plan again, expect nothing (law 14); and the service holds what the plan said. */
  async settle(): Promise<void> {
    this.compare();
    const { operations, writes } = await this.succeed();
    expect({ operations, writes }, 'nothing is left to do').toEqual({ operations: [], writes: [] });
  }

  /** Each active person's account holds what the profile lets through, and nobody else has an active one. */
  compare(): void {
    const links = this.links();
    const people = new Map(this.service.people().map((one) => [one.id, one]));
    const differences = this.people.flatMap((one): readonly object[] => {
      const link = links.get(one.key);
      const held = link && people.get(link.remoteId);
      if (one.status === 'left') {
        const isOff = held === undefined || held.attributes['active'] === false;
        return isOff ? [] : [{ key: one.key, difference: 'is still active' }];
      }
      if (held === undefined) return [{ key: one.key, difference: 'has no account' }];
      const difference = diff(this.comparable(held), this.wanted(one, links));
      return difference.length === 0 ? [] : [{ key: one.key, difference }];
    });
    expect(differences.slice(0, 3), 'the service holds what it was told').toEqual([]);
  }

  held(remoteId: string): Held | undefined {
    return this.service.people().find(({ id }) => id === remoteId);
  }

  /** What somebody's account is to hold, references by the service's ids. */
  wanted(person: Person, links: ReadonlyMap<string, Link>): Resource {
    const { manager } = person;
    return wanted(person, this.profile, manager === undefined ? undefined : links.get(manager)!.remoteId);
  }

  /** What the service holds of somebody, as far as the profile has a say in it. */
  comparable({ attributes }: Held): Resource {
    const extension = attributes[ENTERPRISE];
    const manager = isObject(extension) && isObject(extension['manager']) && extension['manager']['value'];
    const identity = {
      key: '',
      active: attributes['active'] !== false,
      attributes: {
        ...attributes,
        ...(isObject(extension) && {
          [ENTERPRISE]: { ...extension, ...(typeof manager === 'string' && { manager: { value: manager } }) },
        }),
      },
      groups: [],
    };
    const { users } = this.profile;
    return adapt(identity, { ...this.profile, users: { ...users, maxValues: {} } }).resource;
  }

  /** The names of the service's groups with the keys of those who are in each, sorted. */
  memberships(): Readonly<Record<string, readonly string[]>> {
    const keys = new Map([...this.links()].map(([key, { remoteId }]) => [remoteId, key]));
    return Object.fromEntries(
      this.service
        .groups()
        .map(({ displayName, members }) => [displayName, members.map((id) => keys.get(id) ?? id).sort()]),
    );
  }

  links(): ReadonlyMap<string, Link> {
    const rows = this.#read.db
      .prepare(
        `SELECT key, remote_id AS remoteId, state FROM account JOIN person ON person.id = account.person`,
      )
      .all() as (Link & { key: string })[];
    return new Map(rows.map(({ key, ...link }) => [key, link]));
  }

  troubles(): readonly Trouble[] {
    return targetStatus(this.#read, 'app', 100)?.troubles ?? [];
  }

  /** What is not done, by the code of its cause. */
  unfinished(code: string): readonly Unfinished[] {
    return [...unfinishedOf(this.#read, targetRow(this.#read, 'app')!.id, code)];
  }

  /** How many operations of each kind wait for somebody's word. */
  waiting(): Readonly<Partial<Record<Kind, number>>> {
    const held = heldKinds(this.#read, targetRow(this.#read, 'app')!.id);
    return Object.fromEntries(held.map(({ kind, count }) => [kind, count]));
  }

  /** Each of these, as a list has it. */
  heldOperations(): readonly ListedOperation[] {
    const { id: target } = targetRow(this.#read, 'app')!;
    return operationsPage(this.#read, { target, is: 'held' }, { after: 0, most: 100 });
  }

  /** Lets through what is held. */
  approve(): void {
    const { id } = targetRow(this.#read, 'app')!;
    for (const { checksum } of heldKinds(this.#read, id))
      approve(this.#read, { target: id, name: 'app', checksum, actor: 'test', now: this.#now });
  }

  /** A client of the service as the engine has it, for what is asked of it directly. */
  async ask<T>(question: (target: ScimTarget) => Promise<T>): Promise<T> {
    const target = this.#open();
    const since = this.#asked;
    try {
      return await question(target);
    } finally {
      target.close();
      // What is written beside the engine is somebody else's.
      this.#isDocumented(this.service.journal(since).filter(({ method }) => method === 'GET'));
    }
  }

  get #asked(): number {
    return this.service.journal().at(-1)?.number ?? 0;
  }

  #isDocumented(requests: readonly Recorded[]): void {
    const undocumented = requests.flatMap((request) => this.service.undocumented(request) ?? []);
    expect(undocumented, 'nothing is asked for that the documentation does not name').toEqual([]);
  }

  /** The state beside the engine, which opens it anew for each run: opened once, since that takes long. */
  get #read(): State {
    return (this.#state ??= openState(this.#path, false));
  }

  get #path(): string {
    return join(this.#folder, 'state.db');
  }

  #open(): ScimTarget {
    const target = openTarget({
      name: 'app',
      baseUrl: this.service.url,
      profile: this.profile,
      authorisation: {
        issue: async () => ({
          candidates: [{ headers: { authorization: `Bearer ${this.token}` }, name: 'the token' }],
        }),
        close: () => undefined,
      },
      timeoutSeconds: 20,
      userAgent: 'rollcall/conformance',
      wait: async () => undefined,
    });
    return {
      ...target,
      send: async (request) => {
        await this.beforeSend(request);
        return this.#alone(request, () => target.send(request));
      },
    };
  }

  /** Notes where one and the same person or group is told something while it has not answered to something else. */
  async #alone<T>({ method, path }: ScimRequest, send: () => Promise<T>): Promise<T> {
    if (method === 'POST') return send();
    if (this.#busy.has(path)) this.#overlaps.push(path);
    this.#busy.add(path);
    try {
      return await send();
    } finally {
      this.#busy.delete(path);
    }
  }

  #engine(): Engine {
    return {
      configuration: this.#configuration(),
      clock: { now: () => this.#now, reads: 0 },
      openSource: () => this.#source(),
      openTarget: () => this.#open(),
    };
  }

  #source(): Source {
    const { directory } = this;
    const groups = directory.map(({ nested, ...group }) => ({ ...group, kind: nested }));
    const source = played([...this.people, ...groups], this.unread);
    return directory.length === 0 ? source : groupedSource(source, rules, () => undefined);
  }

  #configuration(): Configuration {
    const { profile, groups } = this;
    const takesGroups = profile.groups.supported;
    return {
      file: 'rollcall.yaml',
      digest: 'configured',
      state: this.#path,
      timeZone: 'UTC',
      source: {
        name: 'hr',
        connector: 'csv',
        csv: {} as CsvOptions,
        limits: { shrunk: 100, rejected: 100, floor: 5 },
      },
      mapping: {
        key: column('key'),
        // Copied, because an externalId is put into it.
        attributes: template(({ record }) => ({ ...(record['attributes'] as Resource) })),
        active: { kind: 'words', from: column('status'), on: ['active'], off: ['left'] },
        manager: column('manager'),
        password: column('password'),
        groups: [
          ...groups.map(({ key, name }) => ({
            kind: 'rule' as const,
            key,
            name,
            members: template(({ record }) => (record['groups'] as readonly string[]).includes(key)),
          })),
          ...(this.directory.length === 0 ? [] : rules),
        ],
      },
      targets: [
        targetWith({
          connector: profile.name,
          profile,
          baseUrl: this.service.url,
          drift: { compared: [...profile.users.writable, 'active'], attributes: {} },
          limits: { link: { count: 0, floor: 0 }, linkGroup: { count: 0, floor: 0 } },
          pace: { concurrency: profile.pace.concurrency },
          timeoutSeconds: 20,
          digest: `run ${this.#runs}`,
          ...(takesGroups && { groups: { onGone: 'empty', onLeave: 'remove' } }),
          ...this.settings,
        }),
      ],
      warnings: [],
    };
  }
}

/** By which the records of a directory are groups. */
const rules = (['keep', 'flatten'] as const).map((nested) => ({
  kind: 'records' as const,
  where: template(({ record }) => record['kind'] === nested),
  key: column('key'),
  name: column('name'),
  members: template(({ record }) => record['members']),
  match: column('key'),
  nested,
}));

function played(people: readonly object[], reasons: readonly string[]): Source {
  return {
    name: 'hr',
    file: 'people.csv',

    read: async function* () {
      const records = people.map((one, index) => {
        const cells = one as Readonly<Record<string, string>>;
        return row(cells, index + 2);
      });
      for (let from = 0; from < records.length; from += 100) yield records.slice(from, from + 100);
      return {
        source: 'hr',
        file: 'people.csv',
        count: records.length,
        sha256: createHash('sha256').update(JSON.stringify(people)).digest('hex'),
        complete: reasons.length === 0,
        reasons,
      };
    },
  };
}
