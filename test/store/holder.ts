import { setTimeout as delay } from 'node:timers/promises';
import { lock } from '../../src/store/locks.ts';
import { openState } from '../../src/store/state.ts';

/** Takes the lock of a target on a state and keeps it until it is killed; says so on stdout. */
const [path, name] = process.argv.slice(2) as [string, string];
const attempt = lock(openState(path, true), name, 'sync --from a-child', 1234);
process.stdout.write(attempt.held ? 'held\n' : 'refused\n');
await delay(60_000);
