/** What a person in HubSpot does and sees, for tests and for the sandbox page. */
import { associate, associated, defaultTypeId } from './associations.ts';
import { archive, create, erase, find, merge, restore, update } from './changes.ts';
import { standardDefinitions } from './definitions.ts';
import { grantApp, issue, uninstall } from './oauth.ts';
import type { Author, ObjectType, Portal, User, ValidationRule, World } from './world.ts';

export interface PortalSeed {
  id: number;
  name: string;
  timeZone: string;
  users: User[];
}

/** One mail on a contact's timeline. */
export interface TimelineMail {
  id: string;
  at: string;
  direction: 'EMAIL' | 'INCOMING_EMAIL' | 'FORWARDED_EMAIL';
  subject: string;
  html: string;
  text: string;
  from: string;
  to: string;
  ownerId: string | null;
}

export type PortalControls = ReturnType<typeof portalControls>;

export function addPortal(world: World, seed: PortalSeed): PortalControls {
  const perType = <T>(make: (type: ObjectType) => T) => ({
    contacts: make('contacts'),
    companies: make('companies'),
    emails: make('emails'),
  });
  const portal: Portal = {
    ...seed,
    objects: new Map(),
    associations: new Map(),
    definitions: perType(standardDefinitions),
    groups: perType(() => new Map([['standard', 'Standard']])),
    rules: [],
    requestTimes: [],
    searchTimes: [],
  };
  world.portals.set(seed.id, portal);
  return portalControls(world, portal);
}

export function portalControls(world: World, portal: Portal) {
  const author: Author = { changeSource: 'CRM_UI', sourceId: `userId:${portal.users[0]?.userId ?? 0}` };
  const contact = (id: string) => find(world, portal, 'contacts', id);
  return {
    id: portal.id,
    name: portal.name,
    users: portal.users,
    /** Installs the app without the consent page; answers as the token endpoint does. */
    install: (scopes: string[] = world.options.scopes) =>
      issue(world, grantApp(world, portal.id, portal.users[0]?.userId ?? 0, scopes)),
    uninstall: () => uninstall(world, portal.id),
    createContact: (values: Record<string, string>) => create(world, portal, 'contacts', values, [], author).id,
    createCompany: (values: Record<string, string>) => create(world, portal, 'companies', values, [], author).id,
    updateContact: (id: string, values: Record<string, string>) => {
      update(world, portal, contact(id), values, author);
    },
    /** Further addresses of a contact, which only people can add. */
    addAddress: (id: string, address: string) => {
      const { properties } = contact(id);
      properties.hs_additional_emails = [properties.hs_additional_emails, address].filter(Boolean).join(';');
    },
    /** An admin deletes a property; its values are gone too. */
    deleteProperty: (type: ObjectType, name: string) => {
      portal.definitions[type].delete(name);
    },
    setCompany: (contactId: string, companyId: string) => {
      const company = find(world, portal, 'companies', companyId);
      associate(portal, contact(contactId), company, defaultTypeId('contacts', 'companies'));
    },
    /** Answers the id of the record both became. */
    mergeContacts: (primaryId: string, otherId: string) =>
      merge(world, portal, contact(primaryId), contact(otherId), author).id,
    deleteContact: (id: string) => archive(world, portal, contact(id), author),
    restoreContact: (id: string) => {
      const object = portal.objects.get(`contacts:${id}`);
      if (object) restore(world, portal, object, author);
    },
    eraseContact: (id: string) => erase(world, portal, contact(id), author),
    addRule: (rule: ValidationRule) => {
      portal.rules.push(rule);
    },
    clearRules: () => {
      portal.rules = [];
    },
    /** Live contacts, for a list of records. */
    contactIds: () =>
      [...portal.objects.values()]
        .filter((object) => object.type === 'contacts' && !object.archivedAt && !object.mergedInto)
        .map((object) => object.id),
    /** Every value on a contact, with `salesos_*` among them. */
    contactProperties: (id: string): Record<string, string> => ({ ...contact(id).properties, hs_object_id: id }),
    companyOf: (id: string): Record<string, string> | null =>
      associated(portal, contact(id), 'companies')[0]?.object.properties ?? null,
    /** The mails a person sees on the contact, oldest first. What is associated with nobody is seen by nobody. */
    timeline: (id: string): TimelineMail[] =>
      associated(portal, contact(id), 'emails')
        .map(({ object: { id: emailId, properties: p } }) => ({
          id: emailId,
          at: p.hs_timestamp ?? '',
          direction: (p.hs_email_direction ?? 'EMAIL') as TimelineMail['direction'],
          subject: p.hs_email_subject ?? '',
          html: p.hs_email_html ?? '',
          text: p.hs_email_text ?? '',
          from: p.hs_email_from_email ?? '',
          to: p.hs_email_to_email ?? '',
          ownerId: p.hubspot_owner_id || null,
        }))
        .sort((a, b) => a.at.localeCompare(b.at) || Number(a.id) - Number(b.id)),
    /** Mails on the timeline of the contact's company. */
    companyTimeline: (companyId: string): string[] =>
      associated(portal, find(world, portal, 'companies', companyId), 'emails').map(({ object }) => object.id),
    /** Every mail in the portal, also those no record shows. */
    mailCount: () => [...portal.objects.values()].filter((object) => object.type === 'emails').length,
  };
}
