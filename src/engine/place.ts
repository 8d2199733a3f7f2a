/** Where a record stands, in two small numbers. */
export interface Place {
  readonly line: number;
  /** Which file of the source has that line, from 1 in the order of reading; 0 where there is one file alone. */
  readonly page: number;
}
