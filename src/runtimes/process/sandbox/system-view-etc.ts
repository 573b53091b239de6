/** Written for each instance by the runtime, so that nothing of the host's users and names shows. */
export const IDENTITY_FILES = ['passwd', 'group', 'hosts', 'hostname', 'resolv.conf'] as const;

/**
 * The parts of the host's /etc that programs need and that hold no secret. Chosen one by one: as the
 * sandbox of a root user may read what root owns, a folder with keys in it (ssl/private, pki/tls/private)
 * is never taken whole, nor are files that may hold passwords (npmrc, pip.conf, gitconfig, netrc).
 */
export const ETC_ENTRIES: readonly string[] = [
  // Loading and choosing programs.
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives'],
  // Trust in servers.
  ...['ssl/certs', 'ssl/openssl.cnf', 'ssl/cert.pem', 'ca-certificates', 'ca-certificates.conf'],
  ...[
    'pki/ca-trust',
    'pki/tls/certs',
    'pki/tls/cert.pem',
    'pki/tls/openssl.cnf',
    'crypto-policies',
  ],
  // Names, protocols, time, kinds of files.
  ...[
    'nsswitch.conf',
    'host.conf',
    'gai.conf',
    'protocols',
    'services',
    'rpc',
    'networks',
    'ethertypes',
  ],
  ...['localtime', 'timezone', 'mime.types', 'magic', 'magic.mime', 'locale.alias', 'locale.conf'],
  ...['os-release', 'lsb-release', 'debian_version', 'redhat-release', 'alpine-release', 'shells'],
  ...['terminfo', 'inputrc', 'bash.bashrc', 'profile', 'fonts', 'xml', 'sgml', 'papersize'],
  // Settings of languages and tools.
  ...[
    'java',
    'java-8-openjdk',
    'java-11-openjdk',
    'java-17-openjdk',
    'java-21-openjdk',
    'java-25-openjdk',
  ],
  ...[
    'maven/m2.conf',
    'maven/logging',
    'python3',
    'python',
    'perl',
    'php',
    'ruby',
    'R',
    'texmf',
    'julia',
  ],
  ...['python3.9', 'python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14'],
  ...[
    'ImageMagick-6',
    'ImageMagick-7',
    'ghostscript',
    'OpenCL',
    'vulkan',
    'glvnd',
    'ld-musl-x86_64.path',
  ],
];
