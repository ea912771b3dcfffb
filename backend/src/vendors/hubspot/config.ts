export interface HubSpotConfig {
  clientId: string;
  clientSecret: string;
  appId: string;
  /** Where the API answers, as in `https://api.hubapi.com`; another address in the sandbox. */
  apiUrl: string;
  /** Where people work, as in `https://app.hubspot.com`. */
  appUrl: string;
}

/** The same list as in `hubspot-app/src/app/app-hsmeta.json`: HubSpot refuses an install that asks for more or less. */
export const hubspotScopes = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.companies.read',
  'crm.objects.owners.read',
  'crm.schemas.contacts.write',
  'sales-email-read',
  'automation',
];

/** Half of the 110 calls in 10 seconds that HubSpot gives an app in one account; the rest is for the account's people. */
export const hubspotBudget = { calls: 55, windowSeconds: 10 };
