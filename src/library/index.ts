import type { Rollcall, RollcallOptions } from './types.ts';

export { RollcallError } from '../model/errors.ts';
export type { ErrorCode, Locus, Problem } from '../model/errors.ts';
export type * from './types.ts';

/**
 * Rollcall within another program: the same runs as those of the command line, with the same configuration, state, locks,
 * limits and audit trail. It writes to no stream, ends no process and takes nothing from the environment but what `env`
 * says. Rejected with a `RollcallError` that has everything which is wrong with the configuration.
 */
export async function createRollcall(options: RollcallOptions = {}): Promise<Rollcall> {
  const { open } = await import('./rollcall.ts');
  return open(options);
}
