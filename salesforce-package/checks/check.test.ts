import { afterAll, expect, test } from 'vitest';
import { generatedFiles, staleFiles } from '../generate.ts';
import { checkCodeReferences } from './check-code-references.ts';
import { checkReferences } from './check-references.ts';
import { app, client, flow, type Mistake, main, planted, removeCopies, said } from './planted.ts';
import { readProject } from './project.ts';

afterAll(removeCopies);

function faults(mistakes: Mistake[]): string[] {
  const project = readProject(planted(mistakes));
  return said([...project.malformed, ...checkReferences(project), ...checkCodeReferences(project)]);
}

test('what is generated from shared is up to date', () => {
  expect(staleFiles()).toEqual([]);
});

test('every card request and every workflow action of shared is in the package', () => {
  const files = generatedFiles();
  expect(files[`${main}/classes/SalesOSPaths.cls`]).toContain("'/cards/enroll/many'");
  expect(files[`${main}/classes/SalesOSPaths.cls`]).toMatch(/ADMIN_ONLY = [^}]*'\/cards\/settings\/update'/);
  expect(files[`${main}/classes/SalesOSEnrollAction.cls`]).toContain('global Datetime firstStepAt;');
  expect(files[`${main}/classes/SalesOSRecalculateAction.cls`]).toContain('global Decimal score;');
  expect(Object.keys(files).filter((path) => path.endsWith('Action.cls'))).toHaveLength(5);
});

test('the package as it is has no fault', () => {
  expect(faults([])).toEqual([]);
});

const rep = `${main}/permissionsets/SalesOS_Rep.permissionset-meta.xml`;
const credential = `${main}/externalCredentials/SalesOS.externalCredential-meta.xml`;
const named = `${main}/namedCredentials/SalesOS.namedCredential-meta.xml`;
const bar = `${main}/flexipages/SalesOS_UtilityBar.flexipage-meta.xml`;

const cases: [string, Mistake, string][] = [
  ['XML that is not closed', [rep, '</label>', ''], '</PermissionSet> closes <label>.'],
  ['a bare ampersand', [rep, '<label>', '<label>A & B '], '& is no entity'],
  ['a class that does not exist', [rep, 'SalesOSStopAction', 'SalesOSStop'], `${rep}:32: There is no cls SalesOSStop.`],
  ['a field that does not exist', [rep, 'Lead.Score__c', 'Lead.Scores__c'], 'There is no field Lead.Scores__c.'],
  ['a field that nobody may see', [rep, 'Lead.Score__c', 'Lead.Tier__c'], 'It does not grant Lead.Score__c'],
  ['an app that does not exist', [rep, '<application>SalesOS', '<application>Sales'], 'There is no app Sales.'],
  ['a flow that does not exist', [rep, 'SalesOS_Enroll_Leads', 'Enroll_Leads'], 'There is no flow Enroll_Leads.'],
  [
    'a settings type that does not exist',
    [rep, 'SalesOS_Setting__mdt', 'Setting__mdt'],
    'There is no object Setting__mdt.',
  ],
  ['a principal that does not exist', [rep, 'SalesOS-Backend', 'SalesOS-Other'], 'has the principal SalesOS-Other.'],
  [
    'a right that packages cannot grant',
    [rep, '<label>', '<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions><label>'],
    'A package cannot grant userPermissions',
  ],
  [
    'a permission that does not exist',
    [`${main}/permissionsets/SalesOS_Admin.permissionset-meta.xml`, '<name>SalesOS_Admin', '<name>SalesOS_Boss'],
    'There is no customPermission SalesOS_Boss.',
  ],
  [
    'a tab that does not exist',
    [`${main}/permissionsets/SalesOS_Admin.permissionset-meta.xml`, 'SalesOS_Setup</tab>', 'Setup</tab>'],
    'There is no tab Setup.',
  ],
  ['a tab of the app that does not exist', [app, '<tabs>SalesOS_Setup', '<tabs>Setup'], 'There is no tab Setup.'],
  ['a utility bar that does not exist', [app, 'SalesOS_UtilityBar', 'Bar'], 'There is no flexipage Bar.'],
  ['a component that does not exist', [bar, '<componentName>salesosToday', '<componentName>today'], 'component today.'],
  [
    'a component in the wrong place',
    [bar, '<componentName>salesosToday', '<componentName>salesosSetup'],
    'lightning__UtilityBar',
  ],
  [
    'a tab without its component',
    [`${main}/tabs/SalesOS_Setup.tab-meta.xml`, 'salesosSetup', 'setup'],
    'There is no Lightning web component setup.',
  ],
  [
    'a quick action without its component',
    [`${main}/quickActions/Lead.SalesOS_Enroll.quickAction-meta.xml`, 'salesosEnrollAction', 'enroll'],
    'There is no Lightning web component enroll.',
  ],
  ['a flow with an unknown variable', [flow, '<elementReference>ids', '<elementReference>id'], 'The flow has no id.'],
  ['a flow that starts nowhere', [flow, '<targetReference>Enroll', '<targetReference>Start'], 'The flow has no Start.'],
  ['a property the component lacks', [flow, '<name>objectApiName', '<name>objectName'], 'takes no property objectName'],
  ['an old API version', [flow, '<apiVersion>68.0', '<apiVersion>60.0'], 'API version 60.0, not 68.0.'],
  [
    'a button that opens no flow of ours',
    [`${main}/objects/Lead/webLinks/SalesOS_Enroll_Many.webLink-meta.xml`, 'SalesOS_Enroll_Leads', 'Enroll'],
    'There is no flow Enroll.',
  ],
  [
    'a button with another namespace',
    [`${main}/objects/Lead/webLinks/SalesOS_Enroll_Many.webLink-meta.xml`, '/flow/salesos/', '/flow/other/'],
    'must name the namespace salesos',
  ],
  [
    'a setting that does not exist',
    [`${main}/customMetadata/SalesOS_Setting.Default.md-meta.xml`, 'Backend_Address__c', 'Address__c'],
    'SalesOS_Setting__mdt has no field Address__c.',
  ],
  [
    'a key inside the package',
    [credential, /\{!.*\}/, 'Bearer sfo_abc'],
    'must take its value from $Credential.SalesOS.',
  ],
  ['a backend without https', [named, 'https://salesos', 'http://salesos'], 'must be an https address'],
  ['an address that is not replaced', [named, 'https://salesos.example.com', 'https://other.test'], 'does not hold'],
  [
    'a credential that does not exist',
    [named, '<externalCredential>SalesOS', '<externalCredential>Sales'],
    'externalCredential Sales.',
  ],
  [
    'an app of settings that does not exist',
    [`${main}/extlClntAppOauthSettings/SalesOS_OAuth.ecaOauth-meta.xml`, 'Application>SalesOS<', 'Application>Sales<'],
    'There is no eca Sales.',
  ],
  [
    'the consumer key in the package',
    [`${main}/extlClntAppGlobalOauthSets/SalesOS.ecaGlblOauth-meta.xml`, '', '<ExtlClntAppGlobalOauthSettings/>'],
    'This must never be in the package',
  ],
  [
    'a label that does not exist',
    [client, 'Label.SalesOS_Unreachable', 'Label.Unreachable'],
    'There is no label Unreachable.',
  ],
  [
    'a label that nobody uses',
    [client, 'Label.SalesOS_Async_Path', 'Label.SalesOS_No_Access'],
    'Nobody uses the label',
  ],
  [
    'a class that nobody may run',
    [`${main}/classes/SalesOSNewAction.cls`, '', 'global class SalesOSNewAction {\n  @InvocableMethod\n}'],
    'No permission set grants this class.',
  ],
  [
    'a class without its meta file',
    [`${main}/classes/SalesOSNew.cls`, '', 'public class SalesOSNew {}'],
    'SalesOSNew.cls-meta.xml is missing.',
  ],
  [
    'a component without its meta file',
    [`${main}/lwc/newOne/newOne.js`, '', 'export default 1;'],
    'newOne.js-meta.xml is missing.',
  ],
  [
    'a component that calls no method of ours',
    [`${main}/lwc/salesosCard/other.js`, '', "import a from '@salesforce/apex/SalesOSCardController.ask';"],
    'There is no method with @AuraEnabled SalesOSCardController.ask.',
  ],
  [
    'a component that reads no field of ours',
    [`${main}/lwc/salesosCard/other.js`, '', "import a from '@salesforce/schema/Contact.Scores__c';"],
    'There is no field Contact.Scores__c.',
  ],
  [
    'a component with an unknown permission',
    [`${main}/lwc/salesosCard/other.js`, '', "import a from '@salesforce/customPermission/Boss';"],
    'There is no custom permission Boss.',
  ],
];

test.each(cases)('%s is refused', (_name, mistake, sentence) => {
  expect(faults([mistake]).join('\n')).toContain(sentence);
});
