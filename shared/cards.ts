/** What the surfaces inside a CRM show and ask. One contract for HubSpot, Salesforce and Pipedrive; every sentence is ready to be shown. */
export * from './cards/automation.ts';
export * from './cards/contact-card.ts';
export * from './cards/enrolling.ts';
export * from './cards/mailboxes.ts';
export * from './cards/people.ts';
export * from './cards/problem.ts';
export { recordRef } from './cards/record.ts';
export * from './cards/routes.ts';
export * from './cards/settings.ts';
