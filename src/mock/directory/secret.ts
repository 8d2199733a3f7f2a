import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A password as it is kept: salt and hash. One round of SHA-256 will do for accounts that a mock made up. */
export function sealed(password: string): string {
  const salt = randomBytes(8).toString('hex');
  return `${salt}:${hash('sha256', salt + password)}`;
}

export function opens(seal: string, password: string): boolean {
  const [salt = '', digest = ''] = seal.split(':');
  const given = hash('sha256', salt + password);
  return given.length === digest.length && timingSafeEqual(Buffer.from(given), Buffer.from(digest));
}
