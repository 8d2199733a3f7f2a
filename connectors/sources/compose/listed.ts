import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { LISTED_AS, LISTED_GROUP, RollcallError } from '../../../src/model/index.ts';
import type {
  JsonOptions,
  ListedGroup,
  ListedGroups,
  Receipt,
  Source,
  SourceRecord,
  Template,
} from '../../../src/model/index.ts';
import { findPages } from '../pages.ts';
import { RecordView } from '../view.ts';
import { told } from './telling.ts';

type OpenList = (options: JsonOptions) => Source;
type Reading<Result> = AsyncGenerator<readonly SourceRecord[], Result>;

/**
 * The people of a source, and behind them the groups that are listed apart from them, each a record that says who is in it
 * (`LISTED_GROUP`), by what it and every person is named there (`LISTED_AS`). `name` tells this source's ids from those of
 * another one.
 *
 * A group whose members cannot be read whole is a defective record: they are unknown, and not none.
 */
export function withListedGroups(
  people: Source,
  name: string,
  groups: ListedGroups,
  openList: OpenList,
): Source {
  return { ...people, read: (...names) => read(people, name, groups, openList, names) };
}

async function* read(
  people: Source,
  name: string,
  groups: ListedGroups,
  openList: OpenList,
  names: Parameters<Source['read']>,
): Reading<Receipt> {
  const { list, match } = groups;
  const sum = createHash('sha256');
  const nameOf = (record: SourceRecord): string | undefined => scoped(name, told(match, record));
  const reading = people.read(...names);
  let step = await reading.next();
  for (; step.done !== true; step = await reading.next())
    yield step.value.map((record) => new ListedRecord(record, nameOf(record)));
  const { value: receipt } = step;
  sum.update(receipt.sha256);

  const files = await memberFiles(groups.members.paths);
  const columns = new Map(
    [groups.name, match].flatMap(({ columns: own, locus }) => own.map((one) => [one, [locus]])),
  );
  const listing = openList(list).read(columns);
  let given = await listing.next();
  for (; given.done !== true; given = await listing.next())
    for (const record of given.value) {
      const { group, defect, sha256 } = await groupOf(record, name, groups, files, openList);
      sum.update(`\0${sha256}`);
      yield [new ListedRecord(record, nameOf(record), group, defect)];
    }
  sum.update(`\0${given.value.sha256}`);
  const reasons = [
    ...receipt.reasons,
    ...given.value.reasons.map((reason) => `the list of groups: ${reason}`),
    ...strayReasons(files),
  ];
  return {
    ...receipt,
    count: receipt.count + given.value.count,
    sha256: sum.digest('hex'),
    complete: receipt.complete && reasons.length === receipt.reasons.length,
    reasons,
    counts: { ...receipt.counts, groups: given.value.count },
  };
}

/** What other sources name by the same id is somebody else. */
function scoped(name: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${name}\0${id}`;
}

class ListedRecord extends RecordView {
  readonly #as: string | undefined;
  readonly #group: ListedGroup | undefined;
  readonly #defect: string | undefined;

  constructor(origin: SourceRecord, as: string | undefined, group?: ListedGroup, defect?: string) {
    super(origin);
    this.#as = as;
    this.#group = group;
    this.#defect = defect;
  }

  override get defect(): string | undefined {
    return super.defect ?? this.#defect;
  }

  override fields(): Readonly<Record<string, unknown>> {
    const group = this.#group === undefined ? {} : { [LISTED_GROUP]: this.#group };
    return { ...super.fields(), [LISTED_AS]: this.#as, ...group };
  }
}

interface Read {
  readonly group: ListedGroup;
  readonly defect?: string;
  readonly sha256: string;
}

async function groupOf(
  record: SourceRecord,
  source: string,
  { name: naming, members, match, nested }: ListedGroups,
  files: MemberFiles,
  openList: OpenList,
): Promise<Read> {
  const id = told(match, record);
  const name = told(naming, record);
  const lacking = (defect: string): Read => ({
    group: { key: id ?? '', name: name ?? '', members: [], nested },
    defect,
    sha256: '',
  });
  if (id === undefined) return lacking(`${match.text} gives a group of the list nothing`);
  const paths = files.of(id);
  if (name === undefined) return lacking(`${naming.text} gives the group ${id} no name`);
  if (paths.length === 0) return lacking(`no file of members is named after the group "${name}" (${id})`);
  try {
    const { ids, sha256 } = await readMembers(openList({ ...members, paths }), match);
    return { group: { key: id, name, members: ids.map((one) => scoped(source, one)!), nested }, sha256 };
  } catch (error) {
    if (!(error instanceof RollcallError) || error.code !== 'source') throw error;
    return lacking(`the members of the group "${name}" are unknown: ${error.message}`);
  }
}

/** Throws where somebody may be missing. */
async function readMembers(
  list: Source,
  match: Template,
): Promise<{ readonly ids: readonly string[]; readonly sha256: string }> {
  const ids: string[] = [];
  const reading = list.read(new Map());
  try {
    let step = await reading.next();
    for (; step.done !== true; step = await reading.next())
      for (const record of step.value) ids.push(idOf(record, match, list));
    const { complete, reasons, sha256 } = step.value;
    if (complete) return { ids, sha256 };
    throw new RollcallError('source', { message: reasons.join('; '), locus: { file: list.file } });
  } finally {
    // What was not read to its end still holds its file open.
    await reading.return(undefined as never);
  }
}

function idOf(record: SourceRecord, match: Template, list: Source): string {
  const id = record.defect === undefined ? told(match, record) : undefined;
  if (id !== undefined) return id;
  const { line, file = list.file, defect = `${match.text} gives a member nothing` } = record;
  throw new RollcallError('source', { message: `${file}:${line}: ${defect}`, locus: { file, line } });
}

/** The files of members by what their names have for `*`. */
interface MemberFiles {
  of(id: string): readonly string[];
  readonly left: ReadonlySet<string>;
}

/** What follows the id in the name of a further page. */
const PAGE = /^(.+)[._-](\d{1,9})$/;

async function memberFiles(patterns: readonly string[]): Promise<MemberFiles> {
  const found = (await findPages(patterns)).map(({ path }) => ({ path, stem: stemOf(path, patterns) }));
  const whole = new Map(found.map(({ path, stem }) => [stem, path]));
  const pages = Map.groupBy(found, ({ stem }) => PAGE.exec(stem)?.[1]);
  const left = new Set(found.map(({ path }) => path));
  return {
    left,
    of(id) {
      const first = whole.get(id);
      const further = [...(pages.get(id) ?? [])].sort((one, other) => pageOf(one.stem) - pageOf(other.stem));
      const paths = [...(first === undefined ? [] : [first]), ...further.map(({ path }) => path)];
      for (const path of paths) left.delete(path);
      return paths;
    },
  };
}

function pageOf(stem: string): number {
  return Number(PAGE.exec(stem)?.[2] ?? 0);
}

function stemOf(path: string, patterns: readonly string[]): string {
  for (const pattern of patterns) {
    const [before = '', behind = ''] = basename(pattern).split('*');
    const name = basename(path);
    if (dirname(path) === dirname(pattern) && name.startsWith(before) && name.endsWith(behind))
      return name.slice(before.length, name.length - behind.length);
  }
  return basename(path);
}

/** A file of a group that is not listed: the list may lack a page. */
function strayReasons({ left }: MemberFiles): readonly string[] {
  const [first, ...more] = left;
  if (first === undefined) return [];
  return [
    `${first}${more.length === 0 ? '' : ` and ${more.length} more`}: no group of the list is named so, and the list may lack a page`,
  ];
}
