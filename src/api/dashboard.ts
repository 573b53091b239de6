import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Api } from './server.ts';

/** Made by `npm run build`; absent where only the sources were checked out. */
const FOLDER = fileURLToPath(new URL('dist/dashboard', import.meta.resolve('#package.json')));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere, nothing written into the page, and no other page around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  vary: 'accept-encoding',
};

/** The page at `/` and what it loads. It holds no secrets: its key is given to it in the browser. */
export function addDashboard(api: Api, folder = FOLDER): void {
  if (!existsSync(join(folder, 'index.html'))) return;
  addFile(api, '/', join(folder, 'index.html'), 'no-cache');
  for (const name of readdirSync(join(folder, 'assets')))
    // Its contents are in its name.
    addFile(api, `/assets/${name}`, join(folder, 'assets', name), 'max-age=31536000, immutable');
}

function addFile(api: Api, url: string, path: string, cacheControl: string): void {
  const bytes = readFileSync(path);
  const packed = gzipSync(bytes);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const schema = { hide: true };
  api.get(url, { config: { isOpen: true }, schema }, async (request, reply) => {
    void reply.headers({ ...HEADERS, 'cache-control': cacheControl, etag }).type(type);
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (!takesGzip) return reply.send(bytes);
    return reply.header('content-encoding', 'gzip').send(packed);
  });
}
