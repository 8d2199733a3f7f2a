/**
 * Makes the pictures of docs/images anew: the sample company goes to three services that the mock plays, of which one is
 * in trouble, and every page of the daemon is taken in a real Chromium, wide and narrow, light and dark. axe-core looks at
 * each of them as well, and the exit code is 1 where it finds something.
 *
 *   npm run build && npm run pictures [-- FOLDER]
 *
 * What happens in minutes here is spread over days, so that charts have something to show. Needs Chromium, and takes
 * pngquant to make the files small, where it is there.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const rollcall = join(root, 'bin', 'rollcall.js');
const images = process.argv[2] ?? join(root, 'docs', 'images');
const folder = await mkdtemp(join(tmpdir(), 'rollcall-pictures-'));
const token = 'pictures';
const key = `rollcall_${'pictures'.repeat(5)}`;
const children = [];
const day = 86_400_000;

/** The person whose page is shown, and who is about to be offboarded. */
const person = 'E1035';
const pages = [
  ['sign-in', '/sign-in'],
  ['overview', '/'],
  ['target', '/target?name=wiki'],
  ['held', '/held?target=cosmo'],
  ['person', `/person?key=${person}`],
  ['offboard', `/offboard?key=${person}`],
  ['people', '/people?q=kov'],
  ['access', '/access?target=cosmo&q=an'],
  ['failures', '/failures'],
  ['leavers', '/leavers'],
  ['runs', '/runs'],
  ['history', '/history'],
];
const sizes = { wide: { width: 1280, height: 860 }, narrow: { width: 390, height: 844 } };

try {
  const services = {
    cosmo: await mock('cosmo'),
    wiki: await mock('grafana', 'status=400,method=PATCH,share=0.3'),
    chat: await mock('rfc'),
  };
  await configure(services);
  await work();
  await spread();
  await takeAll(await daemon());
} finally {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}

function start(args) {
  const child = spawn(process.execPath, [rollcall, ...args], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

function environment() {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: folder,
    TOKEN: token,
    USER: 'ada',
    SUDO_USER: 'ada',
  };
}

async function mock(as, ...faults) {
  const more = faults.flatMap((fault) => ['--fault', fault]);
  const child = start(['mock', '--as', as, '--port', '0', '--token', token, ...more]);
  return addressIn(child.stdout, (line) => /http:\/\/\S+/.exec(line)?.[0]);
}

async function addressIn(stream, find) {
  for await (const line of createInterface({ input: stream })) {
    const found = find(line);
    if (found !== undefined) {
      stream.resume();
      return found;
    }
  }
  throw new Error('it has ended before it said where it is');
}

async function configure(services) {
  const text = await readFile(join(root, 'config', 'rollcall.yaml'), 'utf8');
  const common = text
    .slice(0, text.indexOf('\ntargets:'))
    .replace('../rollcall.db', './rollcall.db')
    .replace('./people/day1.csv', './people.csv');
  const auth = 'auth: { kind: bearer, token: { env: TOKEN } }';
  const hash = createHash('sha256').update(key).digest('hex');
  await writeFile(
    join(folder, 'rollcall.yaml'),
    `${common}
targets:
  cosmo:
    connector: cosmo
    baseUrl: ${services.cosmo}
    ${auth}
    limits: { deactivate: { count: 5, floor: 3 } }
  wiki:
    connector: grafana
    baseUrl: ${services.wiki}
    ${auth}
    assign: \${'Engineers' in groups || record.department == 'Customer Care'}
    limits: { deactivate: { count: 100 }, memberRemove: { count: 500 } }
  chat:
    connector: generic
    baseUrl: ${services.chat}
    ${auth}
    limits: { deactivate: { count: 100 }, memberRemove: { count: 500 } }
http:
  port: 0
  keys: [{ name: ada, hash: ${hash}, scopes: [read, approve, operate] }]
`,
  );
}

/** Weeks in a company: hires, changes, leavers, somebody who is off at once, a target that is paused. */
async function work() {
  const header = (text) => text.slice(0, text.indexOf('\n'));
  const dayOne = await readFile(join(root, 'config', 'people', 'day1.csv'), 'utf8');
  const dayTwo = await readFile(join(root, 'config', 'people', 'day2.csv'), 'utf8');
  const rows = dayOne.split(/\n(?=E\d{4},)/).slice(1);
  await write(dayOne);
  await say('sync', '--wait', '0s');
  for (let week = 1; week <= 14; week++) {
    const changed = rows.map((row, index) => {
      if (index < 3 * week && row.split(',')[1] === 'active' && index % 2 === 0)
        return row.replace(',active,', ',left,');
      return index % 40 === week ? row.replace(/(Analyst|Engineer|Manager|Planner)/, 'Senior $1') : row;
    });
    await write([header(dayOne), ...changed].join('\n'));
    await say('sync', 'wiki', 'chat', '--wait', '0s');
  }
  await say('offboard', 'E1002', '--reason', 'the laptop was stolen', '--wait', '0s');
  await write(dayTwo);
  await say('sync', '--wait', '0s');
  await say('pause', 'chat', '--reason', 'the vendor moves to another region');
}

async function write(text) {
  await writeFile(join(folder, 'people.csv'), text);
}

/** Whatever it ends with: what is held and what fails is what is to be seen. */
async function say(...words) {
  await run(process.execPath, [rollcall, ...words, '--quiet'], { cwd: folder, env: environment() }).catch(
    ({ code, stderr }) => {
      if (![3, 4].includes(code)) throw new Error(`rollcall ${words.join(' ')}: ${code}\n${stderr}`);
    },
  );
}

async function spread() {
  const db = new Database(join(folder, 'rollcall.db'));
  const now = Date.now();
  const runs = db.prepare('SELECT id, ended_at - started_at AS took FROM run ORDER BY id DESC').all();
  runs.forEach(({ id, took }, index) => {
    const began = now - 120_000 - index * 0.55 * day - (id % 3) * 3_600_000;
    db.prepare('UPDATE run SET started_at = ?, ended_at = ? WHERE id = ?').run(
      began,
      began + took + (id % 4) * 400_000,
      id,
    );
  });
  db.exec(`UPDATE leaver SET at = ${now} - (rowid * 7919 % 2000) * ${(28 * day) / 2000},
    milliseconds = 2000 + (rowid * 104729 % 240000) + iif(rowid % 17 = 0, 40000000, 0) + iif(rowid % 9 = 0, 2400000, 0)`);
  db.close();
}

async function daemon() {
  const child = start(['daemon']);
  return addressIn(child.stderr, (line) => JSON.parse(line).address);
}

async function takeAll(base) {
  await mkdir(images, { recursive: true });
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    for (const colorScheme of ['light', 'dark'])
      for (const [size, viewport] of Object.entries(sizes)) {
        const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
        const page = await context.newPage();
        for (const [name, path] of pages) {
          if (name === 'overview') {
            await page.fill('#key', key);
            await page.press('#key', 'Enter');
            await page.waitForSelector('nav[aria-label="Main"]');
          }
          await page.goto(`${base}${path}`, { waitUntil: 'load' });
          await take(page, `page-${name}-${size}-${colorScheme}`);
          await page.evaluate(axe);
          const found = await page.evaluate(
            'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`))',
          );
          const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
          for (const one of [...found, ...(isWide ? ['it is wider than the screen'] : [])]) {
            console.error(`${name}, ${size}, ${colorScheme}: ${one}`);
            process.exitCode = 1;
          }
        }
        await context.close();
      }
  } finally {
    await browser.close();
  }
}

async function take(page, name) {
  const path = join(images, `${name}.png`);
  await page.screenshot({ path });
  await run('pngquant', ['--force', '--strip', '--nofs', '--speed', '1', '--ext', '.png', '48', path]).catch(
    ({ code, stderr }) => {
      if (code !== 'ENOENT') throw new Error(`${name} could not be made small: ${stderr}`);
    },
  );
}
