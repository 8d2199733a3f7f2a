import type { Element, SourceRecord, Template } from '../../src/model/index.ts';
import type { Change } from './ldif/entry.ts';

/** A record that says what becomes of an entry, and not what it is. */
export interface ChangeRecord extends SourceRecord {
  readonly change?: Change | undefined;
}

/** What a record says becomes of an entry; `undefined` where it is a record of somebody. */
export function changeOf(record: ChangeRecord): Change | undefined {
  return record.change;
}

/** A record of another source with some things said otherwise; everything else is asked of the record itself. */
export class RecordView implements SourceRecord {
  protected readonly origin: SourceRecord;
  readonly #file: string | undefined;

  constructor(origin: SourceRecord, file: string | undefined = origin.file) {
    this.origin = origin;
    this.#file = file;
  }

  get line(): number {
    return this.origin.line;
  }

  get file(): string | undefined {
    return this.#file;
  }

  get keyedBy(): Template | undefined {
    return this.origin.keyedBy;
  }

  get part(): string | undefined {
    return this.origin.part;
  }

  get defect(): string | undefined {
    return this.origin.defect;
  }

  get unjudged(): string | undefined {
    return this.origin.unjudged;
  }

  get isBare(): boolean | undefined {
    return this.origin.isBare;
  }

  get gone(): string | undefined {
    return this.origin.gone;
  }

  get isOutside(): boolean | undefined {
    return this.origin.isOutside;
  }

  get change(): Change | undefined {
    return changeOf(this.origin);
  }

  text(): string {
    return this.origin.text();
  }

  field(name: string, element?: Element): string | undefined {
    return this.origin.field(name, element);
  }

  fields(): Readonly<Record<string, unknown>> {
    return this.origin.fields();
  }
}
