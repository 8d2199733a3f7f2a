import { lagOf } from '../../reports/evidence.ts';
import { seconds } from '../../reports/style.ts';
import type { Departure } from '../../store/trail/evidence.ts';
import { lagChart } from '../chart.ts';
import type { Lag } from '../chart.ts';
import { personLink, table, tag, targetLink } from '../frame.ts';
import type { Tone } from '../frame.ts';
import { markup, moment, number } from '../html.ts';
import type { Html } from '../html.ts';

export interface LeaversView {
  readonly days: number;
  readonly from: number;
  readonly to: number;
  readonly targets: readonly {
    readonly name: string;
    readonly lags: readonly Lag[];
    readonly open: number;
  }[];
  /** The newest of whom a read first said so in that time; the oldest first. */
  readonly departures: readonly Departure[];
  readonly isMore: boolean;
}

const words: Readonly<Record<Departure['state'], readonly [string, Tone]>> = {
  confirmed: ['off', 'good'],
  gone: ['account was gone', 'good'],
  unlinked: ['unlinked by hand', 'warn'],
  back: ['was back before', 'calm'],
  open: ['open', 'bad'],
};

export function leaversPage({ days, from, to, targets, departures, isMore }: LeaversView): Html {
  return markup`<h1>Leavers</h1>
    <p class="soft">
      How long it took until somebody who left was off: from the read that said so to the word of the target.
      The last ${days} days.
    </p>
    ${targets.map(({ name, lags, open }) => {
      const sorted = lags.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
      const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
      const longest = sorted.at(-1) ?? 0;
      const says = `${name}: ${number(lags.length)} off, ${seconds(Math.round(median / 100) / 10)} in the middle, ${seconds(Math.round(longest / 100) / 10)} at the most`;
      return markup`<section class="card" aria-label="Leavers of ${name}">
        <h2>${targetLink(name)} ${open > 0 && tag(`${number(open)} not off yet`, 'bad')}</h2>
        ${
          lags.length === 0
            ? markup`<p>Nobody was switched off here.</p>`
            : markup`${lagChart(lags, { from, to }, says)}
                <p class="soft">${says}</p>`
        }
      </section>`;
    })}
    <h2>Who left</h2>
    ${
      departures.length === 0
        ? markup`<p>Nobody left in that time.</p>`
        : table(
            isMore ? 'The newest of them' : 'All of them',
            ['Key', 'Target', 'Read that said so', 'State', 'Ended', 'Took', 'Why'],
            departures.map((one) => {
              const { key, target, read, state, ended, open, why } = one;
              const lag = lagOf(one);
              return [
                personLink(key),
                target,
                markup`${moment(read.at)}${read.run !== undefined && ` run ${read.run}`}`,
                markup`${tag(...words[state])}${open !== undefined && markup` ${open.state}${open.reason !== undefined && `: ${open.reason}`}`}`,
                moment(ended?.at),
                lag !== undefined && seconds(Math.round(lag * 10) / 10),
                why,
              ];
            }),
          )
    }`;
}
