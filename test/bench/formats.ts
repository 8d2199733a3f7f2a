/** How the same people are written in each kind of file. */
export const FORMATS = ['csv', 'ldif', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export interface Writing {
  readonly file: string;
  readonly head: string;
  /** What stands between two people, and behind the last. */
  readonly between: string;
  readonly tail: string;
  /** `cells` are in the order of the columns. */
  readonly person: (cells: readonly string[]) => string;
}

export function writingOf(format: Format, columns: readonly string[]): Writing {
  switch (format) {
    case 'csv':
      return {
        file: 'people.csv',
        head: `${columns.join(',')}\n`,
        between: '',
        tail: '',
        person: (cells) => `${cells.map(cell).join(',')}\n`,
      };
    case 'ldif':
      return {
        file: 'people.ldif',
        head: 'version: 1\n\n',
        between: '',
        tail: '',
        person: (cells) => entry(columns, cells),
      };
    case 'json':
      return {
        file: 'people.json',
        head: '{"value":[\n',
        between: ',\n',
        tail: '\n]}\n',
        person: (cells) => JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, cells[at]]))),
      };
  }
}

/** As a directory has it: names of classes first, base64 where there is more than ASCII, nothing of what is empty. */
function entry(columns: readonly string[], cells: readonly string[]): string {
  let text = `dn: uid=${cells[0]},ou=people,dc=example,dc=com\nobjectClass: top\nobjectClass: person\nobjectClass: inetOrgPerson\n`;
  columns.forEach((name, at) => {
    const value = cells[at]!;
    if (value === '') return;
    text += /^[!-9;=-~][ -~]*$/.test(value)
      ? `${attribute(name)}: ${value}\n`
      : `${attribute(name)}:: ${Buffer.from(value).toString('base64')}\n`;
  });
  return `${text}\n`;
}

/** The name of an attribute has no underscores: `first_name` is `first-name`. */
export function attribute(column: string): string {
  return column.replaceAll('_', '-');
}

/** How an expression reads a column as text. */
export function read(format: Format, column: string): string {
  return format === 'ldif' ? `first(record["${attribute(column)}"])` : `record.${column}`;
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
