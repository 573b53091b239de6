import { mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { readCertificate, type CertificatePaths } from './certificate.ts';
import { makeCertificate } from './make-certificate.ts';

const DAY_MS = 86_400_000;
const VALID_DAYS = 90;
/** Made anew that long before it ends. */
const LEFT_DAYS = 7;

/**
 * A certificate of this server's own, for development: nobody knows it who was not given the file.
 * It is kept, so that whoever trusts it once does so after a restart as well.
 */
export async function ownCertificate(
  home: string,
  host: string,
  nowMs: number,
): Promise<CertificatePaths> {
  const folder = join(home, 'tls');
  const paths = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  if (isStillGood(paths, host, nowMs)) return paths;
  const made = await makeCertificate(namesFor(host), nowMs, VALID_DAYS * DAY_MS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(paths.key, made.key, { mode: 0o600 });
  writeFileSync(paths.certificate, made.cert);
  return paths;
}

function isStillGood(paths: CertificatePaths, host: string, nowMs: number): boolean {
  try {
    const { cert } = readCertificate(paths, nowMs + LEFT_DAYS * DAY_MS);
    const certificate = new X509Certificate(cert);
    return namesFor(host).every((name) =>
      isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name),
    );
  } catch {
    // There is none, or none that can be used: one is made.
    return false;
  }
}

/** Everything that this server may be called by those who are given the certificate. */
function namesFor(host: string): readonly string[] {
  return [...new Set(['localhost', hostname(), '127.0.0.1', '::1', host])];
}
