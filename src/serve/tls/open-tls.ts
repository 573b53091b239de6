import { LimberError } from '#model/errors.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { ownCertificate } from './own-certificate.ts';

export type TlsSettings = {
  readonly certificatePath?: string | undefined;
  readonly keyPath?: string | undefined;
  /** One of its own, for development. */
  readonly generate: boolean;
};

export type Tls = {
  readonly path: string;
  /** As it is on disk now. Throws `tls-unusable`. */
  readonly read: () => Certificate;
  readonly isGenerated: boolean;
};

/** Undefined: plain HTTP. Throws `tls-unusable` for what it could not serve with. */
export async function openTls(
  { certificatePath, keyPath, generate }: TlsSettings,
  { home, host }: { readonly home: string; readonly host: string },
): Promise<Tls | undefined> {
  if (certificatePath === undefined && keyPath === undefined && !generate) return undefined;
  if (generate && (certificatePath ?? keyPath) !== undefined)
    throw unusable('the certificate', 'one was given, and one was to be generated');
  if (generate) return tlsOf(await ownCertificate(home, host, Date.now()), true);
  if (certificatePath === undefined) throw unusable(keyPath!, 'no certificate was given with it');
  if (keyPath === undefined) throw unusable(certificatePath, 'no private key was given with it');
  return tlsOf({ certificate: certificatePath, key: keyPath }, false);
}

function tlsOf(paths: Parameters<typeof readCertificate>[0], isGenerated: boolean): Tls {
  const read = () => readCertificate(paths, Date.now());
  read();
  return { path: paths.certificate, read, isGenerated };
}

function unusable(path: string, problem: string): LimberError {
  return new LimberError('tls-unusable', { path, problem });
}
