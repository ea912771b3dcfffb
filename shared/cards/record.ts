/** What the shapes of all cards are made of. */
import { z } from 'zod';

export const instant = z.iso.datetime();
export const idempotencyKey = z.string().min(1).max(255);

/** The CRM record the card is open on. */
export const recordRef = z.object({ objectType: z.string().min(1).max(60), recordId: z.string().min(1).max(60) });
