import { RollcallError } from '../../../src/model/index.ts';

/** How a file writes its rows. Both are single UTF-16 code units; an empty quote says that nothing is quoted. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const CANDIDATES = [',', ';', '\t', '|'];

const NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};

/** Throws where the two characters cannot be told from each other or from the end of a line. */
export function checkDialect(delimiter: string, quote: string, file: string): void {
  const message = dialectFault(delimiter, quote);
  if (message === undefined) return;
  throw new RollcallError('source', { message, locus: { file } });
}

function dialectFault(delimiter: string, quote: string): string | undefined {
  const forbidden = /[\r\n\0\ufeff\ud800-\udfff]/;
  if (delimiter !== 'auto' && (delimiter.length !== 1 || forbidden.test(delimiter))) {
    return `the delimiter must be one character or \`auto\`, and it is ${JSON.stringify(delimiter)}`;
  }
  if (quote.length > 1 || forbidden.test(quote)) {
    return `the quote must be one character, and it is ${JSON.stringify(quote)}`;
  }
  if (delimiter === quote) return `delimiter and quote are the same character, ${JSON.stringify(quote)}`;
  return undefined;
}

/**
 * The delimiter that stands most often in the first line that is not blank, outside quotes; a comma where none does.
 * `undefined` where the line goes on beyond the text. Throws where two stand equally often.
 */
export function detectDelimiter(
  text: string,
  quote: string,
  final: boolean,
  file: string,
): string | undefined {
  const line = firstLine(text, quote, final);
  if (line === undefined) return undefined;
  const counts = CANDIDATES.filter((candidate) => candidate !== quote).map((candidate) => ({
    candidate,
    count: unquotedParts(line, quote).reduce((sum, part) => sum + part.split(candidate).length - 1, 0),
  }));
  const most = Math.max(...counts.map(({ count }) => count));
  if (most === 0) return ',';
  const [best, rival] = counts.filter(({ count }) => count === most);
  if (rival !== undefined && best !== undefined) {
    throw new RollcallError('source', {
      message: `the header has as many ${NAMES[best.candidate]}s as ${NAMES[rival.candidate]}s, so the delimiter cannot be told`,
      locus: { file, line: 1 },
      hint: 'say which one it is with `delimiter` in the configuration',
    });
  }
  return best?.candidate;
}

/** From the first character that is no white space at a line's start to the line's end outside quotes. */
function firstLine(text: string, quote: string, final: boolean): string | undefined {
  const start = /^(?:[ \t]*[\r\n])*/.exec(text)?.[0].length ?? 0;
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote.charCodeAt(0)) quoted = !quoted;
    else if (!quoted && (code === LINE_FEED || code === CARRIAGE_RETURN)) return text.slice(start, index);
  }
  return final ? text.slice(start) : undefined;
}

function unquotedParts(line: string, quote: string): readonly string[] {
  return quote === '' ? [line] : line.split(quote).filter((_, index) => index % 2 === 0);
}

/** Matches whatever makes a cell need quotes. */
export function specialCharacters({ delimiter, quote }: Dialect): RegExp {
  const characters = [...delimiter, ...quote].map((character) => character.charCodeAt(0));
  const escaped = characters.map((code) => `\\u${code.toString(16).padStart(4, '0')}`);
  return new RegExp(`[\\r\\n${escaped.join('')}]`);
}
