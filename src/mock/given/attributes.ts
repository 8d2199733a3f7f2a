import { MUTABILITIES, RETURNS, TYPES, UNIQUENESS, attribute } from '../schema/types.ts';
import type { Attribute, AttributeType } from '../schema/types.ts';
import {
  below,
  flagAt,
  listAt,
  objectAt,
  tell,
  textAt,
  textsAt,
  valueOf,
  wordAt,
  wordsAt,
} from './members.ts';
import type { Members, Place } from './members.ts';

const KNOWN = [
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'canonicalValues',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
  'referenceTypes',
  'subAttributes',
];
const ATTRIBUTES = 1000;
/** RFC 7643 §3.1: common to all resources, and in no schema. */
const COMMON: ReadonlySet<string> = new Set(['id', 'schemas', 'meta', 'externalid']);

/** The attributes of a schema, or the sub-attributes of a complex attribute (RFC 7643 §7). */
export function readAttributes(
  members: Members,
  name: 'attributes' | 'subAttributes',
  place: Place,
  resourceTypes: ReadonlySet<string>,
): readonly Attribute[] {
  const seen = new Set<string>();
  const items = listAt(members, name, place, ATTRIBUTES);
  if (items.length === 0 && (valueOf(members, name) === undefined || Array.isArray(valueOf(members, name))))
    tell(place, `"${name}" is missing, or empty.`);
  return items.flatMap(([item, at]) => {
    const read = readAttribute(item, at, name === 'subAttributes', resourceTypes);
    if (!read) return [];
    const lower = read.name.toLowerCase();
    // RFC 7643 §2.1: names are the same in any case.
    if (seen.has(lower)) tell(below(at, 'name'), `An attribute "${read.name}" is here already.`);
    seen.add(lower);
    return [read];
  });
}

function readAttribute(
  value: unknown,
  place: Place,
  isInside: boolean,
  resourceTypes: ReadonlySet<string>,
): Attribute | undefined {
  const members = objectAt(value, place, KNOWN);
  const name = members && readName(members, place, isInside);
  if (!members) return undefined;
  const type = wordAt(members, 'type', place, TYPES) ?? 'string';
  const mutability = wordAt(members, 'mutability', place, MUTABILITIES);
  // RFC 7643 §7: a written value that is never returned.
  const secret = mutability === 'writeOnly' ? ({ returned: 'never' } as const) : {};
  // RFC 7643 §2.3.6 and §2.3.7: these are case-exact, whatever §2.2 says of all attributes.
  const exact = type === 'reference' || type === 'binary' ? { caseExact: true } : {};
  const read: Attribute = {
    ...attribute(name ?? '', wordsAt(members, 'description', place) ?? name ?? '', { ...exact, ...secret }),
    ...given({
      type,
      multiValued: flagAt(members, 'multiValued', place),
      required: flagAt(members, 'required', place),
      caseExact: flagAt(members, 'caseExact', place),
      mutability,
      returned: wordAt(members, 'returned', place, RETURNS),
      uniqueness: wordAt(members, 'uniqueness', place, UNIQUENESS),
      canonicalValues: textsAt(members, 'canonicalValues', place),
      referenceTypes: readReferences(members, place, type, resourceTypes),
      subAttributes: readParts(members, place, type, isInside, resourceTypes),
    }),
  };
  judge(read, place);
  return name === undefined ? undefined : read;
}

/** Without what was not said, for which RFC 7643 §2.2 has a default. */
function given(said: { readonly [K in keyof Attribute]?: Attribute[K] | undefined }): Partial<Attribute> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** RFC 7643 §2.1; `$ref` is the name of a sub-attribute alone (§2.4). */
function readName(members: Members, place: Place, isInside: boolean): string | undefined {
  if (isInside && valueOf(members, 'name') === '$ref') return '$ref';
  const name = textAt(members, 'name', place, {
    pattern: /^[A-Za-z][\w$-]{0,99}$/,
    says: 'a letter, and then letters, digits, "-", "_" and "$", at most 100',
  });
  if (name === undefined) return undefined;
  const isCommon = !isInside && COMMON.has(name.toLowerCase());
  if (isCommon)
    tell(below(place, 'name'), `"${name}" is common to all resources and in no schema (RFC 7643 §3.1).`);
  if (name in {})
    tell(below(place, 'name'), `"${name}" is the name of something else in the mock; choose another.`);
  return isCommon || name in {} ? undefined : name;
}

function readReferences(
  members: Members,
  place: Place,
  type: AttributeType,
  resourceTypes: ReadonlySet<string>,
): readonly string[] | undefined {
  const names = textsAt(members, 'referenceTypes', place);
  const isThere = valueOf(members, 'referenceTypes') !== undefined;
  if (type === 'reference' && !isThere)
    tell(place, 'A reference needs "referenceTypes": resource types, "external" or "uri" (RFC 7643 §7).');
  if (type !== 'reference' && isThere)
    tell(below(place, 'referenceTypes'), `Only a reference has "referenceTypes"; this is of type ${type}.`);
  const known = names?.filter((name) => resourceTypes.has(name) || name === 'external' || name === 'uri');
  for (const name of names ?? [])
    if (!known?.includes(name))
      tell(
        below(place, 'referenceTypes'),
        `There is no resource type "${name}"; there are ${[...resourceTypes].join(', ')}, and beside them "external" and "uri".`,
      );
  return names;
}

function readParts(
  members: Members,
  place: Place,
  type: AttributeType,
  isInside: boolean,
  resourceTypes: ReadonlySet<string>,
): readonly Attribute[] | undefined {
  const isThere = valueOf(members, 'subAttributes') !== undefined;
  if (type === 'complex' && isInside) {
    tell(below(place, 'type'), 'A complex attribute cannot be inside of another (RFC 7643 §2.3.8).');
    return undefined;
  }
  if (type === 'complex') return readAttributes(members, 'subAttributes', place, resourceTypes);
  if (isThere)
    tell(
      below(place, 'subAttributes'),
      `Only a complex attribute has "subAttributes"; this is of type ${type}.`,
    );
  return undefined;
}

/** What two characteristics say against each other. */
function judge(read: Attribute, place: Place): void {
  const { type, mutability, returned, uniqueness, required, canonicalValues } = read;
  const at = (name: keyof Attribute, message: string): void => tell(below(place, name), message);
  if (mutability === 'writeOnly' && returned !== 'never')
    at('returned', 'What is writeOnly is never returned (RFC 7643 §7).');
  if (required && mutability === 'readOnly')
    at(
      'required',
      'What is readOnly nobody can give, and the mock gives it no value: it cannot be required.',
    );
  if (uniqueness !== 'none' && (type === 'complex' || type === 'boolean'))
    at('uniqueness', `An attribute of type ${type} cannot be unique.`);
  if (uniqueness !== 'none' && returned === 'never')
    at('uniqueness', 'What is never returned is not kept, and so it cannot be unique.');
  if (canonicalValues && type !== 'string')
    at('canonicalValues', `Only a string has "canonicalValues" here; this is of type ${type}.`);
}
