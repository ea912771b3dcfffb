/**
 * Our own short sessions for the pages inside Pipedrive. Pipedrive's token vouches for user and company only; the session
 * also says which records this user may open, which was asked with that user's own token when it began.
 */
import { z } from 'zod';
import type { System } from '../core/ctx.ts';
import type { Surface, SurfaceVerdict } from './surface.ts';

const sessionSeconds = 900;
const sealContext = 'pipedrive session';
const prefix = 'pds_';

const openSession = z.object({
  accountId: z.string(),
  userId: z.string(),
  userEmail: z.string(),
  userName: z.string().nullable(),
  records: z.object({
    objectType: z.string(),
    recordIds: z.array(z.string()),
    personIds: z.array(z.string()).optional(),
  }),
  expiresAt: z.coerce.date(),
});
export type PipedriveSession = Omit<z.infer<typeof openSession>, 'expiresAt'>;

export function sealSession(
  { secrets, clock }: System,
  session: PipedriveSession,
): { session: string; expiresAt: Date } {
  const expiresAt = new Date(clock.now().getTime() + sessionSeconds * 1000);
  return { session: prefix + secrets.seal(JSON.stringify({ ...session, expiresAt }), sealContext), expiresAt };
}

export const pipedriveSurface: Surface = {
  verifier: {
    crm: 'pipedrive',
    verify({ headers }, { secrets, clock }): SurfaceVerdict {
      const sealed = /^Bearer pds_(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
      if (!sealed) return { outcome: 'unsigned' };
      try {
        const { expiresAt, records, ...who } = openSession.parse(JSON.parse(secrets.open(sealed, sealContext)));
        if (expiresAt <= clock.now()) return { outcome: 'refused', reason: 'the session is over' };
        const { personIds, ...named } = records;
        return {
          outcome: 'identified',
          identity: { ...who, records: { ...named, ...(personIds ? { personIds } : {}) } },
        };
      } catch {
        return { outcome: 'refused', reason: 'no session of ours' };
      }
    },
  },
};
