/** A mailbox in the settings: its health, and what may be changed. */
import { z } from 'zod';
import { sendWindow, weekdays } from '../sequence.ts';

export const mailboxView = z.object({
  id: z.uuid(),
  address: z.string(),
  /** The kind, as `/cards/mailboxes/connect` takes it. */
  vendor: z.string(),
  vendorName: z.string(),
  status: z.enum(['connected', 'reconnect', 'paused', 'disconnected']),
  /** One sentence on its health. */
  sentence: z.string(),
  displayName: z.string().nullable(),
  signature: z.string().nullable(),
  replyTo: z.string().nullable(),
  aliases: z.array(z.string()),
  dailyCap: z.number().int(),
  hourlyCap: z.number().int().nullable(),
  ramp: z.object({ startPerDay: z.number().int(), addPerDay: z.number().int() }).nullable(),
  workingHours: z
    .object({ days: z.array(z.enum(weekdays)), fromMinute: z.number().int(), toMinute: z.number().int() })
    .nullable(),
  /** Where its days begin and its working hours are read. */
  timeZone: z.string(),
  spacingSeconds: z.number().int(),
  sentToday: z.number().int(),
  /** The smallest of its daily limits: the provider's, its own, and while it is new the ramp's. */
  limitToday: z.number().int(),
});

const address = z.email().max(254);
/** What may be changed of a mailbox; null takes a setting away. */
export const mailboxChange = z.object({
  displayName: z.string().trim().max(100).nullable().optional(),
  /** Plain text. It stands where a template says `{{signature}}`, else at the end of the mail. */
  signature: z.string().trim().max(2000).nullable().optional(),
  /** An address that arrives in a connected mailbox: answers that nobody reads would not stop a sequence. */
  replyTo: address.nullable().optional(),
  /** Other addresses of the same person whose mail arrives here. */
  aliases: z.array(address).max(20).optional(),
  dailyCap: z.number().int().min(1).max(10_000).optional(),
  hourlyCap: z.number().int().min(1).max(1000).nullable().optional(),
  /** From today on so many mails a day, and so many more each day, until the daily cap is reached. */
  ramp: z
    .object({ startPerDay: z.number().int().min(1).max(1000), addPerDay: z.number().int().min(1).max(500) })
    .nullable()
    .optional(),
  /** Null: any hour; the recipient's window rules alone. */
  workingHours: sendWindow.nullable().optional(),
  timeZone: z.string().max(60).optional(),
  /** The mean gap is about a fifth longer: gaps vary between 0.6 and 1.8 times this. */
  spacingSeconds: z.number().int().min(0).max(86_400).optional(),
});
export type MailboxChange = z.output<typeof mailboxChange>;
