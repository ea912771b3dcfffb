/** Who plays in the sandbox: one account in three CRMs, its rep with three mailboxes, and two prospects. */
import { sandboxOrgId } from '../fakes/salesforce/index.ts';

export const portal = {
  id: 4711,
  name: 'Northwind Tools',
  timeZone: 'Europe/Berlin',
  userId: 21,
  appId: 9001,
  appName: 'SalesOS',
};
export const org = { id: sandboxOrgId, name: portal.name };
export const company = { id: 7001, name: portal.name, domain: 'northwind-tools' };

export const rep = {
  userId: 21,
  ownerId: '121',
  email: 'robin@northwind-tools.example',
  firstName: 'Robin',
  lastName: 'Vale',
};

/** The rep's mailboxes at the other providers. In the order of addresses they follow the usual one, which is offered first. */
export const otherMailboxes = {
  microsoft: 'robin@outlook-northwind.example',
  smtp: 'robin@post-northwind.example',
};
export const mailPassword = 'sandbox-app-password';
const domainOf = (address: string) => address.slice(address.indexOf('@') + 1);

/** The domains that the rep's mailboxes send from, as public DNS should know them. */
export const mailDomains = [
  { domain: domainOf(rep.email), include: '_spf.google.com', selectors: ['google'] },
  {
    domain: domainOf(otherMailboxes.microsoft),
    include: 'spf.protection.outlook.com',
    selectors: ['selector1', 'selector2'],
  },
  { domain: domainOf(otherMailboxes.smtp), include: '_spf.post-northwind.example', selectors: ['default'] },
];

/** `startsBy`: how this person is meant to be enrolled. The rest is what HubSpot calls it. */
export const people = [
  {
    startsBy: 'card',
    firstname: 'Kim',
    lastname: 'Larsen',
    email: 'kim.larsen@fjordworks.example',
    jobtitle: 'Head of Operations',
    company: 'Fjordworks',
    country: 'Denmark',
    hs_timezone: 'europe_slash_copenhagen',
    city: 'Aarhus',
    phone: '+45 70 10 20 30',
    zone: 'Europe/Copenhagen',
  },
  {
    startsBy: 'workflow',
    firstname: 'Alex',
    lastname: 'Moreau',
    email: 'alex.moreau@atelier-lumen.example',
    jobtitle: 'Workshop Manager',
    company: 'Atelier Lumen',
    country: 'Spain',
    hs_timezone: 'europe_slash_madrid',
    city: 'Girona',
    phone: '+34 972 00 00 00',
    zone: 'Europe/Madrid',
  },
] as const;
