import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ending } from './folder.ts';

/** Where Debian puts OpenLDAP's server; it is no program for everybody, so that it is on nobody's path. */
const SLAPD = '/usr/sbin/slapd';
const SCHEMAS = '/etc/ldap/schema';

/** Why there is no OpenLDAP on this machine; `undefined` where there is. */
export const noSlapd = existsSync(SLAPD)
  ? undefined
  : 'OpenLDAP is not installed (Debian: apt-get install slapd), so nothing was read from a real directory';

export interface Slapd {
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export const ROOT = { dn: 'cn=root,dc=example,dc=com', password: 'open sesame' };

/** The entries that everybody stands below: the root, and `ou=people`. */
export const head = `dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people
`;

interface Options {
  readonly suffix?: string;
  /** Lines of slapd.conf(5), before the database and in it. */
  readonly global?: string;
  readonly database?: string;
  /** What the server listens with: `ldap` or `ldaps`. */
  readonly scheme?: 'ldap' | 'ldaps';
}

/** A real OpenLDAP on a free port of the loopback, with the content of an LDIF text; gone when the test is over. */
export async function slapdWith(
  ending: Ending,
  ldif: string,
  { suffix = 'dc=example,dc=com', global = '', database = '', scheme = 'ldap' }: Options = {},
): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-slapd-'));
  ending.onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const configuration = join(folder, 'slapd.conf');
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'].map(
    (name) => `include ${SCHEMAS}/${name}.schema`,
  );
  writeFileSync(
    configuration,
    `${schemas.join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
${global}
database mdb
suffix "${suffix}"
rootdn "${ROOT.dn.replace('dc=example,dc=com', suffix)}"
rootpw "${ROOT.password}"
directory ${folder}
maxsize 10485760
${database}
`,
  );
  const data = join(folder, 'data.ldif');
  writeFileSync(data, ldif);
  execFileSync('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', data], { stdio: 'pipe' });
  for (let turn = 0; ; turn++) {
    const port = await freePort();
    const child = spawn(SLAPD, ['-d', '0', '-f', configuration, '-h', `${scheme}://127.0.0.1:${port}/`], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const isUp = await Promise.race([listening(port), ended.then(() => false)]);
    // Somebody else may have taken the port meanwhile.
    if (!isUp && turn < 5) continue;
    if (!isUp) throw new Error('slapd does not start');
    const stop = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await ended;
    };
    ending.onTestFinished(stop);
    return { port, folder, pid: child.pid!, stop };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether somebody answers at a port before long; slapd has no other way of saying that it is there. */
async function listening(port: number): Promise<boolean> {
  for (let turn = 0; turn < 500; turn++) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return true;
    await delay(20);
  }
  return false;
}
