/** What a record of an export has that no other export has together. */
interface Signs {
  readonly preset: string;
  /** Where the list of its records is; the empty text where it is the whole. */
  readonly records: string;
  /** Names in a record, those further inside with a slash before each step. */
  readonly names: readonly string[];
}

const signs: readonly Signs[] = [
  { preset: 'okta', records: '', names: ['id', 'status', 'profile/login'] },
  { preset: 'entra', records: '/value', names: ['id', 'userPrincipalName', 'accountEnabled'] },
  { preset: 'google-workspace', records: '/users', names: ['id', 'primaryEmail', 'name', 'suspended'] },
  { preset: 'cognito', records: '/Users', names: ['Username', 'Attributes', 'UserStatus', 'Enabled'] },
  { preset: 'workday', records: '/Report_Entry', names: ['Employee_ID', 'Email', 'Active_Status'] },
  { preset: 'bamboohr', records: '/employees', names: ['id', 'status', 'workEmail'] },
  { preset: 'scim', records: '/Resources', names: ['schemas', 'id', 'userName', 'active'] },
];

/** Where known exports in JSON have their records. */
export const knownPointers: readonly string[] = [...new Set(['', ...signs.map(({ records }) => records)])];

/** The preset of an export by the shape of a record; `undefined` where it could be another one. */
export function recognise(records: string, record: Readonly<Record<string, unknown>>): string | undefined {
  const fits = signs.filter((one) => one.records === records && one.names.every((name) => has(record, name)));
  return fits.length === 1 ? fits[0]!.preset : undefined;
}

function has(record: unknown, name: string): boolean {
  let value = record;
  for (const step of name.split('/')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return true;
}
