import { createPrivateKey } from 'node:crypto';
import type { JsonWebKey, KeyObject, webcrypto } from 'node:crypto';
import { RollcallError } from '../model/index.ts';
import type { Signature } from '../model/index.ts';

export interface SigningKeyRead {
  readonly key: webcrypto.CryptoKey;
  readonly algorithm: Signature;
}

const curves: Readonly<Record<string, Signature>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/**
 * A private key (PEM, or a JWK as of RFC 7517), fit for signing with the algorithm that is named or that suits it. Throws
 * `RollcallError('configuration')` where it is none or too weak; nothing of the key is in the message.
 */
export function readSigningKey(text: string, algorithm?: Signature): SigningKeyRead {
  const key = parse(text);
  const usual = usualAlgorithm(key);
  const chosen = algorithm ?? usual;
  // One kind of key, one family of algorithms; and an EC key has exactly one (RFC 7518 §3.4).
  const isFit = usual === 'RS256' ? /^[RP]S/.test(chosen) : chosen === usual;
  if (!isFit) throw refuse(`cannot sign with ${chosen}`, `algorithm: ${usual} suits it`);
  return { key: key.toCryptoKey(webAlgorithm(chosen), false, ['sign']), algorithm: chosen };
}

function parse(text: string): KeyObject {
  // A variable of an environment often holds the line breaks of a PEM as \n.
  const whole = text.includes('\n') ? text : text.replaceAll('\\n', '\n');
  if (/ENCRYPTED/.test(whole.slice(0, 200)))
    throw refuse('has a passphrase', 'keep it where only Rollcall may read it, without one');
  try {
    const jwk: unknown = whole.trimStart().startsWith('{') ? JSON.parse(whole) : undefined;
    return jwk === undefined
      ? createPrivateKey(whole)
      : createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    throw refuse('is no private key', 'it is PEM, beginning with -----BEGIN PRIVATE KEY-----, or a JWK');
  }
}

function usualAlgorithm(key: KeyObject): Signature {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve, modulusLength } = {} } = key;
  if (type === 'rsa') {
    // RFC 7518 §3.3.
    if ((modulusLength ?? 0) < 2048) throw refuse('has fewer than 2048 bits', 'make a longer one');
    return 'RS256';
  }
  const found = type === 'ed25519' ? 'EdDSA' : curves[namedCurve ?? ''];
  if (found === undefined)
    throw refuse('is of a kind that signs no assertion', 'RSA, P-256, P-384, P-521 or Ed25519');
  return found;
}

function webAlgorithm(
  algorithm: Signature,
): webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams | webcrypto.Algorithm {
  if (algorithm === 'EdDSA') return { name: 'Ed25519' };
  const bits = algorithm.slice(2);
  if (algorithm.startsWith('ES')) return { name: 'ECDSA', namedCurve: `P-${bits === '512' ? '521' : bits}` };
  return { name: algorithm.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash: `SHA-${bits}` };
}

function refuse(what: string, hint: string): RollcallError {
  return new RollcallError('configuration', { message: `the private key ${what}`, hint });
}
