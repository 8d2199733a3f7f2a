import {
  measureChanged,
  measureDelivery,
  measureFill,
  measureFormat,
  measureHelp,
  measureLoad,
  measurePlan,
  measureUnchanged,
  openSite,
  write,
} from './measures.ts';
import { measureMock } from './mock.ts';
import { measurePage } from './page.ts';
import { measureTrail } from './trail.ts';
import type { Found, Setting } from './measures.ts';
import type { Part } from './options.ts';

/** Some people whom the mock refuses, so that later runs have failed work to look at. */
const mostFailing = 100;

/** One part of a run. */
export interface Step {
  readonly name: string;
  /** The step without which this one measures something else. */
  readonly needs?: string;
  readonly measure: () => Promise<Found>;
}

/** What a run measures, one after the other, on one company; `bytes` are those of its file of people. */
export interface Course {
  readonly bytes: number;
  readonly steps: readonly Step[];
}

export async function courseOf(setting: Setting, parts: ReadonlySet<Part>): Promise<Course> {
  const company = await stepsOfCompany(setting, parts);
  const others = {
    sync: measureDelivery,
    help: measureHelp,
    mock: measureMock,
    trail: measureTrail,
    page: measurePage,
  };
  const steps = Object.entries(others).flatMap(([part, measure]) =>
    parts.has(part as Part)
      ? [{ name: part === 'sync' ? 'delivery' : part, measure: () => measure(setting) }]
      : [],
  );
  return { bytes: company.bytes, steps: [...company.steps, ...steps] };
}

async function stepsOfCompany(setting: Setting, parts: ReadonlySet<Part>): Promise<Course> {
  const { people, place } = setting;
  const isLoaded = ['sync', 'unchanged', 'changed', 'ldif', 'json'].some((part) => parts.has(part as Part));
  if (!isLoaded && !parts.has('plan')) return { bytes: 0, steps: [] };
  const failing = Math.min(mostFailing, Math.ceil(people / 100));
  const site = await openSite(setting, 'company', people, failing);
  const bytes = write(setting, site, 1);
  // What is only read again needs a state, and not the requests that it comes from.
  const isSent = parts.has('sync') || parts.has('changed');
  const load = isSent ? 'first sync' : 'fill';
  const steps: Step[] = [];
  const add = (part: Part, measure: () => Promise<Found>): void => {
    if (parts.has(part)) steps.push({ name: part, measure, ...(part !== 'plan' && { needs: load }) });
  };
  add('plan', () => measurePlan(setting, site));
  if (isLoaded)
    steps.push({
      name: load,
      measure: () => (isSent ? measureLoad(setting, site) : measureFill(setting, site)),
    });
  add('unchanged', () => measureUnchanged(setting, site));
  add('changed', () => measureChanged(setting, site));
  for (const format of ['ldif', 'json'] as const)
    add(format, () => measureFormat(setting, site, format, parts.has('changed')));
  const leave = async (): Promise<Found> => {
    await site.service.stop();
    place.folder('company');
    return { figures: [], requirements: [] };
  };
  return { bytes, steps: [...steps, { name: 'the company is left', measure: leave }] };
}
