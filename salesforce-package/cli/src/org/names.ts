/** What the package calls its parts. A test compares this with the package itself. */

/** Read by everybody who works with SalesOS, written by the user with whom it is connected. */
export const packagedFields = ['Contact', 'Lead'].flatMap((objectName) =>
  ['Score__c', 'Tier__c', 'Last_Engaged__c', 'Sequence_Status__c', 'Status_Reason__c'].map((fieldName) => ({
    objectName,
    fieldName,
  })),
);

export const repSet = 'SalesOS_Rep';
export const adminSet = 'SalesOS_Admin';
export const integrationSet = 'SalesOS_Integration';
/** The name of the external credential and of the named credential, without the namespace. */
export const credentialName = 'SalesOS';
export const principalName = 'Backend';
export const keyParameter = 'Token';

/** `salesos` → `salesos__`; nothing where the source is deployed without a namespace. */
export const prefixOf = (namespace: string): string => (namespace === '' ? '' : `${namespace}__`);
