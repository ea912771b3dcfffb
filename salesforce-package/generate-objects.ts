/** What contacts and leads have alike: our fields, the quick action, and the button over a list. */
import { tiers } from '@salesos/shared/wording.ts';
import { apiVersion, type Elements, metadataFile } from './metadata.ts';

const common = { externalId: false, required: false, trackTrending: false };

/** Readable by reps, written by the backend only. */
const fields: Record<string, Elements> = {
  Score__c: {
    label: 'SalesOS score',
    inlineHelpText: 'How engaged this person is, from 0 to 100. The SalesOS card shows how it adds up.',
    type: 'Number',
    precision: 4,
    scale: 1,
  },
  Tier__c: {
    label: 'SalesOS tier',
    inlineHelpText: 'The score in words: 1 is the best.',
    type: 'Picklist',
    valueSet: {
      restricted: false,
      valueSetDefinition: {
        sorted: false,
        value: tiers.map(({ tier, label }) => ({
          fullName: String(tier),
          default: false,
          label: `${tier}: ${label}`,
        })),
      },
    },
  },
  Last_Engaged__c: {
    label: 'SalesOS last engaged',
    inlineHelpText: 'When this person last opened, clicked or answered a mail of a sequence.',
    type: 'DateTime',
  },
  Sequence_Status__c: {
    label: 'SalesOS sequence status',
    inlineHelpText: 'Whether this person is in a sequence now.',
    type: 'Text',
    length: 255,
  },
  Status_Reason__c: {
    label: 'SalesOS status reason',
    inlineHelpText: 'Why the sequence status is so, in a sentence.',
    type: 'Text',
    length: 255,
  },
};
export const fieldNames = Object.keys(fields);

export function perObject(object: 'Contact' | 'Lead', namespace: string): Record<string, string> {
  const flow = `SalesOS_Enroll_${object}s`;
  const people = `${object.toLowerCase()}s`;
  return {
    ...Object.fromEntries(
      Object.entries(fields).map(([fullName, { type, label, ...rest }]) => [
        `objects/${object}/fields/${fullName}.field-meta.xml`,
        metadataFile('CustomField', {
          fullName,
          ...common,
          description: 'Kept up to date by SalesOS; changes by hand are overwritten.',
          label: label!,
          type: type!,
          ...rest,
        }),
      ]),
    ),
    [`objects/${object}/webLinks/SalesOS_Enroll_Many.webLink-meta.xml`]: metadataFile('WebLink', {
      fullName: 'SalesOS_Enroll_Many',
      availability: 'online',
      description: `Enrolls the chosen ${people} in a SalesOS sequence.`,
      displayType: 'massActionButton',
      encodingKey: 'UTF-8',
      linkType: 'url',
      masterLabel: 'Enroll in sequence',
      openType: 'replace',
      protected: false,
      requireRowSelection: true,
      url: `/flow/${namespace ? `${namespace}/` : ''}${flow}?retURL=/lightning/o/${object}/list`,
    }),
    [`quickActions/${object}.SalesOS_Enroll.quickAction-meta.xml`]: metadataFile('QuickAction', {
      actionSubtype: 'ScreenAction',
      label: 'Enroll in sequence',
      lightningWebComponent: 'salesosEnrollAction',
      optionsCreateFeedItem: false,
      type: 'LightningWebComponent',
    }),
    [`flows/${flow}.flow-meta.xml`]: enrollFlow(object, people),
  };
}

/** The list button's screen: Salesforce fills a collection named `ids` with the chosen records (help: flow_distribute_internal_url_variable). */
function enrollFlow(object: string, people: string): string {
  return metadataFile('Flow', {
    apiVersion,
    description: `Opened by the button “Enroll in sequence” over a list of ${people}.`,
    environments: 'Default',
    interviewLabel: `Enroll ${people} {!$Flow.CurrentDateTime}`,
    label: `SalesOS: enroll ${people}`,
    processType: 'Flow',
    screens: {
      name: 'Enroll',
      label: 'Enroll in sequence',
      locationX: 176,
      locationY: 158,
      allowBack: false,
      allowFinish: true,
      allowPause: false,
      fields: {
        name: 'enrollMany',
        extensionName: 'c:salesosEnrollMany',
        fieldType: 'ComponentInstance',
        inputParameters: [
          { name: 'ids', value: { elementReference: 'ids' } },
          { name: 'objectApiName', value: { stringValue: object } },
        ],
        inputsOnNextNavToAssocScrn: 'UseStoredValues',
        isRequired: true,
      },
      showFooter: false,
      showHeader: false,
    },
    start: { locationX: 50, locationY: 0, connector: { targetReference: 'Enroll' } },
    status: 'Active',
    variables: { name: 'ids', dataType: 'String', isCollection: true, isInput: true, isOutput: false },
  });
}
