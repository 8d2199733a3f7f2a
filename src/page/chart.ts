import { markup } from './html.ts';
import type { Html } from './html.ts';

/** What happened on a day, as a bar of a chart: two parts that stand on each other. */
export interface Bar {
  /** `26 Nov`. */
  readonly label: string;
  readonly good: number;
  readonly bad: number;
}

const width = 240;
const height = 40;

/** What was done day by day, and what failed; `says` is all of it in a sentence. */
export function trend(bars: readonly Bar[], says: string): Html {
  const most = Math.max(1, ...bars.map(({ good, bad }) => good + bad));
  const step = width / Math.max(1, bars.length);
  // What is little beside much is to be seen all the same.
  const tall = (value: number): number => (value === 0 ? 0 : Math.max(2, (value / most) * (height - 4)));
  return markup`<svg
    class="trend"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${says}"
    preserveAspectRatio="none"
  >
    <line class="axis" x1="0" x2="${width}" y1="${height - 0.5}" y2="${height - 0.5}" />
    ${bars.map(({ label, good, bad }, index) => {
      const [up, over] = [tall(good), tall(bad)];
      const x = fixed(index * step + 1);
      const w = fixed(step - 2);
      return markup`<g
        ><title>${label}: ${good} done, ${bad} failed</title
        ><rect class="good" x="${x}" y="${fixed(height - up)}" width="${w}" height="${fixed(up)}" /><rect
          class="bad"
          x="${x}"
          y="${fixed(height - up - over)}"
          width="${w}"
          height="${fixed(over)}"
      /></g>`;
    })}
  </svg>`;
}

/** How long something took, at a time; both in milliseconds. */
export interface Lag {
  readonly at: number;
  readonly milliseconds: number;
}

const plot = { width: 640, height: 220, left: 84, right: 12, top: 12, bottom: 34 } as const;
const ticks: readonly (readonly [milliseconds: number, label: string])[] = [
  [1000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [600_000, '10 min'],
  [3_600_000, '1 h'],
  [21_600_000, '6 h'],
  [86_400_000, '1 day'],
  [604_800_000, '7 days'],
];

/**
 * Each leaver as a dot: when they were off, and how long that took, on a scale of orders of magnitude, since seconds are
 * usual and days are what matters. No more dots are drawn than can be told apart, and all of them as one path, in which a
 * line of no length with round ends is a dot.
 */
export function lagChart(
  lags: readonly Lag[],
  span: { readonly from: number; readonly to: number },
  says: string,
): Html {
  const { width: w, height: h, left, right, top, bottom } = plot;
  const longest = Math.max(60_000, ...lags.map(({ milliseconds }) => milliseconds));
  const highest = Math.log10(longest) + 0.1;
  const lowest = 2.5;
  const x = (at: number): number => left + ((at - span.from) / (span.to - span.from)) * (w - left - right);
  const y = (milliseconds: number): number =>
    h -
    bottom -
    ((Math.max(lowest, Math.log10(Math.max(1, milliseconds))) - lowest) / (highest - lowest)) *
      (h - top - bottom);
  const dots = new Set(lags.map(({ at, milliseconds }) => `M${near(x(at))} ${near(y(milliseconds))}h0`));
  const days = Math.round((span.to - span.from) / 86_400_000);
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => span.from + share * (span.to - span.from));
  return markup`<svg class="lag" viewBox="0 0 ${w} ${h}" role="img" aria-label="${says}">
    <title>${says}</title>
    ${ticks
      .filter(([milliseconds]) => milliseconds <= longest * 1.25)
      .map(
        ([milliseconds, label]) =>
          markup`<line
              class="grid"
              x1="${left}"
              x2="${w - right}"
              y1="${fixed(y(milliseconds))}"
              y2="${fixed(y(milliseconds))}"
            /><text x="${left - 8}" y="${fixed(y(milliseconds) + 4)}" text-anchor="end">${label}</text>`,
      )}
    <line class="axis" x1="${left}" x2="${w - right}" y1="${h - bottom}" y2="${h - bottom}" />
    ${marks.map(
      (at, index) =>
        markup`<text
          x="${fixed(x(at))}"
          y="${h - 10}"
          text-anchor="${index === 0 ? 'start' : index === 4 ? 'end' : 'middle'}"
          >${days > 2 ? dayOf(at) : new Date(at).toISOString().slice(11, 16)}</text
        >`,
    )}<path
      class="dots"
      d="${[...dots].join('')}"
    />
  </svg>`;
}

/** A run on a line of time: where it began, how long it was, and how it ended. */
export interface Span {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly outcome: 'good' | 'bad' | 'warn' | 'open';
  readonly says: string;
  readonly href: string;
}

/** Runs on a line, the newest at the right; each is a link. */
export function timeline(spans: readonly Span[], says: string): Html {
  const [w, h, edge] = [960, 48, 8];
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(from + 1000, ...spans.map((span) => span.to));
  const x = (at: number): number => edge + ((at - from) / (to - from)) * (w - 2 * edge);
  return markup`<svg class="timeline" viewBox="0 0 ${w} ${h}" role="group" aria-label="${says}" preserveAspectRatio="none">
    <line class="axis" x1="${edge}" x2="${w - edge}" y1="40" y2="40" />
    ${spans.map((span) => {
      const start = x(span.from);
      const wide = Math.max(6, x(span.to) - start);
      return markup`<a href="${span.href}" aria-label="${span.says}"
        ><title>${span.says}</title
        ><rect
          class="${span.outcome}"
          x="${fixed(Math.min(start, w - edge - wide))}"
          y="16"
          width="${fixed(wide)}"
          height="24"
          rx="2"
      /></a>`;
    })}
  </svg>
    <p class="ends"><small>${stamp(from)}</small><small>${stamp(to)}</small></p>`;
}

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `26 Nov`, in UTC. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]!}`;
}

/** Dots that are nearer to each other than this are one. */
function near(value: number): number {
  return Math.round(value / 2) * 2;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
