import type { SourceRecord } from '../model/index.ts';
import { refusalOf, text } from '../planning/map.ts';
import type { Refusal } from '../planning/map.ts';
import { FLAG } from '../store/ledger.ts';
import type { Digest } from '../store/ledger.ts';
import type { Run } from './run.ts';

/** From keys to people: each has a slot in the ledger, from the first record on that has or names their key. */

const keyDigest: Digest = new Uint32Array(4);

/** The key of a record, or why it has none. */
export function keyOf(run: Run, record: SourceRecord): string | Refusal {
  const template = run.configuration.mapping.key;
  let value: unknown;
  try {
    value =
      template.column === undefined
        ? template.evaluate({ record: record.fields() })
        : record.field(template.column, template.element);
  } catch (error) {
    if (record.defect !== undefined) return { rule: 'ragged', reason: record.defect };
    return refusalOf(error);
  }
  return text(value) ?? { rule: 'key', reason: record.defect ?? 'the key is empty' };
}

export function isKnown(run: Run, key: string): boolean {
  const slot = slotOfKey(run, key);
  return slot >= 0 && (run.people.ledger.flags(slot) & FLAG.named) === 0;
}

/** The person of a key: known, or new. */
export function slotOf(run: Run, key: string, digest: Digest): number {
  const { people, stage } = run;
  const { ledger } = people;
  const known = ledger.find(digest);
  if (known >= 0 && (ledger.flags(known) & FLAG.named) === 0) return known;
  const slot = known >= 0 ? known : ledger.add(digest);
  ledger.setFlags(slot, 0);
  stage.addPerson(slot, key);
  return slot;
}

/** The slot of somebody who is named as a manager; they may come later in the file, or never. */
export function slotOfManager(run: Run, key: string): number {
  const { ledger } = run.people;
  ledger.keyHash(key, keyDigest);
  const known = ledger.find(keyDigest);
  if (known >= 0) return known;
  const slot = ledger.add(keyDigest);
  ledger.setFlags(slot, FLAG.named);
  return slot;
}

/** The slot of a key that may not be in the source at all, or -1. */
export function slotOfKey(run: Run, key: string): number {
  run.people.ledger.keyHash(key, keyDigest);
  return run.people.ledger.find(keyDigest);
}
