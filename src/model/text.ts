/** Text that begins or ends with white space, or holds anything beyond ASCII. Most text does neither. */
const needsWork = /^\s|\s$|[^\0-\x7f]/;

/** Whether there is nothing to tidy, which costs a tenth of tidying: it is asked ten times for each person. */
export function isPlain(text: string): boolean {
  return !needsWork.test(text);
}

/** A text, or a number as text, tidied; `undefined` for what is empty and for anything else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const tidied = tidy(value);
  return tidied === '' ? undefined : tidied;
}

/** Without white space around it, in Unicode's composed form (NFC), so that one name always has one spelling. */
export function tidy(text: string): string {
  return isPlain(text) ? text : text.trim().normalize('NFC');
}
