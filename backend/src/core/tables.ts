/** Every table's columns, as the code sees them: camelCase here is snake_case in the database (Kysely's CamelCasePlugin). */

import type { DomainFinding, mailLoggings, trackingLevels } from '@salesos/shared/cards.ts';
import type { EvidenceGrade, StopReason } from '@salesos/shared/events.ts';
import type { SendWindow } from '@salesos/shared/sequence.ts';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

export type TrackingLevel = (typeof trackingLevels)[number];
export type MailLogging = (typeof mailLoggings)[number];
type Json<T extends object> = JSONColumnType<T>;
type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;

export interface Ramp {
  startPerDay: number;
  addPerDay: number;
  /** The first day, as an ISO date in the mailbox's zone. */
  since: string;
}

export interface Tables {
  tenant: {
    id: string;
    name: string;
    status: Generated<'active' | 'disconnected'>;
    postalAddress: string | null;
    trackingLevel: Generated<TrackingLevel>;
    timeZone: Generated<string>;
    samePersonPolicy: Generated<'automatic' | 'confirmed'>;
    mailLogging: Generated<MailLogging>;
    createdAt: Date;
  };
  member: {
    tenantId: string;
    id: string;
    email: string;
    name: string;
    role: Generated<'rep' | 'admin'>;
    createdAt: Date;
  };
  memberIdentity: {
    tenantId: string;
    crm: string;
    crmUserId: string;
    memberId: string;
    crmOwnerId: string | null;
    email: string;
    name: string | null;
    isAdmin: Generated<boolean>;
  };
  crmConnection: {
    tenantId: string;
    id: string;
    crm: string;
    accountId: string;
    status: 'connected' | 'reconnect' | 'uninstalled';
    statusReason: string | null;
    scopes: Generated<string[]>;
    apiUrl: string | null;
    /** Whose tokens serve the sync; null: nobody's yet. */
    grantId: string | null;
    connectedAt: Date;
    createdAt: Date;
  };
  connectionProblem: {
    tenantId: string;
    connectionId: string;
    code: string;
    sentence: string;
    howToFix: string;
    since: Date;
    retryAt: Date;
  };
  orgKey: {
    tenantId: string;
    id: string;
    connectionId: string;
    hash: string;
    createdAt: Date;
    endsAt: Date | null;
  };
  vendorGrant: {
    tenantId: string;
    id: string;
    vendor: string;
    account: string;
    sealedTokens: string;
    expiresAt: Date;
    refusedAt: Date | null;
    refreshingUntil: Date | null;
  };
  oauthState: {
    state: string;
    vendor: string;
    tenantId: string | null;
    memberId: string | null;
    sealedVerifier: string | null;
    expiresAt: Date;
  };
  apiKey: {
    tenantId: string;
    id: string;
    name: string;
    prefix: string;
    hash: string;
    scopes: string[];
    apiVersion: string | null;
    createdAt: Date;
    lastUsedAt: Date | null;
    revokedAt: Date | null;
  };
  event: {
    tenantId: string;
    id: string;
    name: string;
    contactId: string | null;
    data: Json<Record<string, unknown>>;
    at: Date;
  };
  eventReaction: { tenantId: string; eventId: string; subscriber: string };
  decision: {
    tenantId: string;
    id: string;
    subject: string;
    subjectId: string;
    contactId: string | null;
    outcome: string;
    reason: string;
    ruleVersion: string;
    inputs: Json<Record<string, unknown>>;
    at: Date;
  };
  idempotencyKey: {
    tenantId: string;
    key: string;
    fingerprint: string;
    state: 'running' | 'done';
    status: number | null;
    body: NullableJson<object>;
    createdAt: Date;
  };
  contact: {
    tenantId: string;
    id: string;
    firstName: string | null;
    lastName: string | null;
    jobTitle: string | null;
    companyName: string | null;
    ownerMemberId: string | null;
    timeZone: string | null;
    timeZoneSource: Generated<'record' | 'country' | 'account'>;
    country: string | null;
    properties: Json<Record<string, string>>;
    status: Generated<'active' | 'merged' | 'deleted' | 'erased'>;
    mergedIntoId: string | null;
    fetchedAt: Date | null;
    createdAt: Date;
  };
  contactRecord: {
    tenantId: string;
    crm: string;
    recordId: string;
    objectType: string;
    contactId: string;
    isCurrent: Generated<boolean>;
    said: NullableJson<object>;
    fetchedAt: Date | null;
    linkedAt: Date | null;
  };
  samePersonQuestion: {
    tenantId: string;
    id: string;
    contactId: string;
    otherContactId: string;
    state: 'open' | 'same' | 'different';
    askedAt: Date;
    answeredAt: Date | null;
    answeredBy: string | null;
  };
  contactAddress: { tenantId: string; contactId: string; address: string; position: number };
  suppression: {
    tenantId: string;
    key: string;
    kind: 'address' | 'domain' | 'person';
    hint: string | null;
    reason: 'opted_out' | 'hard_bounce' | 'complaint' | 'manual' | 'crm';
    source: string;
    createdAt: Date;
  };
  consent: {
    tenantId: string;
    id: string;
    personKey: string;
    purpose: 'tracking';
    granted: boolean;
    source: string;
    textVersion: string;
    actor: string;
    at: Date;
  };
  template: {
    tenantId: string;
    id: string;
    name: string;
    latestVersion: number;
    archivedAt: Date | null;
    createdAt: Date;
  };
  templateVersion: {
    tenantId: string;
    templateId: string;
    version: number;
    subject: string;
    html: string | null;
    text: string | null;
    createdAt: Date;
  };
  mailbox: {
    tenantId: string;
    id: string;
    vendor: string;
    address: string;
    displayName: string | null;
    ownerMemberId: string | null;
    status: 'connected' | 'reconnect' | 'paused' | 'disconnected';
    statusReason: string | null;
    dailyCap: number;
    hourlyCap: number | null;
    /** Null: it may send up to its daily cap from the first day on. */
    ramp: NullableJson<Ramp>;
    /** Null: any hour; the recipient's window rules. */
    workingHours: NullableJson<SendWindow>;
    spacingSeconds: number;
    /** Where its days begin: the daily cap counts calendar days. */
    timeZone: string;
    /** Plain text. */
    signature: string | null;
    /** An address of a mailbox that is read, and that mailbox: replies must not go where nobody looks. */
    replyTo: string | null;
    replyToMailboxId: string | null;
    /** Other addresses of the same person that arrive here. */
    aliases: Generated<string[]>;
    /** Its bounces are counted from here on: it was paused by a rule or connected then. */
    healthSince: Date | null;
    sentOn: string | null;
    sentCount: Generated<number>;
    hourOn: string | null;
    hourCount: Generated<number>;
    lastSentAt: Date | null;
    reservedUntil: Date | null;
    cursor: string | null;
    syncedAt: Date | null;
    nextSyncAt: Date | null;
    watchExpiresAt: Date | null;
    createdAt: Date;
  };
  sendSettings: {
    tenantId: string;
    accountDailyCap: number | null;
    recipientDomainDailyCap: number | null;
    trackingHost: string | null;
    trackingState: Generated<'none' | 'pending' | 'verified' | 'lost'>;
    trackingReason: string | null;
    trackingCheckAt: Date | null;
  };
  /** Mails since midnight of one account, recipient domain or sequence. */
  sendCount: { tenantId: string; scope: string; day: string; sentCount: number };
  sendingDomain: {
    tenantId: string;
    domain: string;
    checkedAt: Date | null;
    nextCheckAt: Date;
    findings: Json<DomainFinding[]>;
  };
  message: {
    tenantId: string;
    id: string;
    mailboxId: string;
    contactId: string;
    enrollmentId: string | null;
    stepIndex: number | null;
    templateId: string | null;
    templateVersion: number | null;
    variables: Json<Record<string, string>>;
    content: NullableJson<{ subject: string; html: string | null; text: string | null }>;
    toAddress: string;
    /** The CRM that gets a blind copy, and the address there. */
    copyCrm: string | null;
    copyTo: string | null;
    subject: string | null;
    state: 'scheduled' | 'held' | 'claimed' | 'sending' | 'sent' | 'failed' | 'cancelled' | 'parked';
    notBefore: Date;
    sendWindow: NullableJson<object>;
    replyInThread: Generated<boolean>;
    repliesSince: Date | null;
    whyWaiting: string | null;
    /** Who keeps it back: it leaves only when nobody does. */
    heldFor: Generated<string[]>;
    /** Stopped while it was being sent: if the provider did not take it, it is not sent again. */
    cancelRequested: Generated<boolean>;
    trackingLevel: TrackingLevel;
    trackingToken: string;
    links: Generated<string[]>;
    messageIdHeader: string;
    inReplyTo: string | null;
    replyMailboxId: string | null;
    claimId: string | null;
    claimedUntil: Date | null;
    attemptCount: Generated<number>;
    replyCheck: NullableJson<object>;
    intentAt: Date | null;
    sentAt: Date | null;
    providerMessageId: string | null;
    providerThreadId: string | null;
    wireMessageId: string | null;
    failureCode: string | null;
    failureReason: string | null;
    createdAt: Date;
  };
  trackingHit: {
    tenantId: string;
    id: string;
    messageId: string;
    kind: 'open' | 'click';
    linkIndex: number | null;
    at: Date;
    method: string;
    visitor: string;
    network: string;
    headers: Json<Record<string, string>>;
    evidence: EvidenceGrade | null;
    reasons: string[] | null;
    counted: Generated<boolean>;
    ruleVersion: number | null;
  };
  inboundMessage: {
    tenantId: string;
    id: string;
    mailboxId: string;
    providerMessageId: string;
    providerThreadId: string;
    receivedAt: Date;
    kind: string;
    fromAddress: string;
    subject: string;
    text: string;
    contactId: string | null;
    messageId: string | null;
    matchedBy: string | null;
    confidence: string | null;
    returnsOn: string | null;
    bounce: NullableJson<object>;
    evidence: Json<string[]>;
    createdAt: Date;
  };
  sequence: {
    tenantId: string;
    id: string;
    name: string;
    description: Generated<string>;
    status: 'draft' | 'published' | 'archived';
    publishedVersion: number | null;
    createdAt: Date;
  };
  sequenceVersion: { tenantId: string; sequenceId: string; version: number; definition: Json<object>; createdAt: Date };
  enrollment: {
    tenantId: string;
    id: string;
    sequenceId: string;
    sequenceVersion: number;
    contactId: string;
    mailboxId: string;
    status: 'active' | 'paused' | 'finished' | 'stopped';
    stepIndex: number;
    nextStepAt: Date | null;
    whyWaiting: string | null;
    pauseReason: string | null;
    pausedUntil: Date | null;
    stopReason: StopReason | null;
    source: 'card' | 'workflow' | 'api';
    startedBy: string;
    startedAt: Date;
    endedAt: Date | null;
  };
  task: {
    tenantId: string;
    id: string;
    enrollmentId: string;
    stepIndex: number;
    contactId: string;
    title: string;
    note: string;
    status: 'open' | 'completed' | 'cancelled';
    dueAt: Date;
    completedAt: Date | null;
    completedBy: string | null;
  };
  crmWrite: {
    tenantId: string;
    id: string;
    connectionId: string;
    contactId: string;
    recordId: string;
    kind: 'email' | 'fields' | 'task';
    key: string;
    payload: Json<object>;
    revision: Generated<number>;
    writtenRevision: Generated<number>;
    state: 'pending' | 'held' | 'writing' | 'written' | 'refused';
    maybeWritten: Generated<boolean>;
    attemptCount: Generated<number>;
    notBefore: Date;
    claimedUntil: Date | null;
    crmId: string | null;
    failureCode: string | null;
    failureReason: string | null;
    createdAt: Date;
    updatedAt: Date;
  };
  crmRead: {
    tenantId: string;
    connectionId: string;
    recordId: string;
    revision: Generated<number>;
    attemptCount: Generated<number>;
    notBefore: Date;
    claimedUntil: Date | null;
  };
  crmChanges: {
    tenantId: string;
    connectionId: string;
    cursor: string | null;
    attemptCount: Generated<number>;
    notBefore: Date;
    claimedUntil: Date | null;
  };
  crmNotice: { crm: string; accountId: string; key: string; receivedAt: Date };
  crmEcho: {
    tenantId: string;
    connectionId: string;
    recordId: string;
    written: Record<string, unknown>;
    writtenAt: Date;
  };
  automationSecret: { connectionId: string; tenantId: string; hash: string; createdAt: Date };
  automationDelivery: {
    tenantId: string;
    id: string;
    connectionId: string;
    at: Date;
    action: string;
    recordId: string | null;
    result: string;
    message: string;
  };
  engagement: {
    tenantId: string;
    id: string;
    contactId: string;
    messageId: string | null;
    kind: 'open' | 'click' | 'reply';
    evidence: EvidenceGrade;
    label: string;
    at: Date;
  };
  score: { tenantId: string; contactId: string; value: number; tier: number; ruleVersion: string; computedAt: Date };
}
