import { z } from 'zod';

export const entries = z.object({
  entries: z.array(z.object({ path: z.string(), kind: z.enum(['file', 'folder', 'other']) })),
});

export const archiveId = z.string().regex(/^[0-9a-f]{64}$/);
export const archive = z.object({
  id: archiveId.describe('SHA-256 of its bytes; the same archive has the same id.'),
  sizeBytes: z.int(),
  format: z.enum(['tar', 'tar.gz', 'zip']),
});
