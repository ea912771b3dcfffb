import type { contactEndpoints } from '@salesos/shared/api/contacts.ts';
import { type Contact, getContact, listContacts } from '../contacts/index.ts';
import { ensureContact } from '../crm-sync/index.ts';
import { scoreOf } from '../scoring/index.ts';
import type { Handlers } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { RequestProblem } from './problem.ts';

export const contactHandlers: Handlers<typeof contactEndpoints> = {
  listContacts: ({ ctx, query }) => pageOf(query, (page) => listContacts(ctx, { ...query, ...page }), present),
  getContact: async ({ ctx, params }) => present(await getContact(ctx, params.contactId)),
  getContactByRecord: async ({ ctx, params }) => present(await ensureContact(ctx, params)),
  getContactScore: async ({ ctx, params, query }) => {
    const { id } = await getContact(ctx, params.contactId);
    const now = ctx.clock.now();
    const at = query.at ? new Date(query.at) : now;
    if (at > now)
      throw new RequestProblem(400, 'invalid_request', 'A score can be asked for up to now, not for the future.');
    return scoreOf(ctx, id, at);
  },
};

/** The contract cuts off what is not to be shown. */
const present = (contact: Contact) => contact;
