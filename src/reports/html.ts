import { plain } from './style.ts';

/** Text that may stand in a page: everything in it was made here, or escaped. */
export interface Html {
  readonly html: string;
}

/**
 * Puts text into a page: whatever is not `Html` already is escaped, so that a name is a name whatever it says. Without
 * characters that turn the direction of what stands around them; each name has a direction of its own by `name`.
 */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const fixed = onOneLine(parts);
  let text = fixed[0]!;
  for (const [index, value] of values.entries()) text += inner(value) + fixed[index + 1]!;
  return { html: text };
}

const known = new WeakMap<TemplateStringsArray, readonly string[]>();

/** How it is broken into lines here is of no use there: a table of a million rows would carry it along. */
function onOneLine(parts: TemplateStringsArray): readonly string[] {
  let fixed = known.get(parts);
  if (fixed === undefined) known.set(parts, (fixed = parts.map((part) => part.replace(/\s*\n\s*/g, ' '))));
  return fixed;
}

function inner(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'number') return value.toLocaleString('en-GB');
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return plain(text)
    .toWellFormed()
    .replace(/[&<>"']/g, (one) => entities[one]!);
}

/** Of whatever script it is, it turns nothing around it. */
export function name(text: string): Html {
  return markup`<bdi>${text}</bdi>`;
}

export const nothing: Html = { html: '' };

/** The kinds of pages; what each begins with tells it from any other file. */
export type PageKind = 'plan' | 'history';

const head = (kind: PageKind): string =>
  `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="generator" content="Rollcall ${kind}">\n`;

/** Whether a file that begins so is a page of this kind; one that was cut off is one too. */
export function isPage(kind: PageKind, beginning: string): boolean {
  return beginning.startsWith(head(kind));
}

/**
 * A page in one file: no script, nothing from elsewhere, and the browser is told to hold it to that. Dark and light by
 * what the reader's system asks for, and made to be printed.
 */
export function* page(kind: PageKind, title: string, body: Iterable<Html>): Generator<string> {
  yield head(kind);
  const rules = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  yield `${rules}\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n`;
  yield `${markup`<title>${title}</title>`.html}\n<style>${style}</style>\n</head>\n<body>\n<main>\n`;
  for (const part of body) yield `${part.html}\n`;
  yield '</main>\n</body>\n</html>\n';
}

/** A table whose rows come one after the other, with its head on each printed page. */
export function* table(caption: Html, columns: readonly string[], rows: Iterable<Html>): Generator<Html> {
  const heads = columns.map((column) => markup`<th scope="col">${column}</th>`);
  yield markup`<table><caption>${caption}</caption>`;
  yield markup`<thead><tr>${heads}</tr></thead><tbody>`;
  yield* rows;
  yield markup`</tbody></table>`;
}

const style = `
:root { color-scheme: light dark; --text: #1d2329; --soft: #57606a; --page: #fff; --line: #d5dae0; --box: #f5f7f9;
  --red: #b3261e; --redbox: #fdf0ef; --green: #17683a; --amber: #855300; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --soft: #a2abb5; --page: #14181c; --line: #353c44;
  --box: #1d2329; --red: #ff9d94; --redbox: #331a18; --green: #7fd6a3; --amber: #eebf6b; } }
@media print { :root { color-scheme: light; --text: #000; --soft: #444; --page: #fff; --line: #bbb; --box: #fff;
  --red: #900; --redbox: #fff; --green: #050; --amber: #640; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; } p, ul, dl { margin: .25rem 0; } ul { padding-left: 1.25rem; }
.soft, caption { color: var(--soft); } .red { color: var(--red); } .green { color: var(--green); } .amber { color: var(--amber); }
.held { background: var(--redbox); border: 1px solid var(--red); border-left-width: 5px; border-radius: 4px; padding: .75rem 1rem; margin: 1rem 0; }
.held h3 { margin: 0; color: var(--red); } code { font: .9em ui-monospace, monospace; background: var(--box); padding: .1em .3em; border-radius: 3px; }
dt { color: var(--soft); margin-top: .4rem; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .93em; }
caption { text-align: left; padding: .25rem 0; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; overflow-wrap: normal; } tbody th { font-weight: 600; min-width: 4em; } td { min-width: 4em; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
del { color: var(--red); } ins { color: var(--green); text-decoration: none; } .change { display: block; }
@media print { body { font-size: 10pt; } main { max-width: none; padding: 0; } thead { display: table-header-group; }
  tr, .held { break-inside: avoid; } h2, h3 { break-after: avoid; } }
@media (max-width: 40rem) { body { font-size: 14px; } th, td { padding-right: .35rem; } }
`;
