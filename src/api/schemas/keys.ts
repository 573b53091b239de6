import { z } from 'zod';
import { SCOPES } from '#record/service/keys.ts';
import { timestamp } from './common.ts';

const scopes = z.array(z.enum(SCOPES)).min(1);
const tenant = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

export const storedKey = z.object({
  id: z.string(),
  tenant: z.string(),
  scopes,
  name: z.string(),
  createdAt: timestamp,
  revokedAt: timestamp.optional(),
});
export const newKey = z.strictObject({ tenant, scopes, name: z.string().max(256).default('') });
export const createdKey = storedKey.extend({ key: z.string().describe('Shown this once.') });
