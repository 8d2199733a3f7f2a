import type { Block, Change, Control, Operation, Value } from './entry.ts';
import type { Line } from './lines.ts';
import { attributesOf, isNamed } from './attributes.ts';
import { decode, isAttributeName } from './value.ts';

/** A change record that is none. */
export interface Misfit {
  readonly line: Line;
  readonly message: string;
}

const OPERATIONS: ReadonlySet<string> = new Set<Operation>(['add', 'delete', 'replace', 'increment']);

/** What stands below the dn of a change record: controls, the kind of change, and the change. */
export function readChange(dn: string, lines: readonly Line[]): Change | Misfit {
  const first = lines.findIndex((line) => !isNamed(line, 'control'));
  const controls: Control[] = [];
  for (const line of first === -1 ? lines : lines.slice(0, first)) {
    const control = readControl(line);
    if (control === undefined)
      return {
        line,
        message: '`control:` wants an OID, then perhaps `true` or `false`, then perhaps a value',
      };
    controls.push(control);
  }
  const kind = lines[first];
  if (kind === undefined || !isNamed(kind, 'changetype'))
    return { line: kind ?? lines[0]!, message: '`changetype:` does not follow the controls' };
  const rest = lines.slice(first + 1);
  switch (kind.value?.text.trim().toLowerCase() ?? '') {
    case 'add':
      return readAddition(dn, controls, kind, rest);
    case 'delete':
      if (rest[0] !== undefined) return { line: rest[0], message: 'nothing may follow `changetype: delete`' };
      return { kind: 'delete', dn, controls };
    case 'modify':
      return readModification(dn, controls, rest);
    case 'modrdn':
    case 'moddn':
      return readRenaming(dn, controls, kind, rest);
    default:
      return {
        line: kind,
        message: `\`changetype:\` is ${JSON.stringify(kind.value?.text.slice(0, 40) ?? '')}`,
      };
  }
}

/** `1.2.3 true: value`; criticality is false where it is not said (RFC 4511 §4.1.11). */
function readControl({ value }: Line): Control | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)*)(?: +(true|false))?(?: *:([:<]?) *(.*))?$/is.exec(value?.text ?? '');
  const [, oid, critical, sign, text] = match ?? [];
  if (oid === undefined || sign === '<') return undefined;
  const base = { oid, critical: critical?.toLowerCase() === 'true' };
  if (text === undefined) return base;
  const content: Value | undefined = sign === ':' ? decode(text) : { form: 'text', text };
  return content === undefined ? undefined : { ...base, value: content };
}

function readAddition(
  dn: string,
  controls: readonly Control[],
  kind: Line,
  lines: readonly Line[],
): Change | Misfit {
  const dash = lines.find((line) => line.name === '-');
  if (dash !== undefined) return { line: dash, message: 'a line that is only `-` stands in an addition' };
  if (lines.length === 0) return { line: kind, message: 'an addition has no attributes' };
  return { kind: 'add', dn, controls, attributes: attributesOf(lines) };
}

function readModification(dn: string, controls: readonly Control[], lines: readonly Line[]): Change | Misfit {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const head = lines[at]!;
    const operation = head.name.toLowerCase();
    const name = head.value?.text.trim() ?? '';
    if (!OPERATIONS.has(operation) || !isAttributeName(name))
      return {
        line: head,
        message: 'a block begins with `add:`, `delete:`, `replace:` or `increment:` and an attribute',
      };
    const length = lines.slice(at).findIndex((line) => line.name === '-');
    const body = lines.slice(at + 1, length === -1 ? undefined : at + length);
    const stranger = body.find((line) => line.name.toLowerCase() !== name.toLowerCase());
    if (stranger !== undefined)
      return {
        line: stranger,
        message: `${JSON.stringify(stranger.name)} stands in a block of ${JSON.stringify(name)}`,
      };
    if (length === -1) return { line: head, message: 'the block does not end with a line that is only `-`' };
    const values = body.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const misfit = blockFault(operation as Operation, values);
    if (misfit !== undefined) return { line: head, message: misfit };
    blocks.push({ operation: operation as Operation, name, values });
    at += length + 1;
  }
  return { kind: 'modify', dn, controls, blocks };
}

/** RFC 4511 §4.6 wants values for an addition; RFC 4525 §3 wants exactly one number. */
function blockFault(operation: Operation, values: readonly Value[]): string | undefined {
  if (operation === 'add' && values.length === 0) return 'an `add:` block has no values';
  if (operation !== 'increment') return undefined;
  const [value] = values;
  if (values.length === 1 && /^-?\d+$/.test(value?.text ?? '')) return undefined;
  return 'an `increment:` block has not exactly one whole number';
}

function readRenaming(
  dn: string,
  controls: readonly Control[],
  kind: Line,
  lines: readonly Line[],
): Change | Misfit {
  const [newRdn, deleteOld, newSuperior, more] = lines;
  const missing = (what: string, line: Line | undefined) => ({
    line: line ?? kind,
    message: `${what} is missing`,
  });
  if (newRdn === undefined || !isNamed(newRdn, 'newrdn')) return missing('`newrdn:`', newRdn);
  const digit = deleteOld?.value?.text.trim();
  if (deleteOld === undefined || !isNamed(deleteOld, 'deleteoldrdn') || (digit !== '0' && digit !== '1'))
    return missing('`deleteoldrdn: 0` or `1`', deleteOld);
  const stray = newSuperior !== undefined && !isNamed(newSuperior, 'newsuperior') ? newSuperior : more;
  if (stray !== undefined)
    return { line: stray, message: `${JSON.stringify(stray.name)} does not belong here` };
  const renamed = {
    kind: 'modrdn',
    dn,
    controls,
    newRdn: newRdn.value?.text ?? '',
    deleteOldRdn: digit === '1',
  } as const;
  const superior = newSuperior?.value?.text;
  return superior === undefined ? renamed : { ...renamed, newSuperior: superior };
}
