/**
 * Installs what `npm pack` would publish into an empty project, and uses it there: the program, the library, its types and
 * its example. `npm run pack-check` takes the packages from the registry and tries each Node that package.json allows;
 * `--offline` unpacks the tarball beside the packages of this checkout, for the Node that is at hand.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const isOffline = process.argv.includes('--offline');
const token = 'pack-check';
const folder = await mkdtemp(join(tmpdir(), 'rollcall-pack-'));
const project = join(folder, 'project');
const installed = join(project, 'node_modules', 'rollcall');

/** What a project of TypeScript takes from the package: nothing of it may be `any`. */
const consumer = `
import { createRollcall, RollcallError } from 'rollcall';
import type { Rollcall, SyncEvent } from 'rollcall';

type IsAny<T> = 0 extends 1 & T ? true : false;
const rollcall: Rollcall = await createRollcall({ config: 'rollcall.yaml' });
const run = rollcall.sync({ targets: ['cosmo'], changes: { records: [{ id: '1' }] } });
for await (const event of run) {
  const no: IsAny<typeof event> = false;
  const told: SyncEvent = event;
  if (told.type === 'operation') console.log(told.key.length, told.status?.toFixed(), no);
}
const { targets } = await run;
const state: 'done' | 'held' | 'partial' | 'failed' | undefined = targets['cosmo']?.state;
const error = new RollcallError('usage', 'x');
console.log(state, error.code, error.problems.length, error.locus?.line, (await rollcall.plan()).targets['cosmo']?.operations[0]?.key);
// @ts-expect-error: there is no such option
rollcall.sync({ everything: true });
`;

/** What a script takes from it. */
const script = `
import { createRollcall, RollcallError } from 'rollcall';
const rollcall = await createRollcall({ env: { COSMO_API_KEY: '${token}' } });
const first = await rollcall.sync();
const { targets: { cosmo } } = await rollcall.plan();
const refused = await import('rollcall/dist/main.js').catch((error) => error.code);
const wrong = await createRollcall({ config: 'nowhere.yaml' }).catch((error) => error instanceof RollcallError);
console.log(first.targets.cosmo.state, first.targets.cosmo.counts.User.create, cosmo.operations.length, refused, wrong);
`;

try {
  await install();
  await typesHold();
  for (const node of await nodes()) await tryWith(node);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function install() {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename, files, size }] = JSON.parse(stdout);
  const strange = files
    .map(({ path }) => path)
    .filter((path) => /(^|\/)(test|src|scripts|node_modules)\/|\.(db|env)$/.test(path));
  check('the tarball', strange.join(', '), '');
  await mkdir(installed, { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  const tarball = join(folder, filename);
  if (isOffline) {
    await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
    await symlink(
      join(root, 'node_modules', 'better-sqlite3'),
      join(project, 'node_modules', 'better-sqlite3'),
    );
  } else await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: project });
  const count = (await readdir(join(project, 'node_modules'))).length;
  console.log(
    `${filename}: ${files.length} files, ${Math.round(size / 1024)} kB; ${count} packages installed`,
  );
}

/** The declarations alone, without anything else of this checkout but the compiler. */
async function typesHold() {
  await writeFile(join(project, 'consumer.ts'), consumer);
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,dom',
  ];
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, 'consumer.ts'], {
    cwd: project,
  }).catch(fails('the types'));
  console.log('the types hold in a strict project');
}

/** The command lines of the Nodes that it is tried with. */
async function nodes() {
  if (isOffline) return [[process.execPath]];
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const first = Number(/\d+/.exec(engines.node)[0]);
  return [first, first + 2, first + 4].map((major) => ['npx', '--yes', '-p', `node@${major}`, 'node']);
}

async function tryWith([command, ...before]) {
  const node = (args, options = {}) => run(command, [...before, ...args], { cwd: project, ...options });
  const { stdout: version } = await node(['--version']).catch(fails(`${command} ${before.join(' ')}`));
  const program = join(installed, 'bin', 'rollcall.js');
  check(
    '--version',
    (await node([program, '--version'])).stdout.trim(),
    JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')).version,
  );
  const { url, end } = await mock([command, ...before, program]);
  try {
    const text = await readFile(join(installed, 'config', 'rollcall.yaml'), 'utf8');
    const configuration = text
      .replace('http://127.0.0.1:4100/scim/v2', url)
      .replace('../rollcall.db', './rollcall.db')
      .replace('./people/day1.csv', './people.csv');
    await writeFile(join(project, 'rollcall.yaml'), configuration);
    await copyFile(join(installed, 'config', 'people', 'day1.csv'), join(project, 'people.csv'));
    await rm(join(project, 'rollcall.db'), { force: true });
    await writeFile(join(project, 'script.js'), script);
    check(
      'the library',
      (await node(['script.js'])).stdout.trim(),
      'done 292 0 ERR_PACKAGE_PATH_NOT_EXPORTED true',
    );
    const env = { ...process.env, COSMO_API_KEY: token };
    const plan = JSON.parse((await node([program, 'plan', '--json'], { env })).stdout);
    check('the program', JSON.stringify(plan.targets.cosmo.counts.User), '{}');
    const hr = spawn(command, [...before, join(installed, 'config', 'examples', 'hr-event.js')], {
      cwd: project,
      env,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    hr.stdin.end('{"type":"leave","person":{"employee_id":"E1001"}}\n');
    check('the example', String((await once(hr, 'close'))[0]), '0');
  } finally {
    await end();
  }
  console.log(`Node ${version.trim()}: the program, the library and the example do what they should`);
}

/** The installed program as a service to try the rest on. */
async function mock([command, ...before]) {
  const child = spawn(command, [...before, 'mock', '--port', '0', '--token', token], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/\S+\/scim\/v2/.exec(line) ?? [];
    // npx has a shell of its own between: all of the group ends.
    if (url !== undefined) return { url, end: () => (process.kill(-child.pid, 'SIGTERM'), ended) };
  }
  throw new Error('the mock has not started');
}

function check(what, found, wanted) {
  if (found !== wanted)
    throw new Error(`${what}: ${found || '(nothing)'} in the place of ${wanted || '(nothing)'}`);
}

function fails(what) {
  return ({ stdout = '', stderr = '', message }) => {
    throw new Error(`${what}: ${stdout}${stderr || message}`);
  };
}
