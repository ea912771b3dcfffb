/** The customers: their settings, members, connected CRMs, sealed vendor tokens and API keys. */
export {
  type ApiKeyView,
  authenticateApiKey,
  createApiKey,
  listApiKeys,
  pinApiVersion,
  revokeApiKey,
} from './api-keys.ts';
export { type ConnectRequest, finishConnect, startConnect } from './connect.ts';
export { type Connection, connectionsOf, crmAccount, findConnection, markReconnect } from './connections.ts';
export { accessToken, dropGrant, memberAccessToken, storeGrant } from './grants.ts';
export { installCrm } from './install.ts';
export {
  getMember,
  identitiesOf,
  listMembers,
  type Member,
  memberByOwnerId,
  memberByUserId,
  memberFromIdentity,
  setMemberRole,
  syncOwners,
} from './members.ts';
export { type Grant, GrantRefused, type OAuthVendor, type Tokens } from './oauth.ts';
export { authenticateOrgKey, hasOrgKey, newOrgKey, saveOrgKey } from './org-keys.ts';
export { type ConnectionProblem, dueProblems, forgetProblems, noteProblem } from './problems.ts';
export { getTenant, type Tenant, updateTenant } from './settings.ts';
export { uninstallCrm, uninstallMember } from './uninstall.ts';
