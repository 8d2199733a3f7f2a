import { readFileSync } from 'node:fs';
import { RollcallError } from '../model/index.ts';
import { faultHelp, knownWords, readKey, readOrganisation, startMock } from '../mock/index.ts';
import type { Key } from '../mock/index.ts';
import { listServices, loadService } from '../../connectors/targets/services.ts';
import { letNurseryBeLarge } from './memory.ts';
import { print, say } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';
import { keepTickShape } from './ticks.ts';
import { fileTrouble } from './trouble.ts';

interface Options extends GlobalOptions {
  readonly as: string;
  readonly port: string;
  readonly host: string;
  readonly token?: string;
  readonly data?: string;
  readonly schemas?: string;
  readonly fault?: readonly string[];
  readonly journal?: string;
  readonly organisation?: readonly string[];
  readonly key?: readonly string[];
  readonly smtp?: string;
  readonly list?: boolean;
}

/** Plays a service in the foreground, until somebody stops it. */
export async function run(options: Options): Promise<number> {
  if (options.list) {
    await print(await shownServices(options.json === true));
    return 0;
  }
  if (options.fault?.includes('help')) {
    await print(options.json ? [JSON.stringify(knownWords())] : faultHelp());
    return 0;
  }
  if (options.token === '')
    throw new RollcallError('usage', {
      message: '--token is empty; nobody could come in with it.',
      hint: 'Without --token there is a random one.',
    });
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RollcallError('usage', `--port ${options.port}: a port is a number from 0 to 65535`);
  const { journal } = options;
  if (journal !== undefined && !/^\d{1,7}$/.test(journal))
    throw new RollcallError(
      'usage',
      `--journal ${journal}: how many requests are kept is a number below 10,000,000`,
    );
  letNurseryBeLarge();
  keepTickShape();
  const mock = await startMock({
    service: await loadService(options.as),
    port,
    host: options.host,
    ...(options.token !== undefined && { token: options.token }),
    ...(options.data !== undefined && { people: readPeople(options.data) }),
    ...(options.schemas !== undefined && {
      schemas: readSchemas(options.schemas),
      schemasFile: options.schemas,
    }),
    ...(options.fault !== undefined && { faults: options.fault }),
    ...(journal !== undefined && { journal: Number(journal) }),
    ...(options.organisation !== undefined && {
      organisations: options.organisation.map(readOrganisation),
    }),
    ...(options.key !== undefined && { keys: options.key.map(keyOf) }),
    ...(options.smtp !== undefined && { smtp: options.smtp }),
    tell: (sentence) => process.stderr.write(`rollcall mock: ${sentence}\n`),
  });
  const token = options.token === undefined ? { token: mock.token } : {};
  if (options.json)
    await print([
      JSON.stringify({
        service: options.as,
        url: mock.url,
        door: `${mock.origin}/_mock`,
        port: mock.port,
        ...token,
      }),
    ]);
  else {
    await print([
      `${options.as} listens at ${mock.url}`,
      ...(options.token === undefined ? [`token: ${mock.token}`] : []),
      `what it saw and did: ${mock.origin}/_mock/requests, /mailbox, /invitations, /sessions`,
    ]);
    say(options, 'Ctrl-C ends it');
  }
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await mock.close();
  return 0;
}

/** A key of the command line needs its token there: nobody would learn of a random one. */
function keyOf(text: string): Key {
  const { token, ...rest } = readKey(text);
  if (token !== undefined) return { token, ...rest };
  throw new RollcallError('usage', '--key needs a token, such as --key token=abc,permissions=scim');
}

/** The services that it can play, each with its title and where it was read about. As JSON: one line, an array. */
export async function shownServices(asJson: boolean): Promise<readonly string[]> {
  const known = (await listServices()).map(({ name, title, sources }) => ({ name, title, sources }));
  if (asJson) return [JSON.stringify(known)];
  const width = Math.max(...known.map(({ name }) => name.length)) + 2;
  return known.flatMap(({ name, title, sources }) => [
    name.padEnd(width) + title,
    ...sources.map((source) => ' '.repeat(width) + source),
  ]);
}

function readPeople(path: string): unknown {
  return readJson(path, 'users', 'a JSON array of SCIM users, or a ListResponse');
}

function readSchemas(path: string): unknown {
  return readJson(path, 'schemas', 'a JSON object with "resourceTypes" and "extensions"');
}

function readJson(path: string, what: string, hint: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RollcallError('usage', {
      message: `${path} cannot be read as ${what}: ${fileTrouble(error)}`,
      hint,
    });
  }
}
