import type { Context } from 'hono';
import { headerOf, splitMail } from '../rfc822.ts';
import { badRequest } from './errors.ts';

/** The two simple upload protocols: `media` (the mail is the body) and `multipart` (JSON part, then the mail). */
export async function readUpload(c: Context): Promise<{ raw: Buffer; threadId: string | undefined }> {
  const body = Buffer.from(await c.req.arrayBuffer());
  const uploadType = c.req.query('uploadType');
  if (uploadType === 'media') return { raw: body, threadId: undefined };
  const type = c.req.header('content-type') ?? '';
  const boundary = /^multipart\/related;.*boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (uploadType !== 'multipart' || !boundary) throw badRequest('Unsupported upload type');
  const [metadata, media] = splitParts(body, boundary);
  if (!metadata || !media || !/message\/rfc822/i.test(headerOf(media, 'Content-Type') ?? '')) {
    throw badRequest('Media type of the message must be message/rfc822');
  }
  const fields: unknown = JSON.parse(splitMail(metadata).body.toString());
  const threadId = (fields as { threadId?: unknown } | null)?.threadId;
  return { raw: splitMail(media).body, threadId: typeof threadId === 'string' ? threadId : undefined };
}

function splitParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  const mark = `--${boundary}`;
  let start = body.indexOf(mark);
  while (start >= 0) {
    const from = body.indexOf('\r\n', start) + 2;
    const next = body.indexOf(`\r\n${mark}`, from);
    if (from < 2 || next < 0) break;
    parts.push(body.subarray(from, next));
    start = next + 2;
  }
  return parts;
}
