import { withoutNames } from '../../../src/model/index.ts';
import type { Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';
import { patched } from '../delta/patch.ts';
import { MergedRecord } from '../delta/record.ts';
import type { Fields, Merged } from '../delta/record.ts';
import { isBareAfter } from '../delta/secrets.ts';
import type { Secrets } from '../delta/secrets.ts';
import type { EndedTelling, ToldOf, Tellings } from '../environment.ts';
import { told } from './telling.ts';

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
      const others = [...tellings.all]
        .filter(([whose]) => !carried.has(whose))
        .map(([whose, all]) => [whose, all, beginning(whose, all, key, blank)] as const);
      const added = others.flatMap(([whose, all, first]) =>
        unseen(whose, all, first, key, tellings, { blank, secrets }),
      );
      if (added.length > 0) yield added;
      if (step.value.complete)
        tellings.end([
          ...[...carried].map((whose) => ({ key: whose, upTo: takenAt })),
          ...others.flatMap(([whose, all, first]) => ended(whose, all, first, tellings, takenAt)),
        ]);
      return step.value;
    }
    yield step.value.map((record) => {
      // Whoever is here under another key was told of under the former one, if that was before this was written.
      const former = tellings.previousKey && told(tellings.previousKey, record);
      const before = former === undefined ? undefined : tellings.all.get(former);
      if (before?.every(({ at }) => at <= takenAt) === true) carried.add(former!);
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
  // Whoever has left has, whatever their row is.
  const rest = gone === undefined ? { defect } : { gone };
  const isBare = isBareAfterAll(undefined, later, secrets);
  return new MergedRecord({ line, file, ...rest, fields, isBare, wasKept: true }, whose, key);
}

/** Whoever is known by what was told alone: from the first word after they last left. */
function unseen(
  whose: string,
  all: readonly ToldOf[],
  first: number,
  key: Template,
  { now, knownFor }: Tellings,
  { blank, secrets }: { readonly blank: Fields; readonly secrets: Secrets },
): readonly SourceRecord[] {
  if (first < 0 || all[first]!.at + knownFor <= now) return [];
  const counting = all.slice(first);
  const { fields } = merged(blank, counting, new Set());
  const isBare = isBareAfterAll(true, counting, secrets);
  return [new MergedRecord({ line: 0, fields, wasKept: true, isBare }, whose, key)];
}

/**
 * From which word on somebody is there by what was told alone; -1 where they are not. A sign-in brings nobody back, and that
 * of somebody who was there says nothing of who they are: it keeps nobody whom the source has no more (rule 7).
 */
function beginning(whose: string, all: readonly ToldOf[], key: Template, blank: Fields): number {
  const left = all.findLastIndex(({ kind }) => kind === 'leave');
  const hasKey = ({ fields = {} }: ToldOf): boolean =>
    told(key, new MergedRecord({ line: 0, fields: patched(blank, fields), wasKept: true }, whose, key)) ===
    whose;
  // A hire has the whole record, and whoever is hired again is there for as long again.
  const hired = all.findLastIndex(({ kind }) => kind === 'hire');
  if (hired > left) return hired;
  return left < 0 ? all.findIndex((one) => one.kind === 'signIn' && hasKey(one)) : -1;
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
    fields = patched(fields, kind === 'signIn' ? withoutNames(part, fixed) : part);
    if (kind === 'leave') gone = LEFT_BY_EVENT;
    if (kind === 'hire') gone = undefined;
  }
  return { fields, ...(gone !== undefined && { gone }) };
}

/** What counts for nothing any more of somebody whom a read has not, once it is accepted. */
function ended(
  key: string,
  all: readonly ToldOf[],
  first: number,
  { now, knownFor }: Tellings,
  takenAt: number,
): readonly EndedTelling[] {
  if (first < 0) return [{ key, upTo: Math.min(takenAt, now) }];
  if (all[first]!.at + knownFor <= now) return [{ key, upTo: now }];
  const left = all.findLast(({ kind, at }) => kind === 'leave' && at <= takenAt);
  return left === undefined ? [] : [{ key, upTo: left.at }];
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
