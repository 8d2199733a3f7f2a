/** The expression of a field of the record; absent where the record has none of that name. */
export function field(name: string): string {
  return `\${get(record, "${name}")}`;
}

type Named = Readonly<Record<string, string>>;

/** What is told of a person, where an export has it under SCIM's own names (RFC 7643 §4.1.1). */
export function personal(of: (name: string) => string): Named {
  return named(of, [
    'nickName',
    'profileUrl',
    'title',
    'userType',
    'preferredLanguage',
    'locale',
    'timezone',
  ]);
}

/** The same of the enterprise extension (RFC 7643 §4.3), without the manager. */
export function enterprise(of: (name: string) => string): Named {
  return named(of, ['employeeNumber', 'costCenter', 'organization', 'division', 'department']);
}

function named(of: (name: string) => string, names: readonly string[]): Named {
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
