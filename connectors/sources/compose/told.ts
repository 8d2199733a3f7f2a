import type { Keeping, Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';
import { patched } from '../delta/patch.ts';
import { MergedRecord } from '../delta/record.ts';
import type { Fields, Merged } from '../delta/record.ts';
import { isBareAfter } from '../delta/secrets.ts';
import type { EndedTelling, ToldOf, Tellings } from '../environment.ts';
import { told } from './telling.ts';

type Secrets = Keeping['secrets'];

export const LEFT_BY_EVENT = 'left, as an event says';

/**
 * A source with what was told of its people beside it. A read that was taken before something was told does not take it
 * back: the record is as it was told until the source has been written anew, and from then on as the source says. Somebody
 * whom only an event or a sign-in made known is there for as long as no read had them, or until a stated time has passed
 * (rule 7). Who was told to have left is gone, and comes back by an event or a newer read alone.
 */
export function withTold(source: Source, key: Template, tellings: Tellings, secrets: Secrets): Source {
  if (tellings.all.size === 0) return source;
  return { ...source, read: (...names) => read(source, key, tellings, secrets, names) };
}

/** What was told of somebody since the read was taken: it stands, whatever the read says. */
export function since(all: readonly ToldOf[] | undefined, takenAt: number): readonly ToldOf[] {
  return all?.filter(({ at }) => at > takenAt) ?? [];
}

/** What a change of somebody makes of them, where more was told since it was written. */
export function withLater(
  before: Merged,
  later: readonly ToldOf[],
  fixed: Tellings['fixed'],
  secrets: Secrets,
): Merged {
  const { fields, gone } = merged(before.fields, later, fixed);
  const isBare = isBareAfterAll(before.isBare, later, secrets);
  // Whoever has left has, whatever is wrong with the change.
  if (gone !== undefined) return { ...before, fields, gone, isBare, defect: undefined };
  const isHired = later.some(({ kind }) => kind === 'hire');
  return { ...before, fields, isBare, ...(isHired && { gone: undefined }) };
}

function isBareAfterAll(
  before: boolean | undefined,
  all: readonly ToldOf[],
  secrets: Secrets,
): boolean | undefined {
  return all.reduce((isBare, { fields = {} }) => isBareAfter(isBare, fields, secrets), before);
}

async function* read(
  source: Source,
  key: Template,
  tellings: Tellings,
  secrets: Secrets,
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const takenAt = await tellings.takenAt();
  const carried = new Set<string>();
  const reading = source.read(...names);
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      const blank = blankOf(tellings, names);
      const others = [...tellings.all].filter(([whose]) => !carried.has(whose));
      const added = others.flatMap(([whose, all]) => unseen(whose, all, key, tellings, { blank, secrets }));
      if (added.length > 0) yield added;
      if (step.value.complete) tellings.end(ended(tellings, carried, takenAt));
      return step.value;
    }
    yield step.value.map((record) => {
      const whose = told(record.keyedBy ?? key, record);
      const all = whose === undefined ? undefined : tellings.all.get(whose);
      if (all === undefined) return record;
      carried.add(whose!);
      return seen(record, whose!, since(all, takenAt), key, tellings, secrets);
    });
  }
}

/** The record of somebody whom the read has, after what was told since it was taken. */
function seen(
  record: SourceRecord,
  whose: string,
  later: readonly ToldOf[],
  key: Template,
  { fixed }: Tellings,
  secrets: Secrets,
): SourceRecord {
  if (later.length === 0) return record;
  const { line, file, defect } = record;
  const { fields, gone } = merged(record.fields(), later, fixed);
  const isBare = isBareAfterAll(undefined, later, secrets);
  return new MergedRecord({ line, file, defect, fields, gone, isBare, wasKept: true }, whose, key);
}

/** Whoever is known by what was told alone: from the first word after they last left. */
function unseen(
  whose: string,
  all: readonly ToldOf[],
  key: Template,
  { now, knownFor }: Tellings,
  { blank, secrets }: { readonly blank: Fields; readonly secrets: Secrets },
): readonly SourceRecord[] {
  const rest = all.slice(all.findLastIndex(({ kind }) => kind === 'leave') + 1);
  const first = rest.findIndex(({ kind }) => kind === 'hire' || kind === 'signIn');
  if (first < 0 || rest[first]!.at + knownFor <= now) return [];
  const counting = rest.slice(first);
  const { fields } = merged(blank, counting, new Set());
  const isBare = isBareAfterAll(true, counting, secrets);
  return [new MergedRecord({ line: 0, fields, wasKept: true, isBare }, whose, key)];
}

/** Every column of a table is there, also where nothing was told of it. */
function blankOf({ isTable }: Tellings, [columns, asked = new Set()]: Parameters<Source['read']>): Fields {
  if (!isTable) return {};
  return Object.fromEntries([...columns.keys(), ...asked].map((name) => [name, '']));
}

/** A sign-in says nothing of what decides whether somebody is there at all. */
function merged(
  before: Fields,
  all: readonly ToldOf[],
  fixed: ReadonlySet<string>,
): { readonly fields: Fields; readonly gone?: string } {
  let fields = before;
  let gone: string | undefined;
  for (const { kind, fields: part = {} } of all) {
    fields = patched(fields, kind === 'signIn' ? without(part, fixed) : part);
    if (kind === 'leave') gone = LEFT_BY_EVENT;
    if (kind === 'hire') gone = undefined;
  }
  return { fields, ...(gone !== undefined && { gone }) };
}

export function without(fields: Fields, names: ReadonlySet<string>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
}

/** What counts for nothing any more once this read is accepted. */
function ended(
  { all, now, knownFor }: Tellings,
  carried: ReadonlySet<string>,
  takenAt: number,
): readonly EndedTelling[] {
  return [...all].flatMap(([key, told]): readonly EndedTelling[] => {
    if (carried.has(key)) return [{ key, upTo: takenAt }];
    const left = told.findLast(({ kind, at }) => kind === 'leave' && at <= takenAt);
    const rest = told.slice(told.findLastIndex(({ kind }) => kind === 'leave') + 1);
    const first = rest.find(({ kind }) => kind === 'hire' || kind === 'signIn');
    if (first === undefined) return [{ key, upTo: Math.min(takenAt, now) }];
    if (first.at + knownFor <= now) return [{ key, upTo: now }];
    return left === undefined ? [] : [{ key, upTo: left.at }];
  });
}

/** What was told, in the place of a file of changes: each record with the key of the person whom it is about. */
export function toldSource(
  name: string,
  all: readonly (ToldOf & { readonly key: string })[],
  key: Template,
): Source {
  return {
    name,
    file: 'events',
    read: async function* () {
      const records = all.map(
        ({ key: whose, kind, fields = {} }, index) =>
          new MergedRecord(
            {
              line: index + 1,
              fields,
              wasKept: true,
              ...(kind === 'leave' && { gone: LEFT_BY_EVENT }),
            },
            whose,
            key,
          ),
      );
      if (records.length > 0) yield records;
      return {
        source: name,
        file: 'events',
        count: records.length,
        sha256: '',
        complete: true,
        reasons: [],
        isDelta: true,
      };
    },
  };
}
