/** A link that lets one member connect a mailbox: HubSpot opens it in a browser that has no session with us. */
import type { System } from '../core/ctx.ts';

/** Long enough to press the button, short enough to be of no use in somebody's history. */
const linkSeconds = 600;
const purpose = 'connect_link';

export interface ConnectLink {
  tenantId: string;
  memberId: string;
}

/** Sealed and not just signed: the address tells nothing about the account. */
export function sealConnectLink(system: System, vendor: string, { tenantId, memberId }: ConnectLink): string {
  const expiresAt = system.clock.now().getTime() + linkSeconds * 1000;
  return system.secrets.seal(JSON.stringify({ tenantId, memberId, vendor, expiresAt }), purpose);
}

export const connectLinkUrl = (system: System, vendor: string, who: ConnectLink): string =>
  `${system.settings.publicUrl}/connect/${vendor}?link=${encodeURIComponent(sealConnectLink(system, vendor, who))}`;

/** Whose link it is; null when it is not ours, for another vendor, or too old. */
export function openConnectLink(system: System, vendor: string, link: string): ConnectLink | null {
  try {
    const opened = JSON.parse(system.secrets.open(link, purpose)) as ConnectLink & {
      vendor: string;
      expiresAt: number;
    };
    if (opened.vendor !== vendor || opened.expiresAt <= system.clock.now().getTime()) return null;
    return { tenantId: opened.tenantId, memberId: opened.memberId };
  } catch {
    return null;
  }
}
