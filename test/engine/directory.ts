import { ENTERPRISE, TargetError, isObject } from '../../src/model/index.ts';
import type { Failure, Json, Outcome, Remote, Resource, ScimRequest } from '../../src/model/index.ts';
import { remoteOf } from '../../src/scim/remote.ts';
import type { ScimTarget } from '../../src/scim/target.ts';

/** A directory in memory that is spoken to as a target: it keeps what it is told, and names are unique in it. */
export interface Directory {
  readonly accounts: Map<string, Resource>;
  /** Everything that was sent, `POST ada`, `PATCH ada title`, in order. */
  readonly log: string[];
  /** How many lists and look-ups there were. */
  reads: number;
  /** Answers in the place of the directory, where it returns something. */
  before: (request: ScimRequest, name: string) => Outcome | undefined;
  /** What reading fails with. */
  trouble: Failure | undefined;
  isComplete: boolean;
  add(resource: Resource): string;
  open(name: string): ScimTarget;
  /** By userName: what each account holds, managers as userNames. */
  content(): Record<string, Resource>;
}

export function openDirectory(): Directory {
  const accounts = new Map<string, Resource>();
  let serial = 0;
  const directory: Directory = {
    accounts,
    log: [],
    reads: 0,
    before: () => undefined,
    trouble: undefined,
    isComplete: true,
    add: (resource) => {
      const id = `id${++serial}`;
      accounts.set(id, { active: true, ...resource, id });
      return id;
    },
    open: (name) => targetOf(directory, name),
    content: () =>
      Object.fromEntries([...accounts.values()].map((one) => [nameOf(one), shown(accounts, one)])),
  };
  return directory;
}

const nameOf = (resource: Resource | undefined): string => folded(resource?.['userName']);
const folded = (value: Json | undefined): string => (typeof value === 'string' ? value.toLowerCase() : '');

function shown(accounts: Directory['accounts'], { id: _, schemas: __, ...resource }: Resource): Resource {
  const extension = resource[ENTERPRISE];
  if (!isObject(extension) || !isObject(extension['manager'])) return resource;
  const { manager, ...rest } = extension as { manager: { value: string } };
  const known = accounts.get(manager.value);
  const { [ENTERPRISE]: ___, ...others } = resource;
  return {
    ...others,
    ...(Object.keys(rest).length > 0 && { [ENTERPRISE]: rest }),
    manager: known ? nameOf(known) : `?${manager.value}`,
  };
}

function targetOf(directory: Directory, name: string): ScimTarget {
  const { accounts } = directory;
  const all = (): readonly Remote[] => [...accounts.values()].map((one) => remoteOf(one)!);
  const read = (): void => {
    directory.reads++;
    if (directory.trouble) throw new TargetError(directory.trouble);
  };
  return {
    name,
    send: async (request) => {
      const id = decodeURIComponent(request.path.slice('/Users/'.length));
      const whom = request.method === 'POST' ? nameOf(request.body) : nameOf(accounts.get(id));
      const paths = request.method === 'PATCH' ? operationsOf(request).map(({ path }) => path) : [];
      directory.log.push([request.method, whom, ...paths.map(short)].join(' '));
      return directory.before(request, whom) ?? carryOut(directory, request, id);
    },
    read: async (id) => {
      read();
      const found = accounts.get(id);
      return found && remoteOf(found);
    },
    find: async (attribute, value) => {
      read();
      return all().filter((one) =>
        attribute === 'emails.value'
          ? one.emails.some((email) => folded(email) === folded(value))
          : folded(one[attribute]) === folded(value),
      );
    },
    findGroups: async () => {
      read();
      return [];
    },
    readGroup: async () => undefined,
    groupsOf: async () => [],
    listGroups: async function* (before) {
      await before?.();
      yield [];
      return { complete: true, count: 0 };
    },
    list: async function* (before) {
      await before?.();
      read();
      yield all();
      return { complete: directory.isComplete, count: accounts.size };
    },
    discover: async () => ({}),
    probe: async () => {
      read();
      return { status: 200, milliseconds: 1 };
    },
    updateMethod: () => undefined,
    close: () => undefined,
  };
}

const short = (path: string): string => path.slice(path.lastIndexOf(':') + 1);

interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: Json;
}

function operationsOf({ body }: ScimRequest): readonly PatchOperation[] {
  return body!['Operations'] as unknown as readonly PatchOperation[];
}

function carryOut(directory: Directory, request: ScimRequest, id: string): Outcome {
  const { accounts } = directory;
  const before = accounts.get(id);
  if (request.method !== 'POST' && before === undefined)
    return {
      kind: 'failed',
      failure: { class: 'missing', code: 'notFound', message: 'no such user', status: 404 },
    };
  if (request.method === 'DELETE') {
    accounts.delete(id);
    return { kind: 'done', status: 204 };
  }
  const after = request.method === 'PATCH' ? patched(before!, operationsOf(request)) : request.body!;
  const taken = [...accounts].some(
    ([other, one]) => other !== id && folded(one['userName']) === folded(after['userName']),
  );
  if (taken)
    return {
      kind: 'failed',
      failure: { class: 'exists', code: 'conflict', message: 'the userName is taken', status: 409 },
    };
  if (request.method !== 'POST') {
    accounts.set(id, { ...after, id });
    return { kind: 'done', status: 200 };
  }
  return { kind: 'done', status: 201, remote: remoteOf(accounts.get(directory.add(after)))! };
}

function patched(before: Resource, operations: readonly PatchOperation[]): Resource {
  const after = structuredClone(before) as Record<string, Json>;
  for (const { op, path, value } of operations) {
    const [head, tail] = path.startsWith(`${ENTERPRISE}:`)
      ? [ENTERPRISE, path.slice(ENTERPRISE.length + 1)]
      : (path.split('.') as [string, string | undefined]);
    const inner = { ...(after[head] as Resource | undefined) } as Record<string, Json>;
    const [holder, last] = tail === undefined ? [after, head] : [inner, tail];
    if (op === 'remove') Reflect.deleteProperty(holder, last);
    else holder[last] = value!;
    if (tail !== undefined) after[head] = inner;
  }
  return after;
}
