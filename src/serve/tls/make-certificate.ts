import { isIP } from 'node:net';

const DAY_MS = 86_400_000;

/** Both in PEM. */
export type MadeCertificate = { readonly cert: string; readonly key: string };

/**
 * A certificate that nobody but itself vouches for, of a server with these names and addresses, valid
 * for so long: whoever is given it may trust it.
 */
export async function makeCertificate(
  names: readonly string[],
  nowMs: number,
  validMs: number,
): Promise<MadeCertificate> {
  // Loaded where one is made.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'limber' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // Clocks differ.
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + validMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map(altName) },
    ],
  });
  return { cert: made.cert, key: made.private };
}

function altName(name: string) {
  return isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name };
}
