import { afterAll, describe, expect, test } from 'vitest';
import { isInstalled } from '../../tools/install.ts';
import { heavyChecks, toolsFolder } from './heavy-checks.ts';
import { app, client, flow, type Mistake, main, planted, removeCopies, said } from './planted.ts';

afterAll(removeCopies);

// Each of Salesforce's tools starts slowly, so one run looks at several mistakes.
const heavyCases: Record<string, { mistakes: Mistake[]; sentences: string[] }> = {
  'sfdx-project.json and source format, by Salesforce’s converter': {
    mistakes: [
      ['sfdx-project.json', '"namespace"', '"nameSpace"'],
      [`${main}/tabs/Other.tabs-meta.xml`, '', '<CustomTab xmlns="http://soap.sforce.com/2006/04/metadata"/>'],
    ],
    sentences: ['additional properties nameSpace', 'Other.tabs'],
  },
  'metadata, by Salesforce’s types': {
    mistakes: [
      [flow, '<status>Active', '<status>Live'],
      ['unpackaged/permissionsets/SalesOS_Callouts.permissionset-meta.xml', '<allowRead>true', '<allowRead>maybe'],
      [flow, '<allowBack>', '<allowReturn>true</allowReturn><allowBack>'],
      [flow, '<isCollection>true', '<isCollection>yes'],
      [app, /<\/?CustomApplication/g, '$&s'],
      [`${main}/quickActions/Lead.SalesOS_Enroll.quickAction-meta.xml`, /\s*<type>.*<\/type>/, ''],
      [`${main}/objects/Lead/fields/Score__c.field-meta.xml`, '<precision>4', '<precision>four'],
      [`${main}/tabs/SalesOS_Setup.tab-meta.xml`, '</CustomTab>', ''],
    ],
    sentences: [
      'allowRead is “maybe”',
      'Flow.status is “Live”',
      'Flow.screens has no allowReturn',
      'isCollection is “yes”, not true or false',
      'no metadata type CustomApplications',
      'QuickAction lacks type',
      'precision is “four”, not a number',
      '<CustomTab> is never closed',
    ],
  },
  'Apex types, by apex-ls': {
    mistakes: [
      [client, 'request.setMethod(method)', 'request.setMethods(method)'],
      [client, "return name.contains('.') ?", 'return 1; return missing ?'],
      [`${main}/classes/SalesOSSetupController.cls`, /=> Lead\.Score__c/, '=> Lead.Scores__c'],
    ],
    sentences: ['setMethods', 'missing', 'Scores__c'],
  },
  'objects and fields of queries': {
    mistakes: [
      [`${main}/classes/SalesOSRecords.cls`, 'SELECT Id FROM Contact', 'SELECT Id, Mail FROM Contact'],
      [`${main}/classes/SalesOSRecords.cls`, 'SELECT Id FROM Lead', 'SELECT Id FROM Leads'],
      [`${main}/classes/SalesOSSetupController.cls`, 'SELECT PermissionSet.Name', 'SELECT PermissionSet.Title'],
    ],
    sentences: ['Contact has no field Mail', 'There is no object Leads', 'PermissionSet has no field Title'],
  },
  'Apex rules, by Salesforce’s compiler front end': {
    mistakes: [
      [
        `${main}/classes/SalesOSStopAction.cls`,
        '@InvocableMethod(',
        '@InvocableMethod\n    global static void second(List<Map<String, String>> a) {}\n    @InvocableMethod(',
      ],
      [`${main}/classes/SalesOSCardController.cls`, 'public static String call(', 'public String call('],
    ],
    sentences: ['Only one method per type', 'do not support parameter type', 'Non static AuraEnabled methods'],
  },
  'AppExchange and security rules, by PMD': {
    mistakes: [
      [
        `${main}/classes/SalesOSRecords.cls`,
        '[SELECT Id FROM Contact WHERE Id IN :ids WITH USER_MODE]',
        "Database.query('SELECT Id FROM Contact WHERE Name = ' + objectType)",
      ],
      [client, "'callout:' + endpointName + path", "'http://salesos.example.com'"],
      [client, "request.setHeader('Accept', 'application/json');", "request.setHeader('Authorization', 'Bearer abc');"],
    ],
    sentences: ['(ApexSOQLInjection)', '(ApexInsecureEndpoint)', '(AvoidHardcodedCredentialsInHttpHeader)'],
  },
};

const installed = isInstalled(toolsFolder);
if (!installed)
  console.log(
    'Skipped: the tests of the checks with Salesforce’s tools, because these are not installed. Run node salesforce-package/check.ts once to run them.',
  );

describe.skipIf(!installed)('with Salesforce’s tools', () => {
  test.for(heavyChecks)('$name', (check, { skip }) => {
    const { mistakes, sentences } = heavyCases[check.name]!;
    const { findings, skipped } = check.run(planted(mistakes));
    if (skipped) skip(skipped);
    for (const sentence of sentences) expect(said(findings).join('\n')).toContain(sentence);
  });
});
