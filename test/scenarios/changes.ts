import { sites } from './company.ts';
import type { Random } from './random.ts';
import type { Export, Policy, Settings, TargetSettings } from './words.ts';

/** Something that a person changes in the configuration, by name. */
export const changes = {
  display: (settings) => ({
    ...settings,
    display: settings.display === 'first last' ? 'last, first' : 'first last',
  }),
  assign: (settings, random) =>
    one(settings, random, () => ({ without: random.some(sites, random.below(3)) })),
  onLeave: (settings, random) =>
    one(settings, random, (target) => ({ onLeave: policy(target, random), createInactive: false })),
  onOutOfScope: (settings, random) =>
    one(settings, random, (target) => ({ onOutOfScope: policy(target, random) })),
  protect: (settings, random) =>
    one(settings, random, ({ protect }) => ({ protect: protect === undefined ? 'Director' : undefined })),
  observe: (settings, random) =>
    one(settings, random, ({ mode }) => ({ mode: mode === 'full' ? 'observe' : 'full' })),
  createInactive: (settings, random) =>
    one(settings, random, ({ connector, createInactive, onLeave }) => ({
      createInactive: connector === 'generic' && onLeave !== 'delete' && !createInactive,
    })),
  limit: (settings, random) =>
    one(settings, random, ({ deactivations }) => ({
      deactivations: deactivations > 9 ? random.below(3) : 1000,
    })),
} as const satisfies Record<string, (settings: Settings, random: Random) => Settings>;

function one(
  settings: Settings,
  random: Random,
  change: (target: TargetSettings) => {
    readonly [name in keyof TargetSettings]?: TargetSettings[name] | undefined;
  },
): Settings {
  const index = random.below(settings.targets.length);
  return {
    ...settings,
    targets: settings.targets.map((target, at) =>
      at === index ? ({ ...target, ...change(target) } as TargetSettings) : target,
    ),
  };
}

function policy({ connector }: TargetSettings, random: Random): Policy {
  return random.pick(connector === 'generic' ? ['deactivate', 'delete', 'keep'] : ['deactivate', 'keep']);
}

/** What can be wrong with a file as a whole. */
export const damages = {
  half: (file) => ({ ...file, rows: file.rows.slice(0, Math.floor(file.rows.length / 2)), broken: [] }),
  header: (file) => ({ ...file, rows: [], broken: [] }),
} as const satisfies Record<string, (file: Export) => Export>;

/** What can be wrong with the bytes of a file. */
export const breakages = {
  empty: () => '',
  cut: (text) => text.slice(0, Math.floor(text.length * 0.6)),
  'cut inside quotes': (text) => `${text}E999,"never ended`,
  'without the key': (text) => text.replace(/\bid\b/, 'number'),
  'not text': (text) => `\0${text}`,
  'two headers': (text) => text.replace('status', 'phone'),
} as const satisfies Record<string, (text: string) => string>;

/** What can go wrong at a service, as the mock's faults. */
export const faults = [
  'status=503',
  'status=401',
  'drop=before',
  'drop=after',
  'drop=after,method=POST',
  'drop=after,method=PATCH',
  'drop=before,share=0.5,seed=1',
  'drop=after,share=0.5,seed=2',
  'status=500,method=POST',
  'status=500,method=PATCH,share=0.5,seed=3',
  'status=500,method=GET',
  'status=429,retryAfter=1,share=0.3,seed=4',
  'truncate,method=POST',
  'empty,method=POST',
  'html,share=0.5,seed=5',
  'status=404,method=PATCH',
  'status=400,method=POST,share=0.5,seed=6',
] as const;
