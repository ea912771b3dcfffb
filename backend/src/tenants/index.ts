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
export { accessToken, dropGrant, markReconnect, storeGrant } from './grants.ts';
export { type Connection, connectionsOf, crmAccount, findConnection, installCrm, uninstallCrm } from './install.ts';
export { getMember, type Member, memberByOwnerId, memberFromIdentity, syncOwners } from './members.ts';
export { type Grant, GrantRefused, type OAuthVendor, type Tokens } from './oauth.ts';
export { getTenant, type Tenant, updateTenant } from './settings.ts';
