import { stripVTControlCharacters } from 'node:util';

const segmenter = new Intl.Segmenter();
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]/u;

/** Columns that a text takes on a terminal, as far as one can tell without asking it. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(stripVTControlCharacters(text)))
    width += wide.test(segment) ? 2 : 1;
  return width;
}

/** A line in lines of at most so many columns, broken at blanks; those that follow are indented a little more. */
export function wrapped(line: string, columns: number, more = 0): readonly string[] {
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = '';
  for (const part of line.slice(indent.length).split(/(?<=\S)(?=\s)/)) {
    const lead = lines.length === 0 ? indent : indent + ' '.repeat(more);
    if (current !== '' && widthOf(lead + current + part) > columns) {
      lines.push(lead + current);
      current = part.trimStart();
    } else current += part;
  }
  return [...lines, (lines.length === 0 ? indent : indent + ' '.repeat(more)) + current];
}

/** Paragraphs of prose, each in lines of at most so many columns. */
export function paragraphs(text: string, columns: number): readonly string[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .flatMap((paragraph) => [...wrapped(paragraph.trim().replace(/\s+/g, ' '), columns), '']);
}
