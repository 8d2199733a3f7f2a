import type { SourceRecord } from '../../../src/model/index.ts';
import { BATCH_RECORDS, BATCH_SIZE } from '../batch.ts';
import type { JsonReader } from './reader.ts';
import type { Unmet } from '../unmet.ts';
import { JsonRecord } from './record.ts';

/** Collects the records of one file until there are enough of them to be handed on. */
export class Batch {
  /** Records so far. */
  count = 0;
  readonly #file: string | undefined;
  readonly #unmet: Unmet;
  #waiting: JsonRecord[] = [];
  #characters = 0;

  /** `file`: what each record says of its file, where the source has several. */
  constructor(file: string | undefined, unmet: Unmet) {
    this.#file = file;
    this.#unmet = unmet;
  }

  /** Gives the reader one chunk, and yields what becomes full. */
  *fill(reader: JsonReader, chunk: Buffer, final: boolean): Generator<readonly SourceRecord[], void> {
    reader.push(chunk, final);
    for (let value = reader.next(); value; value = reader.next()) {
      this.count += 1;
      this.#characters += value.text.length;
      const record = new JsonRecord(value, this.#file);
      this.#waiting.push(record);
      if (!this.#unmet.isSettled && record.defect === undefined)
        this.#unmet.meet(Object.keys(record.fields()));
      if (this.#waiting.length === BATCH_RECORDS || this.#characters >= BATCH_SIZE) yield this.#take();
    }
  }

  *rest(): Generator<readonly SourceRecord[], void> {
    if (this.#waiting.length > 0) yield this.#take();
  }

  #take(): readonly SourceRecord[] {
    const records = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    return records;
  }
}
