import { loadedWith } from './sources.ts';
import type { SourceFile } from './sources.ts';

/** A part of the house, and the parts below it that it may reach into. The first that fits a path counts. */
interface Area {
  readonly name: string;
  readonly path: RegExp;
  readonly below: readonly string[];
}

const areas: readonly Area[] = [
  { name: 'model', path: /^src\/model\//, below: [] },
  // What can be said of the protocol without speaking to anybody.
  {
    name: 'protocol',
    path: /^src\/scim\/(schema|filter|patch|put|path|body|encode|typed|profile)\.ts$/,
    below: ['model'],
  },
  { name: 'planning', path: /^src\/planning\//, below: ['model', 'protocol'] },
  {
    name: 'profile',
    path: /^connectors\/targets\/([^/]+\/(profile|dialects)|profiles)\.ts$/,
    below: ['model'],
  },
  { name: 'configuration', path: /^src\/configuration\//, below: ['model', 'protocol', 'planning'] },
  { name: 'source', path: /^connectors\/sources\//, below: ['model'] },
  { name: 'scim', path: /^src\/scim\//, below: ['model', 'protocol'] },
  { name: 'store', path: /^src\/store\//, below: ['model', 'planning', 'protocol'] },
  {
    name: 'delivery',
    path: /^src\/delivery\//,
    below: ['model', 'planning', 'protocol', 'scim', 'store'],
  },
  {
    name: 'engine',
    path: /^src\/engine\//,
    below: ['model', 'planning', 'protocol', 'configuration', 'scim', 'store', 'delivery'],
  },
  {
    name: 'reports',
    path: /^src\/reports\//,
    below: ['model', 'planning', 'protocol', 'store', 'delivery', 'engine'],
  },
  // Who is told what a run has to say.
  {
    name: 'notify',
    path: /^src\/notify\//,
    below: ['model', 'planning', 'protocol', 'configuration', 'store', 'engine'],
  },
  // A service is described from its own documentation, so that a misreading can't hide in a profile as well.
  { name: 'mock', path: /^src\/mock\//, below: ['model'] },
  {
    name: 'service',
    path: /^connectors\/targets\/([^/]+\/service[\w-]*|services)\.ts$/,
    below: ['model', 'mock'],
  },
  // Where the parts are put together: sources, secrets, the network and the clock of the real world.
  {
    name: 'wiring',
    path: /^src\/wiring\//,
    below: [
      'model',
      'planning',
      'protocol',
      'profile',
      'configuration',
      'source',
      'scim',
      'store',
      'delivery',
      'engine',
      'reports',
      'notify',
    ],
  },
  {
    name: 'edge',
    path: /^src\/(cli|daemon|http|page|library)\//,
    below: [
      'model',
      'planning',
      'protocol',
      'profile',
      'configuration',
      'source',
      'scim',
      'store',
      'delivery',
      'engine',
      'reports',
      'notify',
      'wiring',
      'mock',
      'service',
    ],
  },
];

/** The mock is a house of its own: each part reaches into those before it, and into none behind it. */
const mockFloors: readonly string[] = [
  'dialect',
  'keys',
  'refusal',
  'schema',
  'quirks',
  'description',
  'filter',
  'resource',
  'patch',
  'directory',
  'given',
  'journal',
  'mail',
  'protocol',
  'sending',
  'faults',
  'tables',
  'world',
  'door',
  'http',
  'start',
  'index',
];

/** One door per library: the places that may name it. */
const doors: Readonly<Record<string, RegExp>> = {
  got: /^src\/scim\//,
  // It makes token requests and reads their answers; what it sends goes through got.
  oauth4webapi: /^src\/scim\/(oauth2|assertion|token-endpoint)\.ts$/,
  'better-sqlite3': /^src\/store\//,
  'p-queue': /^src\/delivery\//,
  commander: /^src\/cli\//,
  pino: /^src\/cli\/log\.ts$/,
  fastify: /^src\/(mock|http|page)\//,
  'prom-client': /^src\/http\/metrics\.ts$/,
  // E-mails to people, and those of the mock, which knows nothing of the others.
  nodemailer: /^src\/(mock\/mail\/|notify\/email\.ts$)/,
  yaml: /^src\/configuration\//,
  // What is asked and answered by HTTP has its shape from it, as the configuration has.
  zod: /^src\/(configuration|http)\//,
  '@marcbachmann/cel-js': /^src\/configuration\//,
  'any-ascii': /^src\/configuration\//,
  // A connector of the user's own, by its path.
  'computed:url': /^src\/configuration\/own-data\.ts$/,
  // It reads schedules; what they say is data, and planning knows when they are due.
  cron: /^src\/configuration\/schedule\.ts$/,
  // The library is loaded for the first read.
  ldapts: /^connectors\/sources\/ldap\//,
  papaparse: /^test\//,
};

/** What only some places may do: the network, the files, other programs. */
const nodeDoors: readonly { readonly module: RegExp; readonly where: RegExp }[] = [
  // A named pipe is read and written between other events as a socket is, by the same class.
  { module: /^node:net/, where: /^src\/((scim|mock|http|daemon|notify)\/|cli\/files\.ts$)/ },
  { module: /^node:(http2?|https|tls|dns|dgram)/, where: /^src\/(scim|mock|http|daemon|notify)\// },
  {
    module: /^node:fs/,
    where: /^(src\/(configuration|store|wiring|cli|daemon|http|library)|connectors\/sources)\//,
  },
  { module: /^node:(child_process|cluster|vm)/, where: /^src\/(configuration|cli|daemon|notify)\// },
  { module: /^node:worker_threads/, where: /^src\/(cli|daemon|store\/(stage|queue))\// },
];

/** Pure: the same in, the same out. It reads nothing, waits for nothing, and knows neither the time nor chance. */
const pure = new Set(['model', 'protocol', 'planning', 'profile']);
/** Time and chance are passed in; nothing here takes them from the air. */
const timeless = new Set([...pure, 'store', 'delivery', 'engine', 'reports', 'notify']);

const impurities: readonly { readonly name: string; readonly words: RegExp }[] = [
  { name: 'process', words: /(?<![\w$.])process\s*[.[]/ },
  { name: 'a timer', words: /(?<![\w$.])(setTimeout|setInterval|setImmediate|queueMicrotask)\b/ },
  { name: 'fetch', words: /(?<![\w$.])fetch\s*\(/ },
  { name: 'performance', words: /(?<![\w$.])performance\s*\./ },
  { name: 'globalThis', words: /\bglobalThis\b/ },
  { name: 'await', words: /(?<![\w$.])await\s/ },
];

const fromTheAir: readonly { readonly name: string; readonly words: RegExp }[] = [
  { name: 'Date.now', words: /\bDate\s*\.\s*now\b/ },
  { name: 'new Date()', words: /\bnew\s+Date\s*(\(\s*\)|[^\s(])/ },
  { name: 'Math.random', words: /\bMath\s*\.\s*random\b/ },
  { name: 'process.env', words: /\bprocess\s*\.\s*env\b/ },
];

export function areaOf(path: string): string | undefined {
  return areas.find((area) => area.path.test(path))?.name;
}

/** -1 for a part that has no place yet; `undefined` for what is not in the mock. */
function mockFloor(path: string): number | undefined {
  const [, name] = /^src\/mock\/([^/.]+)/.exec(path) ?? [];
  return name === undefined ? undefined : mockFloors.indexOf(name);
}

/** Everything in these files that goes through a wall, one sentence each. */
export function violations(files: readonly SourceFile[]): readonly string[] {
  return [...files.flatMap(brokenBy), ...circles(files), ...heavyStart(files)];
}

/**
 * Files that can only be read all at once, by types as well; what is loaded when it is called is none of it. One sentence
 * for each circle, of as few files as it has.
 */
function circles(files: readonly SourceFile[]): readonly string[] {
  const below = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ kind, isLate }) => kind === 'file' && !isLate).map(({ from }) => from),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) found.push(`${[...way.slice(at), path].join(' → ')} is a circle`);
    if (at >= 0 || done.has(path)) return;
    for (const next of below.get(path) ?? []) follow(next, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) follow(path, []);
  return found;
}

function brokenBy(file: SourceFile): readonly string[] {
  const area = areas.find(({ path }) => path.test(file.path));
  if (area === undefined) return [`${file.path} belongs to no area of the house`];
  const found: string[] = [];
  for (const { from, kind, isType } of file.imports) {
    if (kind === 'file') {
      const other = areaOf(from);
      if (other !== area.name && (other === undefined || !area.below.includes(other)))
        found.push(`${file.path} (${area.name}) imports ${from} (${other ?? 'outside'})`);
      const [floor, reached] = [mockFloor(file.path), mockFloor(from)];
      if (floor !== undefined && reached !== undefined && (floor < 0 || reached > floor))
        found.push(`${file.path} reaches up to ${from}, inside of the mock`);
    } else if (kind === 'package') {
      // A service description and the store's types name what they need by `import type` as well: one door is one door.
      if (doors[from]?.test(file.path) !== true)
        found.push(`${file.path} imports ${from}, whose door is elsewhere`);
    } else {
      const door = nodeDoors.find(({ module }) => module.test(from));
      const isClosed = door !== undefined ? !door.where.test(file.path) : false;
      if (isClosed || (pure.has(area.name) && !isType)) found.push(`${file.path} imports ${from}`);
    }
  }
  if (area.name === 'profile' || area.name === 'service') found.push(...strangers(file));
  for (const { name, words } of pure.has(area.name) ? impurities : [])
    if (words.test(file.code)) found.push(`${file.path} is pure and uses ${name}`);
  for (const { name, words } of timeless.has(area.name) ? fromTheAir : [])
    if (words.test(file.code)) found.push(`${file.path} takes ${name} from the air`);
  return found;
}

/** A target's folder knows its own facts; a variant may build on the generic one, and on no other. */
function strangers(file: SourceFile): readonly string[] {
  const own = /^connectors\/targets\/([^/]+)\//.exec(file.path)?.[1];
  if (own === undefined) return [];
  return file.imports
    .map(({ from }) => ({ from, folder: /^connectors\/targets\/([^/]+)\//.exec(from)?.[1] }))
    .filter(({ folder }) => folder !== undefined && folder !== own && folder !== 'generic')
    .map(({ from }) => `${file.path} imports ${from}, another target's`);
}

/** `rollcall --help` loads the command line's own library and nothing else. */
function heavyStart(files: readonly SourceFile[]): readonly string[] {
  return loadedWith(files, 'src/cli/main.ts').flatMap((file) =>
    file.imports
      .filter((one) => one.kind === 'package' && !one.isType && !one.isLate && one.from !== 'commander')
      .map((one) => `src/cli/main.ts loads ${one.from} through ${file.path} before a command is known`),
  );
}
