import { offWords, onWords, sourceLimits } from './words.ts';
import type { Settings, TargetSettings } from './words.ts';

export const tokenName = 'SCENARIO_TOKEN';

/** The settings as `rollcall.yaml`. */
export function configurationText(settings: Settings): string {
  const { shrunk, rejected, floor } = sourceLimits;
  return [
    'state: ./rollcall.db',
    'source:',
    '  connector: csv',
    '  path: ./people.csv',
    '  key: ${record.id}',
    '  previousKey: ${record.former}',
    `  limits: { shrunk: ${shrunk}, rejected: ${rejected}, floor: ${floor} }`,
    'identity:',
    '  userName: ${record.login}',
    '  name: { givenName: "${record.first}", familyName: "${record.last}" }',
    settings.display === 'first last'
      ? '  displayName: ${record.first} ${record.last}'
      : '  displayName: "${record.last}, ${record.first}"',
    '  title: ${record.title}',
    '  emails: [{ value: "${record.email}", type: work, primary: true }]',
    '  phoneNumbers: [{ value: "${record.phone}", type: work }]',
    `  active: { from: "\${record.status}", on: [${onWords.join(', ')}], off: [${offWords.join(', ')}] }`,
    '  enterprise: { department: "${record.department}", manager: { value: "${ref(record.manager)}" } }',
    'targets:',
    ...settings.targets.flatMap(targetLines),
    '',
  ].join('\n');
}

function targetLines(target: TargetSettings): readonly string[] {
  const sites = target.without.map((site) => `'${site}'`).join(', ');
  return [
    `  ${target.name}:`,
    `    connector: ${target.connector}`,
    `    baseUrl: ${target.baseUrl}`,
    `    auth: { kind: bearer, token: { env: ${tokenName} } }`,
    `    mode: ${target.mode}`,
    ...(sites === '' ? [] : [`    assign: "\${!(record.site in [${sites}])}"`]),
    ...(target.protect === undefined ? [] : [`    protect: "\${identity.title == '${target.protect}'}"`]),
    `    onLeave: ${target.onLeave}`,
    `    onOutOfScope: ${target.onOutOfScope}`,
    ...(target.connector === 'generic'
      ? ['    allow: [create, update, deactivate, reactivate, delete, link]']
      : []),
    `    createInactive: ${target.createInactive}`,
    '    limits:',
    `      deactivate: { count: ${target.deactivations} }`,
    '      update: { count: 1000 }',
    '      reactivate: { count: 1000 }',
    '      delete: { count: 1000 }',
    '      link: { count: 0 }',
  ];
}
