import { MEMBER_OF, WHOLE_RECORD, normalDn } from '../../../src/model/index.ts';
import type {
  GroupRecords,
  Keeping,
  Problem,
  Receipt,
  Source,
  SourceRecord,
  Template,
} from '../../../src/model/index.ts';
import { Unfit, modified, renamed } from '../delta/entry.ts';
import { patched } from '../delta/patch.ts';
import { MergedRecord, StrayRecord } from '../delta/record.ts';
import type { Fields, Merged } from '../delta/record.ts';
import { isBareAfter, setsSecrets } from '../delta/secrets.ts';
import type { Draft, Drafts, Kept, KeptRecord, Tellings } from '../environment.ts';
import type { Change } from '../ldif/entry.ts';
import { namesOf } from '../ldif/names.ts';
import type { Names } from '../ldif/names.ts';
import type { Columns } from '../unmet.ts';
import { changeOf } from '../view.ts';
import { isGroup } from './memberships.ts';
import { judgement, told } from './telling.ts';
import { since, withLater } from './told.ts';
import { withAsked } from './union.ts';

/** What changes are applied to, and how the records are read that come of it. */
export interface Changing {
  readonly key: Template;
  /** Which records are people. */
  readonly where?: Template | undefined;
  readonly rules: readonly GroupRecords[];
  /** Whether a record is an entry of a directory: then it has all of its attributes, and is no part of one. */
  readonly hasEntries: boolean;
  /** The name of the source that has changed, where each of several is the authority for its own people. */
  readonly part?: string | undefined;
  readonly keeping: Keeping;
  readonly kept: Kept;
  /** What was told of people beside it, where it may be older than that. */
  readonly tellings?: Tellings | undefined;
  readonly drafts: () => Drafts;
  readonly warn: (problem: Problem) => void;
}

const BATCH_RECORDS = 64;

/**
 * The people whom a source of changes mentions, each once, with the record that all changes together make of what is kept
 * of them. Whom it does not mention is as before.
 *
 * A change that cannot be applied leaves its person as they are; of one that names nobody who is known, it is said so.
 */
export function deltaSource(source: Source, changing: Changing): Source {
  return { ...source, read: (...names) => read(source, changing, names) };
}

async function* read(
  source: Source,
  changing: Changing,
  [columns, asked = new Set()]: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const { key, hasEntries, tellings, drafts: open } = changing;
  const takenAt = (await tellings?.takenAt()) ?? 0;
  const drafts = open();
  try {
    // A part of a record has what it has; without a key it would be nobody's. A change of an entry has only its name.
    const needed: Columns = hasEntries ? new Map() : new Map(key.columns.map((name) => [name, [key.locus]]));
    const wanted = withAsked([...columns.keys(), ...asked], [key]);
    const names = namesOf(columns, wanted);
    const reading = source.read(needed, wanted);
    let groups = 0;
    for (;;) {
      const step = await reading.next();
      if (step.done) {
        yield* people(drafts, changing, takenAt);
        if (groups > 0) changing.warn(ofGroups(source, groups));
        const { counts: _, ...receipt } = step.value;
        return { ...receipt, isDelta: true };
      }
      const strays: SourceRecord[] = [];
      for (const record of step.value) {
        if (isGroup(changing.rules, record)) groups++;
        else {
          const whom = identify(record, changing, drafts);
          if (typeof whom === 'string') drafts.put(changed(whom, record, changing, drafts, names));
          else if (!isOfNobody(whom, changing, drafts)) strays.push(whom);
        }
      }
      if (strays.length > 0) yield strays;
    }
  } finally {
    drafts.close();
  }
}

function ofGroups({ file }: Source, count: number): Problem {
  return {
    message: `${count === 1 ? 'a record is a group' : `${count} records are groups`}: who is in it is taken from the next read of everybody`,
    locus: { file },
  };
}

/** The key of the person whom a change means; or a record that says why nobody is known to be meant. */
function identify(record: SourceRecord, { key, kept }: Changing, drafts: Drafts): string | SourceRecord {
  const change = changeOf(record);
  if (change === undefined) {
    const text = told(record.keyedBy ?? key, record);
    const isSure = text !== undefined && (record.defect === undefined || isKnown(text, kept, drafts));
    return isSure ? text : record;
  }
  const place = normalDn(change.dn);
  if (place === undefined) return new StrayRecord(record, `${change.dn} is no distinguished name (RFC 4514)`);
  const draft = drafts.at(place);
  if (draft !== undefined) return draft.key;
  const known = kept.at(place);
  if (known !== undefined && drafts.of(known.key) === undefined) return known.key;
  return new StrayRecord(
    record,
    `nobody is known under ${change.dn}: a person is from the next read of everybody on, and a group is read only then`,
  );
}

/** As a read of everybody leaves out what `where` does: a directory holds units and machines beside the people. */
function isOfNobody(record: SourceRecord, { hasEntries, where, kept }: Changing, drafts: Drafts): boolean {
  if (!hasEntries || where === undefined || record.defect !== undefined || changeOf(record) !== undefined)
    return false;
  const place = normalDn(record.field('dn') ?? '');
  // Whoever was there under this name may have lost their key.
  if (place !== undefined && (drafts.at(place) ?? kept.at(place)) !== undefined) return false;
  return judgement(where, record) === false;
}

function isKnown(key: string, kept: Kept, drafts: Drafts): boolean {
  return drafts.of(key) !== undefined || kept.of(key) !== undefined;
}

function changed(key: string, record: SourceRecord, changing: Changing, drafts: Drafts, names: Names): Draft {
  const before = mergedOf(drafts.of(key)) ?? keptOf(changing, key);
  const at = { line: record.line, file: record.file, wasKept: before.wasKept };
  const draft = (merged: Merged): Draft => {
    const { dn } = merged.fields;
    const place = changing.hasEntries && typeof dn === 'string' ? normalDn(dn) : undefined;
    return { key, place, text: JSON.stringify(merged) };
  };
  const { part = before.part } = changing;
  const isOfAnother = before.part !== undefined && before.part !== part;
  const defect = isOfAnother
    ? `the record of ${key} is one of ${before.part}, and not of ${part}: what changes it is told of that source`
    : record.defect;
  if (defect !== undefined) return draft({ ...before, ...at, defect });
  try {
    return draft({ ...at, part, ...after(before, record, changing, names) });
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return draft({ ...before, ...at, defect: error.message });
  }
}

type After = Pick<Merged, 'fields' | 'defect' | 'gone' | 'isBare'>;

/** What a change makes of a record. What an earlier one could not say is said by one that says all. */
function after(before: Merged, record: SourceRecord, changing: Changing, names: Names): After {
  const change: Change | undefined = changeOf(record);
  if (change?.kind === 'delete') return { fields: before.fields, gone: 'removed by a change record' };
  if (record.gone !== undefined) return { fields: before.fields, gone: record.gone };
  if (change !== undefined) {
    requireHonest(change);
    if (before.gone !== undefined || !before.wasKept)
      throw new Unfit(`the entry ${change.dn} is not kept: it was removed, or no read has had it yet`);
  }
  const { secrets } = changing.keeping;
  const { defect } = before;
  if (change?.kind === 'modify') {
    const isBare = before.isBare === true && !setsSecrets(change, secrets, names);
    return { fields: modified(before.fields, change, names), defect, isBare };
  }
  if (change?.kind === 'modrdn')
    return { fields: renamed(before.fields, change, names), defect, isBare: before.isBare };
  const fields = picked(record.fields(), changing.keeping);
  if (!changing.hasEntries) {
    const { fields: earlier, isBare } = before.gone === undefined ? before : blank(changing.keeping);
    return { fields: patched(earlier, fields), defect, isBare: isBareAfter(isBare, fields, secrets) };
  }
  const groups = before.fields[MEMBER_OF];
  return { fields: groups === undefined ? fields : { ...fields, [MEMBER_OF]: groups } };
}

/** RFC 4511 §4.1.11: what is said to be critical and is not known must not be carried out. */
function requireHonest({ controls }: Change): void {
  const critical = controls.find((control) => control.critical);
  if (critical !== undefined)
    throw new Unfit(`the control ${critical.oid} is critical, and is not known here`);
}

function picked(fields: Fields, { names, secrets }: Keeping): Fields {
  if (names === 'all' || secrets.has(WHOLE_RECORD)) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)));
}

function mergedOf(draft: Draft | undefined): Merged | undefined {
  return draft && (JSON.parse(draft.text) as Merged);
}

/** A record of which nothing was told. Of what makes a password, nothing is kept either. */
function blank({ secrets }: Keeping): Pick<Merged, 'fields' | 'isBare'> {
  return { fields: {}, isBare: secrets.size > 0 };
}

function keptOf({ kept, keeping }: Changing, key: string): Merged {
  const { fields, part }: Partial<KeptRecord> = kept.of(key) ?? {};
  return {
    line: 0,
    part,
    wasKept: fields !== undefined,
    ...blank(keeping),
    ...(fields !== undefined && { fields: JSON.parse(fields) as Fields }),
  };
}

function* people(
  drafts: Drafts,
  { key, where, tellings, keeping }: Changing,
  takenAt: number,
): Generator<readonly SourceRecord[]> {
  let batch: SourceRecord[] = [];
  for (const draft of drafts.all()) {
    const later = since(tellings?.all.get(draft.key), takenAt);
    const said = mergedOf(draft)!;
    const merged = later.length === 0 ? said : withLater(said, later, tellings!.fixed, keeping.secrets);
    const record = judged(draft, merged, key, where);
    if (record === undefined) continue;
    batch.push(record);
    if (batch.length < BATCH_RECORDS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** `undefined` where it is the record of nobody, and never was. */
function judged(
  draft: Draft,
  merged: Merged,
  key: Template,
  where: Template | undefined,
): SourceRecord | undefined {
  const as = (rest: Pick<Merged, 'defect' | 'gone' | 'isOutside'> = {}): SourceRecord =>
    new MergedRecord({ ...merged, ...rest }, draft.key, key);
  if (merged.gone !== undefined) return as({ defect: undefined });
  const record = as();
  if (merged.defect !== undefined) return record;
  if (told(key, record) !== draft.key) return as({ defect: `it would give ${draft.key} another key` });
  const said = where === undefined || judgement(where, record);
  if (typeof said === 'string') return as({ defect: said });
  if (said) return record;
  const gone = `is none of those any more that ${where.text} asks for`;
  return merged.wasKept ? as({ gone, isOutside: true }) : undefined;
}
