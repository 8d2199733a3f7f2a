import { formatLocus } from '../model/index.ts';
import type { Locus, SourceRecord } from '../model/index.ts';
import { some } from './run.ts';
import type { Run } from './run.ts';
import type { Place } from './place.ts';

export function placeOf(run: Run, { line, file }: SourceRecord): Place {
  return { line, page: file === undefined ? 0 : pageOf(run, file) };
}

/** Where the record of somebody stands, by what was noted when it was read. */
export function placeOfSlot({ people }: Run, slot: number): Place {
  return { line: people.lines.get(slot), page: people.pages.get(slot) };
}

export function notePlace({ people }: Run, slot: number, { line, page }: Place): void {
  people.lines.set(slot, line);
  if (page > 0) people.pages.set(slot, page);
}

/** The files of a source come one after the other, so that it is nearly always the last one. */
function pageOf({ pages }: Run, file: string): number {
  if (pages.at(-1) === file) return pages.length;
  const known = pages.indexOf(file);
  return known >= 0 ? known + 1 : pages.push(file);
}

/** The file that has a page's number. */
export function fileOf({ pages, source }: Run, page: number): string {
  return pages[page - 1] ?? source.file;
}

export function locusOf(run: Run, { line, page }: Place): Locus {
  return { file: fileOf(run, page), line };
}

/** Places in the order of the source, for a sentence: `lines 3, 5`, or each with its file where there are several. */
export function placesText(run: Run, places: readonly Place[]): string {
  const sorted = [...places].sort((one, other) => one.page - other.page || one.line - other.line);
  return sorted.every(({ page }) => page === 0)
    ? `lines ${some(sorted.map(({ line }) => line))}`
    : some(sorted.map((place) => formatLocus(locusOf(run, place))));
}
