import { takenAt } from '../../connectors/sources/index.ts';
import type { EndedTelling, SourceEnvironment, Tellings, ToldOf } from '../../connectors/sources/index.ts';
import { authoritiesOf, authorityOf, fixedNames, spelledAsRead } from '../configuration/index.ts';
import type { Configuration, Ended } from '../model/index.ts';
import { countingEvents } from '../store/events.ts';
import type { State } from '../store/state.ts';

const usualKnownFor = 14 * 86_400;

/** What was told by HTTP and still counts, for whoever reads the source; and what a read has the place of. */
export function openTellings(
  state: State,
  configuration: Configuration,
  now: number,
): { readonly told: NonNullable<SourceEnvironment['told']>; readonly ended: () => readonly Ended[] } {
  const authorities = authoritiesOf(configuration);
  const ended = new Map<string, readonly EndedTelling[]>();
  return {
    told: (source) =>
      authorities.includes(source)
        ? tellingsOf(state, configuration, source, now, (all) => ended.set(source, all))
        : undefined,
    ended: () => [...ended].flatMap(([source, all]) => all.map((one) => ({ ...one, source }))),
  };
}

function tellingsOf(
  state: State,
  configuration: Configuration,
  name: string,
  now: number,
  end: Tellings['end'],
): Tellings {
  const part = authorityOf(configuration, authoritiesOf(configuration).length > 1 ? name : undefined);
  const spelled = spelledAsRead(configuration, part);
  const all = new Map<string, ToldOf[]>();
  for (const { key, kind, at, record } of countingEvents(state, name)) {
    const of = all.get(key) ?? [];
    all.set(key, of);
    of.push({ kind, at, ...(record && { fields: spelled(record) }) });
  }
  const { previousKey } = configuration.mapping;
  return {
    all,
    isTable: part.source.connector === 'csv',
    fixed: fixedNames(configuration, part),
    ...(previousKey && { previousKey }),
    now,
    knownFor: (configuration.http?.knownSeconds ?? usualKnownFor) * 1000,
    takenAt: () => takenAt(part.source, now),
    end,
  };
}
