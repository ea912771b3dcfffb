/**
 * What HubSpot accepts in each `*-hsmeta.json`, as far as it is published. HubSpot's own schemas can only be downloaded
 * with an account; these refuse the same mistakes without one. Fields nobody here uses are left out, so they are refused.
 */
import { z } from 'zod';

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https address' });
const text = (max: number) => z.string().min(1).max(max);
const labels = z.record(z.string(), z.string().min(1));

const app = z.strictObject({
  name: text(200),
  description: text(8192),
  distribution: z.enum(['marketplace', 'private']),
  auth: z.strictObject({
    type: z.literal('oauth'),
    redirectUrls: z.array(httpsUrl).min(1),
    requiredScopes: z.array(z.string()).min(1),
    optionalScopes: z.array(z.string()),
    conditionallyRequiredScopes: z.array(z.string()),
  }),
  permittedUrls: z.strictObject({ fetch: z.array(httpsUrl), iframe: z.array(httpsUrl), img: z.array(httpsUrl) }),
  support: z
    .strictObject({
      supportEmail: z.email(),
      documentationUrl: httpsUrl,
      supportUrl: httpsUrl,
      supportPhone: z.string(),
    })
    .partial()
    .optional(),
});

const card = z.strictObject({
  name: text(200),
  description: z.string().optional(),
  location: z.enum(['crm.record.tab', 'crm.record.sidebar', 'crm.preview', 'helpdesk.sidebar']),
  entrypoint: z.string().regex(/^\/app\/cards\/\w+\.tsx$/, 'must read /app/cards/<Name>.tsx'),
  objectTypes: z.array(z.enum(['contacts', 'companies', 'deals', 'tickets'])).min(1),
});

const settings = z.strictObject({
  entrypoint: z.string().regex(/^\/app\/settings\/\w+\.tsx$/, 'must read /app/settings/<Name>.tsx'),
});

const webhooks = z.strictObject({
  settings: z.strictObject({ targetUrl: httpsUrl, maxConcurrentRequests: z.number().int().min(1).max(100) }),
  subscriptions: z.strictObject({
    crmObjects: z.array(
      z
        .strictObject({
          subscriptionType: z.enum([
            'object.creation',
            'object.deletion',
            'object.merge',
            'object.restore',
            'object.propertyChange',
            'object.associationChange',
          ]),
          objectType: z.string().min(1),
          propertyName: z.string().min(1).optional(),
          active: z.boolean(),
        })
        .refine(
          (subscription) =>
            (subscription.subscriptionType === 'object.propertyChange') === (subscription.propertyName !== undefined),
          'names a property exactly when it is an object.propertyChange',
        )
        .refine(
          (subscription) => subscription.propertyName !== 'hs_lastmodifieddate',
          'cannot subscribe to hs_lastmodifieddate',
        ),
    ),
    legacyCrmObjects: z.array(z.never()),
    hubEvents: z.array(z.strictObject({ subscriptionType: z.literal('contact.privacyDeletion'), active: z.boolean() })),
  }),
});

const fieldTypes = {
  type: z.enum([
    'bool',
    'currency_number',
    'date',
    'datetime',
    'enumeration',
    'json',
    'number',
    'object_coordinates',
    'phone_number',
    'string',
  ]),
  fieldType: z.enum([
    'booleancheckbox',
    'checkbox',
    'date',
    'file',
    'html',
    'number',
    'phonenumber',
    'radio',
    'select',
    'text',
    'textarea',
  ]),
};
const options = z.array(
  z.strictObject({ value: z.string().min(1), label: z.string().min(1), displayOrder: z.number().int() }),
);

export const workflowAction = z.strictObject({
  actionUrl: httpsUrl,
  isPublished: z.boolean(),
  supportedClients: z.array(z.strictObject({ client: z.literal('WORKFLOWS') })).min(1),
  inputFields: z.array(
    z.strictObject({
      typeDefinition: z.strictObject({ name: text(100), ...fieldTypes, optionsUrl: httpsUrl.optional() }),
      supportedValueTypes: z.array(z.enum(['STATIC_VALUE', 'OBJECT_PROPERTY'])).min(1),
      isRequired: z.boolean(),
    }),
  ),
  outputFields: z.array(
    z.strictObject({ typeDefinition: z.strictObject({ name: text(100), ...fieldTypes, options: options.optional() }) }),
  ),
  objectRequestOptions: z.strictObject({ properties: z.array(z.string()) }),
  executionRules: z.array(
    z.strictObject({ labelName: z.string().min(1), conditions: z.record(z.string(), z.string()) }),
  ),
  labels: z.strictObject({
    en: z.strictObject({
      actionName: text(100),
      actionDescription: z.string().min(1),
      appDisplayName: z.string().min(1),
      actionCardContent: z.string().min(1),
      inputFieldLabels: labels,
      inputFieldDescriptions: labels,
      outputFieldLabels: labels,
      outputFieldDescriptions: labels.optional(),
      executionRules: labels,
    }),
  }),
  objectTypes: z.array(z.literal('CONTACT')).min(1),
});
export type WorkflowAction = z.infer<typeof workflowAction>;

/** Where each kind of file lies, how many there may be, and what its `config` holds. */
export const kinds = {
  app: { folder: 'src/app', single: true, config: app },
  card: { folder: 'src/app/cards', single: false, config: card },
  settings: { folder: 'src/app/settings', single: true, config: settings },
  webhooks: { folder: 'src/app/webhooks', single: true, config: webhooks },
  'workflow-action': { folder: 'src/app/workflow-actions', single: false, config: workflowAction },
} as const;
export type Kind = keyof typeof kinds;
export type Config<K extends Kind> = z.infer<(typeof kinds)[K]['config']>;

export const meta = z.strictObject({
  uid: z
    .string()
    .regex(/^[a-zA-Z0-9_\-.]+$/, 'may hold letters, digits, _, - and . only')
    .max(64),
  type: z.enum(Object.keys(kinds) as Kind[]),
  config: z.unknown(),
});

export const hsproject = z.strictObject({
  name: text(100),
  srcDir: z.literal('src'),
  platformVersion: z.enum(['2026.03', '2026.09'], { error: 'must be a supported one: 2026.03 or 2026.09' }),
});

export const profile = z.strictObject({
  accountId: z.number().int().positive(),
  variables: z.strictObject({
    API_ORIGIN: httpsUrl.refine(
      (url) => new URL(url).origin === url,
      'must be an origin: no path, no slash at the end',
    ),
  }),
});
