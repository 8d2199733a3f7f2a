// The client of the mock's speed: `node drive.ts METHOD URL FILE CONNECTIONS STATUS WARM`. Each line of the file is a
// body that is posted, or what follows the URL in a GET. It writes and reads bytes, so that the server is what is busy;
// the first WARM lines are not counted.
import { connect } from 'node:net';
import { readFileSync } from 'node:fs';

const [, , method = '', target = '', file = '', connections = '', status = '', warm = ''] = process.argv;
const url = new URL(target);
const head =
  `Host: ${url.host}\r\nAuthorization: Bearer ${process.env['BENCH_TOKEN']}\r\n` +
  'Accept: application/scim+json\r\n';

function requestOf(line: string): Buffer {
  if (method === 'GET') return Buffer.from(`GET ${url.pathname}${line} HTTP/1.1\r\n${head}\r\n`);
  return Buffer.from(
    `${method} ${url.pathname} HTTP/1.1\r\n${head}Content-Type: application/scim+json\r\n` +
      `Content-Length: ${Buffer.byteLength(line)}\r\n\r\n${line}`,
  );
}

const requests = readFileSync(file, 'utf8').trimEnd().split('\n').map(requestOf);
let next = 0;
let started = performance.now();

/** Takes requests until none is left, one at a time. */
function walk(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let rest = '';
    const send = (): void => {
      if (next === Number(warm)) started = performance.now();
      const request = requests[next++];
      if (request) socket.write(request);
      else {
        socket.end();
        resolve();
      }
    };
    socket.setNoDelay(true);
    socket.once('connect', send);
    socket.once('error', reject);
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^content-length: *(\d+)/im.exec(rest.slice(0, end))?.[1]);
      if (rest.length < end + 4 + length) return;
      if (!rest.startsWith(`HTTP/1.1 ${status} `)) reject(new Error(`answered ${rest.slice(0, 500)}`));
      rest = '';
      send();
    });
  });
}

await Promise.all(Array.from({ length: Number(connections) }, walk));
const seconds = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ seconds, requests: requests.length - Number(warm) }));
