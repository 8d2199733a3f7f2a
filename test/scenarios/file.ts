import type { Export } from './words.ts';

/** The export as CSV. A broken row has a delimiter too many between its cells, so that the first alone is in its place. */
export function csv({ rows, broken, columns }: Export): string {
  const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(','));
  const odd = broken.map((row) => columns.map((name) => cell(row[name])).join(',,'));
  return [columns.join(','), ...lines, ...odd, ''].join('\n');
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
