/**
 * Installing a version of the package, and which one is there.
 * https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_packageinstallrequest.htm
 */
import { type Connection, SfError } from '@salesforce/core';
import { ask, queryAll, quoted } from './ask.ts';

const needs = { act: 'install packages', right: 'the permission “Download AppExchange Packages”' };
const requests = '/tooling/sobjects/PackageInstallRequest';

export interface InstalledPackage {
  versionId: string;
  /** As in 1.0.0.1. */
  version: string;
}

/** Null where the package is not installed. */
export async function installedPackage(connection: Connection, namespace: string): Promise<InstalledPackage | null> {
  // Salesforce filters these rows by nothing but ids.
  const rows = await queryAll<{
    SubscriberPackageVersionId: string;
    SubscriberPackage: { NamespacePrefix: string | null } | null;
    SubscriberPackageVersion: Record<'MajorVersion' | 'MinorVersion' | 'PatchVersion' | 'BuildNumber', number> | null;
  }>(
    connection,
    'SELECT Id, SubscriberPackageVersionId, SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion, SubscriberPackageVersion.MinorVersion, SubscriberPackageVersion.PatchVersion, SubscriberPackageVersion.BuildNumber FROM InstalledSubscriberPackage',
    { act: 'see which packages are installed', right: 'the permission “View Setup and Configuration”' },
    'tooling/query',
  );
  const row = rows.find(({ SubscriberPackage: one }) => (one?.NamespacePrefix ?? '') === namespace);
  if (!row) return null;
  const number = row.SubscriberPackageVersion;
  const parts = number ? [number.MajorVersion, number.MinorVersion, number.PatchVersion, number.BuildNumber] : [];
  return { versionId: row.SubscriberPackageVersionId, version: parts.join('.') };
}

/** Ids are given with 15 or 18 characters; the first 15 tell. */
export const isSameId = (a: string, b: string): boolean => a.slice(0, 15) === b.slice(0, 15);

/** The id of the request. One that runs already is joined: a lost answer starts nothing twice. */
export async function startInstall(
  connection: Connection,
  versionId: string,
  installationKey?: string,
): Promise<string> {
  const running = await queryAll<{ Id: string }>(
    connection,
    `SELECT Id FROM PackageInstallRequest WHERE Status = 'IN_PROGRESS' AND SubscriberPackageVersionKey = ${quoted(versionId)}`,
    needs,
    'tooling/query',
  );
  if (running[0]) return running[0].Id;
  const body = {
    SubscriberPackageVersionKey: versionId,
    NameConflictResolution: 'Block',
    // For admins only: everybody else gets what the permission sets grant.
    SecurityType: 'None',
    ...(installationKey ? { Password: installationKey } : {}),
  };
  const created = await ask<{ id: string }>(connection, { method: 'POST', path: requests, body, needs });
  if (!created) throw installFailed(['Salesforce does not take installations in this org.']);
  return created.id;
}

/** Null while it runs. Throws SfError with Salesforce's reasons when it failed. */
export async function installOutcome(connection: Connection, requestId: string): Promise<'installed' | null> {
  const request = await ask<{ Status: string; Errors: { errors?: { message: string }[] } | null }>(connection, {
    path: `${requests}/${requestId}`,
    needs,
  });
  if (request?.Status === 'SUCCESS') return 'installed';
  if (request?.Status !== 'ERROR') return null;
  throw installFailed((request.Errors?.errors ?? []).map(({ message }) => message));
}

const installFailed = (reasons: string[]) =>
  new SfError(
    `The package was not installed. ${reasons.length > 0 ? reasons.join(' ') : 'Salesforce did not say why.'}`,
    'InstallFailed',
    [
      'Correct what Salesforce names, then run the same command again.',
      'If it names the installation key, give the right one with --installation-key.',
      'Setup, Installed Packages shows what is installed now.',
    ],
    1,
  );
