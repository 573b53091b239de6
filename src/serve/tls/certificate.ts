import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';

/** Both in PEM: the certificate, with those of its issuers behind it, and its private key. */
export type CertificatePaths = { readonly certificate: string; readonly key: string };

export type Certificate = { readonly cert: Buffer; readonly key: Buffer };

/**
 * What a TLS server needs, read anew with each call. Throws `tls-unusable` for what cannot be read,
 * is none, does not belong together, or is not valid at this moment.
 */
export function readCertificate(
  { certificate, key }: CertificatePaths,
  nowMs: number,
): Certificate {
  const pair = { cert: readFrom(certificate), key: readFrom(key) };
  const parsed = parse(certificate, () => new X509Certificate(pair.cert));
  const privateKey = parse(key, () => createPrivateKey(pair.key));
  refuseWhatDoesNotFit({ certificate, key }, parsed, privateKey);
  if (parsed.validToDate.getTime() < nowMs)
    throw unusable(certificate, `it expired at ${parsed.validToDate.toISOString()}`);
  if (parsed.validFromDate.getTime() > nowMs)
    throw unusable(certificate, `it is valid from ${parsed.validFromDate.toISOString()} on`);
  return pair;
}

function refuseWhatDoesNotFit(
  paths: CertificatePaths,
  certificate: X509Certificate,
  key: KeyObject,
): void {
  if (certificate.checkPrivateKey(key)) return;
  throw unusable(paths.certificate, `the key ${paths.key} belongs to another certificate`);
}

function readFrom(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unusable(path, `it cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

function parse<Parsed>(path: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isLocked = code === 'ERR_MISSING_PASSPHRASE';
    throw unusable(path, isLocked ? 'it is encrypted' : 'it is none in PEM', error);
  }
}

function unusable(path: string, problem: string, cause?: unknown): LimberError {
  return new LimberError('tls-unusable', { path, problem }, { cause });
}
