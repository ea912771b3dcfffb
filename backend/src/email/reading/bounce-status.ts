import { readFields } from './header-fields.ts';

/** One recipient block of a delivery-status part (RFC 3464 §2.3). */
export interface StatusBlock {
  /** As written, both may be missing a domain. */
  finalRecipient: string;
  originalRecipient: string;
  action: 'failed' | 'delayed' | 'done';
  status: string | null;
  diagnostic: string;
}

export interface StatusReport {
  originalMessageId: string | undefined;
  blocks: StatusBlock[];
}

const mostBlocks = 200;
const beginsRecipient = /^(?:final|original|x-actual)-recipient\s*:/i;

/**
 * Reads a delivery-status part. A recipient's block ends at a blank line or where the next recipient begins, since some
 * servers leave the blank line out; two recipients never share a field.
 */
export function readStatus(text: string): StatusReport {
  const blocks: string[][] = [[]];
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const current = blocks.at(-1)!;
    const name = beginsRecipient.exec(line)?.[0].toLowerCase().replace(/\s/g, '');
    const repeated = name !== undefined && current.some((other) => other.toLowerCase().startsWith(name));
    if (line.trim() === '' ? current.length > 0 : repeated) blocks.push(line.trim() === '' ? [] : [line]);
    else if (line.trim() !== '') current.push(line);
    if (blocks.length > mostBlocks) break;
  }
  const fields = blocks.map((block) => readFields(block.join('\n')));
  return {
    originalMessageId: fields[0]?.['x-original-message-id'] ?? fields[0]?.['original-envelope-id'],
    blocks: fields.filter(isRecipient).map(readBlock),
  };
}

const isRecipient = (fields: Record<string, string>) =>
  'final-recipient' in fields || 'original-recipient' in fields || 'x-actual-recipient' in fields;

function readBlock(fields: Record<string, string>): StatusBlock {
  const action = (fields.action ?? 'failed').toLowerCase();
  return {
    finalRecipient: fields['final-recipient'] ?? fields['x-actual-recipient'] ?? '',
    originalRecipient: fields['original-recipient'] ?? '',
    action: /^(?:delivered|relayed|expanded|deliverable)/.test(action)
      ? 'done'
      : action.startsWith('delayed')
        ? 'delayed'
        : 'failed',
    status: /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.status ?? '')?.[0] ?? null,
    diagnostic: (fields['diagnostic-code'] ?? '').replace(/^smtp;\s*/i, '').slice(0, 1_000),
  };
}

/** `rfc822; <Dana@x.example>` as `dana@x.example`; null without a domain. Undoes the xtext of RFC 3461. */
export function reportedAddress(field: string): string | null {
  const value = (/^[\w./-]{1,30};/.test(field.trim()) ? field.slice(field.indexOf(';') + 1) : field)
    .replace(/\+([0-9A-F]{2})(?=[^@]*@)/g, (whole, code: string) =>
      /^(?:2B|3D)$/.test(code) ? String.fromCharCode(Number.parseInt(code, 16)) : whole,
    )
    .trim()
    .toLowerCase();
  const address = /("[^"@]{1,64}"|[^\s<>()[\];,:"]{1,64})@[^\s<>()[\];,:"]{1,255}/.exec(value)?.[0];
  return address?.replace(/\.$/, '') ?? null;
}
