/**
 * The anchor of the send bench: the least that sending with a durable intent and outcome can cost. Render, rewrite, MIME by
 * hand, undici, three plain tables, batches of 500 with one commit before and one after. It checks nothing: no pace, no reply,
 * no suppression, no claim, no decision, no event subscribers.
 */
import { createHmac } from 'node:crypto';
import Handlebars from 'handlebars';
import { Parser } from 'htmlparser2';
import pg from 'pg';
import { Pool as HttpPool } from 'undici';
import { inParallel } from '../src/core/jobs.ts';
import { source, values } from './mail-source.ts';

const tables = `
  create table limit_message (id uuid primary key, contact_id text not null, state smallint not null, provider_id text, sent_at timestamptz);
  create table limit_enrollment (id int primary key, step int not null default 0, next_at timestamptz);
  create table limit_event (id bigint generated always as identity primary key, message_id uuid not null, kind smallint not null, at timestamptz not null default now())`;

const template = Handlebars.compile(source.html);
const key = Buffer.alloc(32, 9);
const uuid = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;

function trackedUrl(url: string, index: number): string {
  const mac = createHmac('sha256', key).update(`m${index}\0${url}`).digest('base64url').slice(0, 22);
  return `https://t.example.com/c/m${index}/${mac}?u=${encodeURIComponent(url)}`;
}

function rewrite(html: string, index: number): string {
  let out = '';
  let last = 0;
  let bodyEnd = -1;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name !== 'a' || !attributes.href) return;
      const tag = html.slice(parser.startIndex, parser.endIndex! + 1);
      const url = trackedUrl(attributes.href, index).replaceAll('&', '&amp;');
      out +=
        html.slice(last, parser.startIndex) +
        tag.replace(/(\shref\s*=\s*)("[^"]*")/i, (_, before) => `${before}"${url}"`);
      last = parser.endIndex! + 1;
    },
    onclosetag(name, implied) {
      if (name === 'body' && !implied) bodyEnd = parser.startIndex;
    },
  });
  parser.end(html);
  return `${out}${html.slice(last, bodyEnd)}<img src="https://t.example.com/o/m${index}" width="1" height="1" alt="">${html.slice(bodyEnd)}`;
}

function compose(html: string, index: number): Buffer {
  const boundary = `b_${index}_4f2a`;
  const encoded = Buffer.from(html).toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.from(
    `From: Robin Vale <robin@sender.example>\r\nTo: dana+${index}@customer.example\r\nSubject: A question\r\nMessage-ID: <m${index}@sender.example>\r\nDate: Mon, 04 Jan 2027 09:00:00 +0000\r\nMIME-Version: 1.0\r\nList-Unsubscribe: <https://t.example.com/u/m${index}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nContent-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHi Dana,\r\n\r\nSee the short version.\r\n\r\nRobin Vale\r\n--${boundary}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--${boundary}--\r\n`,
  );
}

export interface LimitPipeline {
  /** Puts `count` enrollments in place. */
  prepare(count: number): Promise<void>;
  send(count: number): Promise<void>;
  close(): Promise<void>;
}

const batchSize = 500;

export async function openLimitPipeline(url: string, providerPort: number): Promise<LimitPipeline> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  // The database is dropped right after: the server may end a connection that it has not seen closed yet.
  pool.on('error', () => {});
  const http = new HttpPool(`http://127.0.0.1:${providerPort}`, { connections: 20, pipelining: 1 });
  await pool.query(tables);

  async function deliver(index: number): Promise<string> {
    const raw = compose(
      rewrite(template({ ...values, unsubscribe_url: `https://t.example.com/u/m${index}` }), index),
      index,
    );
    const answer = await http.request({
      path: '/send',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
      body: JSON.stringify({ raw: raw.toString('base64url') }),
    });
    return ((await answer.body.json()) as { id: string }).id;
  }

  return {
    async prepare(count) {
      await pool.query('truncate limit_message, limit_enrollment, limit_event');
      await pool.query('insert into limit_enrollment (id) select generate_series(0, $1::int)', [count]);
      await pool.query('analyze limit_enrollment');
    },
    async send(count) {
      for (let from = 0; from < count; from += batchSize) {
        const indexes = Array.from({ length: Math.min(batchSize, count - from) }, (_, index) => from + index);
        await pool.query({
          name: 'intend',
          text: 'insert into limit_message (id, contact_id, state) select u, c, 1 from unnest($1::uuid[], $2::text[]) as t(u, c)',
          values: [indexes.map(uuid), indexes.map((index) => `c${index}`)],
        });
        const ids = await inParallel(indexes, 20, deliver);
        await pool.query({
          name: 'conclude',
          text: `with m as (update limit_message set state = 2, provider_id = t.p, sent_at = now() from unnest($1::uuid[], $2::text[]) as t(u, p) where id = t.u returning id),
            e as (insert into limit_event (message_id, kind) select id, 1 from m)
            update limit_enrollment set step = step + 1, next_at = now() + interval '3 days' where id = any($3::int[])`,
          values: [indexes.map(uuid), ids, indexes],
        });
      }
    },
    async close() {
      await http.close();
      await pool.end();
    },
  };
}
