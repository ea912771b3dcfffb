import type { Clock } from '../core/clock.ts';
import { type MailboxAccount, MailboxDisconnected } from '../email/mailbox.ts';
import { GrantRefused, type OAuthVendor } from '../tenants/oauth.ts';

/** An account as the tenants part hands it out: the token is kept, and renewed when refused or near its end. */
export function renewingAccount(
  { clock, oauth }: { clock: Clock; oauth: OAuthVendor },
  address: string,
  grant: { accessToken: string; refreshToken: string },
): MailboxAccount {
  let current = { accessToken: grant.accessToken, expiresAt: clock.now().getTime() + 3_500_000 };
  let { refreshToken } = grant;
  return {
    tenantId: 'tenant-1',
    mailboxId: `mailbox of ${address}`,
    address,
    async token(refused) {
      const usable = current.accessToken !== refused && current.expiresAt > clock.now().getTime();
      if (usable) return current.accessToken;
      try {
        const renewed = await oauth.refresh(refreshToken, address);
        refreshToken = renewed.refreshToken;
        current = { accessToken: renewed.accessToken, expiresAt: renewed.expiresAt.getTime() };
      } catch (error) {
        throw error instanceof GrantRefused ? new MailboxDisconnected(error.message) : error;
      }
      return current.accessToken;
    },
  };
}
