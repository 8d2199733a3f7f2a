import { resolve } from 'node:path';
import { isObject, RollcallError } from '../model/index.ts';
import type { Configuration, Problem, Profile, TargetConfiguration } from '../model/index.ts';
import { readDocument } from './document.ts';
import type { ConfigurationDocument } from './document.ts';
import { readTextFile } from './file.ts';
import { durationSeconds } from './durations.ts';
import { readHttp } from './http.ts';
import { createLanguage, recordKindOf } from './language.ts';
import type { Language } from './language.ts';
import { readMapping } from './mapping.ts';
import { readNotify } from './notify.ts';
import { readOwnConnectors } from './own-connector.ts';
import { didYouMean } from '../model/nearest.ts';
import { underlay } from './preset.ts';
import type { Presets, Underlaid } from './preset.ts';
import { startReading } from './reading.ts';
import type { Reading } from './reading.ts';
import { parserFor } from './schedule.ts';
import type { Environment } from './secret.ts';
import { keptFor } from './schema.ts';
import { inOrder, shapeProblems } from './shape.ts';
import { folderOf, pathsOf, readSource } from './source.ts';
import { readTarget } from './target.ts';

export interface LoadOptions {
  /** The connectors that targets may name. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What a source may name as its preset. */
  readonly presets: Presets;
  /** `undefined` where nothing will be sent: then it does not matter whether a target's variables are set. */
  readonly env: Environment | undefined;
  /** Milliseconds since 1970, for `today()` and `now()`; the machine's clock unless given. */
  readonly clock?: () => number;
}

/**
 * Reads a configuration file. Throws one `RollcallError('configuration')` with everything that is wrong with it, each
 * with its place; nothing of a secret, and no value that has the wrong shape, stands in it.
 */
export async function loadConfiguration(file: string, options: LoadOptions): Promise<Configuration> {
  const { text, sha256 } = await readTextFile(file, 'configuration');
  const { document, problems } = readDocument(text, file);
  if (!document) throw new RollcallError('configuration', problems);
  if (!isObject(document.value))
    throw new RollcallError('configuration', {
      message: document.value === null ? 'the configuration is empty' : 'the configuration is no map of keys',
      locus: document.locate([]),
      hint: '`rollcall init` writes one to begin with',
    });
  return build(underlay(document, options.presets), sha256, options);
}

async function build(
  { document, presets }: Underlaid,
  digest: string,
  options: LoadOptions,
): Promise<Configuration> {
  const problems = shapeProblems(document);
  const warnings: Problem[] = [];
  const timeZone = readTimeZone(document, problems);
  const language = await languageFor(document, timeZone, options.clock ?? Date.now);
  const reading = startReading(document, language, problems, warnings);
  const folder = folderOf(document.file);
  const { own, problems: ofOwn } = await readOwnConnectors(document, options.profiles);
  const schedules = await parserFor(document);

  const source = readSource({ reading, folder, presets, env: options.env });
  const mapping = readMapping(reading);
  const targets: TargetConfiguration[] = [];
  const names = Object.keys(isObject(reading.raw(['targets'])) ? (reading.raw(['targets']) as object) : {});
  for (const name of names) {
    const target = readTarget(reading, name, {
      ...options,
      own,
      folder,
      schedules,
      timeZone,
      inherited: mapping?.paths,
    });
    if (target) targets.push(target);
  }
  checkNames(reading, names);
  checkUrls(reading, targets);
  const notify = readNotify(reading, folder, options.env);
  const http = readHttp(reading, folder, options.env);
  const state = reading.raw(['state']) ?? 'rollcall.db';
  const keep = reading.part(['audit', 'keep'], keptFor);
  if (typeof state === 'string' && source !== undefined)
    checkState(reading, resolve(folder, state), pathsOf(source));

  if (problems.length + ofOwn.length > 0)
    throw new RollcallError('configuration', [...inOrder(problems), ...ofOwn]);
  if (!source || !mapping || typeof state !== 'string' || targets.length < names.length)
    throw new RollcallError(
      'internal',
      'the configuration could not be built, and nothing was found to be wrong with it',
    );
  return {
    file: resolve(document.file),
    digest,
    parts: [...own.keys()].map((path) => resolve(folder, path)),
    state: resolve(folder, state),
    timeZone,
    ...(keep !== undefined && { keepAudit: durationSeconds(keep) * 1000 }),
    source,
    mapping: mapping.mapping,
    targets,
    ...(notify.length > 0 && { notify }),
    ...(http && { http }),
    warnings: inOrder(warnings),
  };
}

function readTimeZone(document: ConfigurationDocument, problems: Problem[]): string {
  const { timeZone } = document.value as { timeZone?: unknown };
  if (typeof timeZone !== 'string' || timeZone === '') return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    const hint = didYouMean(timeZone, Intl.supportedValuesOf('timeZone')) ?? 'such as Europe/Berlin or UTC';
    problems.push({
      message: 'there is no time zone of this name',
      locus: document.locate(['timeZone']),
      hint,
    });
    return 'UTC';
  }
}

/** Tables of half a megabyte stand behind `ascii`: they are loaded where an expression asks for it. */
async function languageFor(
  document: ConfigurationDocument,
  timeZone: string,
  clock: () => number,
): Promise<Language> {
  const asks = /\bascii\s*\(/.test(JSON.stringify(document.value));
  const transliterate = asks ? (await import('any-ascii')).default : undefined;
  const { source, sources = {} } = document.value as { source?: unknown; sources?: object | null };
  const { population } = document.value as { population?: unknown };
  const isJoined = isObject(population) && population['join'] !== undefined;
  const all = source === undefined ? Object.values(sources ?? {}) : [source];
  // What is joined stands within the records of another source.
  const record = isJoined
    ? 'any'
    : recordKindOf(all.map((one) => (isObject(one) ? one['connector'] : undefined)));
  return createLanguage({ timeZone, clock, record, ...(transliterate && { transliterate }) });
}

function checkNames(reading: Reading, names: readonly string[]): void {
  const olds = new Map<string, string>();
  for (const name of names) {
    const path = ['targets', name, 'renamedFrom'];
    const old = reading.raw(path);
    if (typeof old !== 'string') continue;
    if (names.includes(old))
      reading.problem(path, `there still is a target of this name, so ${name} cannot have its accounts`);
    else if (olds.has(old)) reading.problem(path, `${olds.get(old)!} was renamed from this name too`);
    olds.set(old, name);
  }
}

/** What a state that cannot be opened is told to do is to move it aside, which nobody shall do with these. */
function checkState(reading: Reading, state: string, sources: readonly string[]): void {
  const { file } = reading.document;
  const what =
    resolve(file) === state ? 'the configuration' : sources.includes(state) ? 'the source' : undefined;
  if (what !== undefined)
    reading.problem(
      ['state'],
      `this is the file of ${what}, and the state is one of its own`,
      'name a file that is not there yet, such as ./rollcall.db',
    );
}

/** Rule 9: two targets on one base URL would undo each other's work. */
function checkUrls(reading: Reading, targets: readonly TargetConfiguration[]): void {
  const seen = new Map<string, string>();
  for (const { name, baseUrl } of targets) {
    const other = seen.get(baseUrl);
    if (other === undefined) seen.set(baseUrl, name);
    else
      reading.problem(
        ['targets', name, 'baseUrl'],
        `${other} has the same base URL, and two targets cannot share one`,
      );
  }
}
