/** May we write to this person, and how much may we measure? Asked by every send. */
export { recordConsent, trackingLevelsFor } from './consent.ts';
export { mayContact, type Refusal } from './may-contact.ts';
export { type OptOutSource, optOut } from './opt-out.ts';
export * from './send-window.ts';
export { isSuppressed, listSuppressions, type Suppression, suppress, unsuppress } from './suppress.ts';
