import type { Element, SourceRecord, Template } from '../../../src/model/index.ts';
import { elementOf, single } from '../json/record.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What a delta makes of somebody's record, as plain data. */
export interface Merged {
  /** Of the last change. */
  readonly line: number;
  readonly file?: string | undefined;
  readonly fields: Fields;
  /** The name of the source whose record it is, where there are several. */
  readonly part?: string | undefined;
  /** Why one of the changes cannot be applied. */
  readonly defect?: string | undefined;
  readonly gone?: string | undefined;
  readonly isOutside?: boolean | undefined;
  /** Whether not all that makes the password was told. */
  readonly isBare?: boolean | undefined;
  /** Whether the state keeps a record of the person, so that not being meant any more is something new. */
  readonly wasKept: boolean;
}

/** The record of somebody after all that a delta says of them. */
export class MergedRecord implements SourceRecord {
  readonly #merged: Merged;
  /** Whose it is was known before its changes were. */
  readonly keyedBy: Template;

  constructor(merged: Merged, key: string, { text, locus }: Template) {
    this.#merged = merged;
    this.keyedBy = { text, locus, columns: [], variables: [], readsClock: false, evaluate: () => key };
  }

  get line(): number {
    return this.#merged.line;
  }

  get file(): string | undefined {
    return this.#merged.file;
  }

  get part(): string | undefined {
    return this.#merged.part;
  }

  get defect(): string | undefined {
    return this.#merged.defect;
  }

  get isBare(): boolean | undefined {
    return this.#merged.isBare;
  }

  get gone(): string | undefined {
    return this.#merged.gone;
  }

  get isOutside(): boolean | undefined {
    return this.#merged.isOutside;
  }

  text(): string {
    const { fields, defect, gone } = this.#merged;
    const sorted = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
    return JSON.stringify([sorted, defect, gone]);
  }

  field(name: string, element?: Element): string | undefined {
    const { fields } = this.#merged;
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return element === undefined ? single(value) : elementOf(value, element);
  }

  fields(): Fields {
    return this.#merged.fields;
  }
}

/** A change of which it is not known whom it means. */
export class StrayRecord implements SourceRecord {
  readonly line: number;
  readonly file: string | undefined;
  readonly defect: string;
  readonly #text: string;

  constructor(origin: SourceRecord, reason: string) {
    this.line = origin.line;
    this.file = origin.file;
    this.defect = reason;
    this.#text = origin.text();
  }

  text(): string {
    return this.#text;
  }

  field(): undefined {
    return undefined;
  }

  fields(): Fields {
    return {};
  }
}
