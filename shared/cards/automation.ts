/** The addresses that an admin pastes into a workflow where no workflow action of ours can be installed. */
import { z } from 'zod';
import { instant } from './record.ts';

/** How a workflow of Pipedrive reaches us: there an admin pastes an address and a password by hand. */
export const automationView = z.object({
  url: z.url(),
  userName: z.string(),
  /** Shown once, right after it was made. */
  password: z.string().nullable(),
  /** Paths to add to the address, and a body to copy for each. */
  actions: z.array(z.object({ label: z.string(), path: z.string(), body: z.string() })),
  deliveries: z.array(
    z.object({
      at: instant,
      action: z.string(),
      personName: z.string().nullable(),
      result: z.string(),
      message: z.string(),
    }),
  ),
});

export type AutomationView = z.infer<typeof automationView>;
