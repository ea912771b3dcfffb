/**
 * Requests of Salesforce: our package's Apex calls us through the Named Credential `SalesOS`. Its `Authorization` header
 * bears the org's key; which user looks at the card Apex says, after it asked Salesforce in that user's own name whether
 * they may read the record. So the key vouches for the org, and our Apex for the user.
 */
import { actionRows } from '@salesos/shared/actions.ts';
import { z } from 'zod';
import { authenticateOrgKey } from '../tenants/index.ts';
import type { Surface, SurfaceIdentity, SurfaceVerdict, SurfaceVerifier, WorkflowFormat } from './surface.ts';

const crm = 'salesforce';
/** Salesforce ids in their long form, which does not depend on upper and lower case. */
const orgId = /^00D[0-9A-Za-z]{15}$/;
const userId = /^005[0-9A-Za-z]{15}$/;
const email = z.email().max(254);

const verifier: SurfaceVerifier = {
  crm,
  async verify({ headers }, system): Promise<SurfaceVerdict> {
    const key = /^Bearer (sfo_\S*)$/i.exec(headers.get('authorization') ?? '')?.[1];
    if (!key) return { outcome: 'unsigned' };
    const accountId = headers.get('salesos-org-id') ?? '';
    if (!orgId.test(accountId)) return { outcome: 'refused', reason: 'no org id' };
    const user = readUser(headers);
    if (!user) return { outcome: 'refused', reason: 'malformed user' };
    if (!(await authenticateOrgKey(system, { crm, key, accountId })))
      return { outcome: 'refused', reason: 'unknown key, or one of another org' };
    return { outcome: 'identified', identity: { accountId, ...user, records: null } };
  },
};

/** The running user; nobody where a flow runs by itself. Null where the headers are none of ours. */
function readUser(headers: { get(name: string): string | null }) {
  const [id, address, name] = ['salesos-user-id', 'salesos-user-email', 'salesos-user-name'].map(
    (header) => headers.get(header) || null,
  );
  if ((id && !userId.test(id)) || (address && !email.safeParse(address).success)) return null;
  try {
    const userName = name ? decodeURIComponent(name) : null;
    // Who has the permission set “SalesOS Admin”: so an org that somebody else connected has its admins all the same.
    const isAdmin = headers.get('salesos-user-is-admin') === 'true';
    return { userId: id ?? null, userEmail: address ?? null, userName, isAdmin };
  } catch {
    return null;
  }
}

/** The account of a verified request: the key is bound to it. */
const accountOf = ({ accountId }: SurfaceIdentity): string => accountId ?? '';

const optionsRequest = z.object({
  inputName: z.string().nullish(),
  query: z.string().max(200).nullish(),
  after: z.string().nullish(),
});

/** One request for all interviews of a flow that run together. */
export const rowsWorkflow: WorkflowFormat = {
  isBatched: true,
  parseExecutions(_, body, identity) {
    const { rows, workflow } = actionRows.parse(body);
    return rows.map(({ key, objectType, recordId, inputs }) => ({
      callbackId: key,
      accountId: accountOf(identity),
      workflowId: workflow,
      objectType,
      recordId,
      // An input that is left empty arrives as "".
      inputs: Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== '')),
    }));
  },
  executionAnswer: (_, results) => ({ results }),
  parseOptionsRequest(body, identity) {
    const { inputName, query, after } = optionsRequest.parse(body);
    return {
      accountId: accountOf(identity),
      inputName: inputName ?? null,
      query: query ?? '',
      after: after || null,
    };
  },
  optionsAnswer: (options, after) => ({ options, after }),
};

export const salesforceSurface: Surface = { verifier, workflow: rowsWorkflow };
