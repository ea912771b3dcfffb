import type { EvidenceGrade } from '@salesos/shared/events.ts';
import { isbot } from 'isbot';

/** Raised with every change of a rule or limit below; stored verdicts of an older version are computed anew. */
export const gradingRuleVersion = 1;

/** One request for a pixel or a tracked link, as it was stored. */
export interface Hit {
  kind: 'open' | 'click';
  at: Date;
  method: string;
  userAgent: string | null;
  /** Request headers by lower-case name; only the purpose headers are looked at. */
  headers: Readonly<Record<string, string>>;
  /** Keyed hash of address and user agent: the same visitor, as far as one can tell. */
  visitor: string;
  /** Keyed hash of the address alone. */
  network: string;
  /** Which link of the mail; null for the pixel. */
  link: number | null;
  /** The link that no person can see. */
  honeypot: boolean;
}

export interface HitContext {
  /** When the provider took the mail; null when not known. */
  acceptedAt: Date | null;
  /** Number of tracked links in the mail, without the honeypot. */
  linkCount: number;
  /** Visitors known to be our own people (a rep who opens the Sent copy). */
  ownVisitors: ReadonlySet<string>;
}

/** Why a hit was graded as it was, in words for people. */
export const hitReasons = {
  not_get: 'The request only checked that the address exists.',
  prefetch: 'The program said that it loads ahead of the reader.',
  honeypot: 'It followed a link that no person can see.',
  near_honeypot: 'A program was following links of this mail at the same time or from the same place.',
  no_user_agent: 'The program did not say what it is.',
  apple_privacy: 'Apple Mail loads every mail in advance, read or not.',
  gmail_prefetch: 'Gmail loaded the mail in advance.',
  bot: 'The program calls itself a robot or a security scanner.',
  too_soon: 'It came within seconds of delivery, before a person could read.',
  burst: 'Several links were followed within five seconds.',
  own_team: 'It came from your own team.',
  gmail_proxy: 'Gmail showed the mail to its reader.',
  browser: 'It came from an ordinary mail program or browser.',
  acceptance_unknown: 'It is not known when the mail was delivered, so timing proves nothing.',
  unfamiliar: 'The program is not a known mail program or browser.',
  quick_pair: 'Two links were followed within two seconds.',
  two_systems: 'The same link was followed from two kinds of device within a minute.',
  repeat: 'The same person within half an hour counts once.',
} as const;
export type HitReason = keyof typeof hitReasons;

export interface HitVerdict {
  evidence: EvidenceGrade;
  reasons: HitReason[];
  /** Seen already within 30 minutes: true hits are shown but not counted. */
  repeat: boolean;
}

const tooSoonSeconds = 10;
const burstSeconds = 5;
const burstLinks = 3;
const quickPairSeconds = 2;
const taintSeconds = 60;
const repeatSeconds = 30 * 60;

/**
 * Grades all hits of one message; one verdict per hit, in order. Later hits can change the verdict of earlier ones (a burst, a
 * honeypot), so grade a message again when a hit is added. Opens never prove attention; only `human` clicks may start anything.
 */
export function gradeHits(hits: readonly Hit[], context: HitContext): HitVerdict[] {
  const inOrder = hits.map((_hit, index) => index).sort((a, b) => time(hits[a]!) - time(hits[b]!));
  const sorted = inOrder.map((index) => hits[index]!);
  const fromCompany = companyReasons(sorted, context);
  const verdicts: HitVerdict[] = new Array(hits.length);
  const counted = new Map<string, number>();
  for (const [place, hit] of sorted.entries()) {
    const { machine, doubt } = fromCompany[place]!;
    machine.unshift(...machineReasons(hit, context));
    doubt.unshift(...doubtReasons(hit, context));
    const evidence = machine.length > 0 ? 'machine' : doubt.length > 0 ? 'likely' : 'human';
    const reasons = machine.length > 0 ? machine : doubt.length > 0 ? doubt : [humanReason(hit)];
    const repeat = evidence !== 'machine' && isRepeat(hit, evidence, counted);
    verdicts[inOrder[place]!] = { evidence, reasons: repeat ? [...reasons, 'repeat'] : reasons, repeat };
  }
  return verdicts;
}

const time = (hit: Hit) => hit.at.getTime();
const mailPrograms = /Outlook|Thunderbird/i;
const isProxy = (hit: Hit) => hit.kind === 'open' && /GoogleImageProxy/.test(hit.userAgent ?? '');
const humanReason = (hit: Hit): HitReason => (isProxy(hit) ? 'gmail_proxy' : 'browser');

const purposeHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const scanners =
  /barracuda|proofpoint|mimecast|messagelabs|fireeye|trellix|trend ?micro|forcepoint|ironport|safelinks|mailscanner|urldefense/i;

function machineReasons(hit: Hit, context: HitContext): HitReason[] {
  const agent = hit.userAgent?.trim() ?? '';
  const reasons: HitReason[] = [];
  if (context.ownVisitors.has(hit.visitor)) reasons.push('own_team');
  if (hit.method !== 'GET') reasons.push('not_get');
  if (purposeHeaders.some((name) => /prefetch|preview|prerender/i.test(hit.headers[name] ?? '')))
    reasons.push('prefetch');
  if (hit.honeypot) reasons.push('honeypot');
  if (agent === '') reasons.push('no_user_agent');
  else if (agent === 'Mozilla/5.0') reasons.push('apple_privacy');
  else if (/Chrome\/42\.0\.2311\.135 .*Edge\/12\.246/.test(agent)) reasons.push('gmail_prefetch');
  else if (scanners.test(agent) || (!isProxy(hit) && !mailPrograms.test(agent) && isbot(agent))) reasons.push('bot');
  if (context.acceptedAt && time(hit) - context.acceptedAt.getTime() < tooSoonSeconds * 1_000) reasons.push('too_soon');
  return reasons;
}

function doubtReasons(hit: Hit, context: HitContext): HitReason[] {
  const reasons: HitReason[] = [];
  if (!context.acceptedAt) reasons.push('acceptance_unknown');
  const agent = hit.userAgent ?? '';
  if (!agent.startsWith('Mozilla/') && !mailPrograms.test(agent)) reasons.push('unfamiliar');
  return reasons;
}

/** What the other hits say about each hit. `sorted` by time. */
function companyReasons(sorted: readonly Hit[], context: HitContext): { machine: HitReason[]; doubt: HitReason[] }[] {
  const reasons = sorted.map((): { machine: HitReason[]; doubt: HitReason[] } => ({ machine: [], doubt: [] }));
  const traps = sorted.filter((hit) => hit.honeypot);
  const trappedNetworks = new Set(traps.map((hit) => hit.network));
  const distance = distanceTo(traps.map(time));
  for (const [place, hit] of sorted.entries()) {
    if (hit.honeypot) continue;
    if (trappedNetworks.has(hit.network) || distance(time(hit)) <= taintSeconds * 1_000)
      reasons[place]!.machine.push('near_honeypot');
  }
  const clicks = [...sorted.keys()].filter((place) => sorted[place]!.kind === 'click');
  const link = (place: number) => String(sorted[place]!.link);
  const enough = Math.min(burstLinks, Math.max(2, context.linkCount));
  for (const place of crowded(clicks, sorted, burstSeconds, link, enough)) reasons[place]!.machine.push('burst');
  for (const place of crowded(clicks, sorted, quickPairSeconds, link, 2)) reasons[place]!.doubt.push('quick_pair');
  const clicksByLink = Map.groupBy(clicks, link);
  const system = (place: number) =>
    /Windows|Android|iPhone|iPad|Macintosh|CrOS|Linux/.exec(sorted[place]!.userAgent ?? '')?.[0] ?? '';
  for (const sameLink of clicksByLink.values()) {
    for (const place of crowded(sameLink, sorted, taintSeconds, system, 2)) reasons[place]!.doubt.push('two_systems');
  }
  return reasons;
}

/** The places that lie in some window of `seconds` in which `distinct` different keys occur. Linear: two pointers. */
function crowded(
  places: readonly number[],
  sorted: readonly Hit[],
  seconds: number,
  keyOf: (place: number) => string,
  distinct: number,
): number[] {
  const found: number[] = [];
  const counts = new Map<string, number>();
  let first = 0;
  let nextUnmarked = 0;
  for (const [last, place] of places.entries()) {
    counts.set(keyOf(place), (counts.get(keyOf(place)) ?? 0) + 1);
    while (time(sorted[place]!) - time(sorted[places[first]!]!) > seconds * 1_000) {
      const key = keyOf(places[first]!);
      const left = counts.get(key)! - 1;
      if (left === 0) counts.delete(key);
      else counts.set(key, left);
      first += 1;
    }
    if (counts.size < distinct) continue;
    for (let at = Math.max(first, nextUnmarked); at <= last; at += 1) found.push(places[at]!);
    nextUnmarked = last + 1;
  }
  return found;
}

/** Distance in milliseconds to the nearest of some sorted instants; the instants asked for must not go back. */
function distanceTo(instants: readonly number[]): (at: number) => number {
  let next = 0;
  return (at) => {
    while (next < instants.length && instants[next]! < at) next += 1;
    const before = next > 0 ? at - instants[next - 1]! : Number.POSITIVE_INFINITY;
    const after = next < instants.length ? instants[next]! - at : Number.POSITIVE_INFINITY;
    return Math.min(before, after);
  };
}

/** Opens repeat per message, clicks per link and visitor. A weaker hit never hides a stronger one. Notes the hit when it counts. */
function isRepeat(hit: Hit, evidence: 'human' | 'likely', counted: Map<string, number>): boolean {
  const key = hit.kind === 'open' ? 'open' : `${hit.link} ${hit.visitor}`;
  const stronger = evidence === 'human' ? ['human'] : ['human', 'likely'];
  const isWithin = (last: number | undefined) => last !== undefined && time(hit) - last < repeatSeconds * 1_000;
  if (stronger.some((grade) => isWithin(counted.get(`${grade} ${key}`)))) return true;
  counted.set(`${evidence} ${key}`, time(hit));
  return false;
}
