import { OPERATIONS } from './description.ts';
import type { Operation, ServiceDescription } from './description.ts';
import { table } from './faults/known.ts';

/** As Markdown: which services there are, where each begins, and what can be done there to people and to groups. */
export function serviceTable(services: readonly ServiceDescription[]): string {
  const rows = services.map((service) => [
    `\`${service.name}\``,
    service.title,
    `\`${service.basePath}\``,
    `\`${service.authentication.permission}\``,
    doneTo(service, 'User'),
    doneTo(service, 'Group'),
  ]);
  return table(['`--as`', 'plays', 'base path', 'permission', 'people', 'groups'], rows);
}

const LETTERS: Readonly<Record<Operation, string>> = {
  create: 'create',
  list: 'list',
  read: 'read',
  replace: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

function doneTo({ resourceTypes }: ServiceDescription, name: string): string {
  const served = resourceTypes.find(({ type }) => type.name === name);
  if (!served) return 'none';
  const lacking = OPERATIONS.filter((one) => !served.operations.includes(one));
  if (lacking.length === 0) return 'all';
  return `no ${lacking.map((one) => LETTERS[one]).join(', ')}`;
}
