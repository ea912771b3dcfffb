import { on, type Reaction } from '../core/events.ts';
import type { AnyJob } from '../core/jobs.ts';
import type { Wakeup } from '../core/wakeups.ts';
import { revokeJob } from './grants.ts';
import { keepAlive } from './keep-alive.ts';
import { forgetUninstalled } from './uninstall.ts';

export const jobs: AnyJob[] = [revokeJob];

export const wakeups: Wakeup[] = [{ name: 'tenants.keep-alive', everySeconds: 60, run: keepAlive }];

export const reactions: Reaction[] = [
  on('grant.lost', 'tenants.forget-uninstalled', async (ctx, { data }) => {
    if (data.uninstalled) await forgetUninstalled(ctx, data.grantId);
  }),
];
