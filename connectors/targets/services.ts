import { RollcallError } from '../../src/model/index.ts';
import type { ServiceDescription } from '../../src/mock/description.ts';

/** The services that the mock can play, by the name that is typed. A description is loaded when it is asked for. */
export const services: Readonly<Record<string, () => Promise<ServiceDescription>>> = {
  accessiq: async () => (await import('./accessiq/service.ts')).service,
  'accessiq-demo': async () => (await import('./accessiq-demo/service.ts')).service,
  atlassian: async () => (await import('./atlassian/service.ts')).service,
  'aws-identity-center': async () => (await import('./aws-identity-center/service.ts')).service,
  cosmo: async () => (await import('./cosmo/service.ts')).service,
  'cosmo-controlplane': async () => (await import('./cosmo-controlplane/service.ts')).service,
  databricks: async () => (await import('./databricks/service.ts')).service,
  datadog: async () => (await import('./datadog/service.ts')).service,
  'entra-lenient': async () => (await import('./entra-lenient/service.ts')).service,
  figma: async () => (await import('./figma/service.ts')).service,
  'github-enterprise': async () => (await import('./github-enterprise/service.ts')).service,
  'github-organization': async () => (await import('./github-organization/service.ts')).service,
  gitlab: async () => (await import('./gitlab/service.ts')).service,
  grafana: async () => (await import('./grafana/service.ts')).service,
  interop: async () => (await import('./interop/service.ts')).service,
  rfc: async () => (await import('./generic/service.ts')).service,
  salesforce: async () => (await import('./salesforce/service.ts')).service,
  sentry: async () => (await import('./sentry/service.ts')).service,
  slack: async () => (await import('./slack/service.ts')).service,
  snowflake: async () => (await import('./snowflake/service.ts')).service,
  zoom: async () => (await import('./zoom/service.ts')).service,
};

export const DEFAULT_SERVICE = 'cosmo';

/** Throws `RollcallError('usage')` that names the known ones for a name that is none of them. */
export async function loadService(name: string = DEFAULT_SERVICE): Promise<ServiceDescription> {
  const load = Object.hasOwn(services, name) ? services[name] : undefined;
  if (load) return load();
  throw new RollcallError('usage', {
    message: `The mock cannot play "${name}".`,
    hint: `It can play ${Object.keys(services).join(', ')}.`,
  });
}

export function listServices(): Promise<readonly ServiceDescription[]> {
  return Promise.all(Object.values(services).map((load) => load()));
}
