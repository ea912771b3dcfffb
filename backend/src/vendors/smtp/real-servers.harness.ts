import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Postfix and Dovecot need root to start, and are there where Debian's packages are installed. */
export const whyNotReal = (): string | null => {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = ['/usr/bin/openssl', '/usr/sbin/postfix', '/usr/sbin/dovecot', '/usr/lib/dovecot/imap'].filter(
    (file) => !existsSync(file),
  );
  return missing.length > 0 ? `no ${missing.join(', ')}` : null;
};

export const realPassword = 'app-password-1';
const users = ['maya.chen@northwind.example', 'ada@contoso.example'];
const mostMailBytes = 5_000_000;

/** Both servers from a folder of their own, on free ports of loopback: Postfix takes mail and Dovecot shows it. */
export async function startRealServers() {
  const folder = mkdtempSync(join(tmpdir(), 'mail-servers-'));
  chmodSync(folder, 0o755);
  const [smtpPort, imapPort, imapsPort] = [await freePort(), await freePort(), await freePort()];
  const certificateAuthority = makeCertificates(folder);
  const idOf = (user: string, flag: '-u' | '-g') => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  const mail = { uid: idOf('mail', '-u'), gid: idOf('mail', '-g') };
  for (const name of ['mail', 'run', 'state', 'queue', 'queue/private', 'data', 'postfix'])
    mkdirSync(join(folder, name));
  chownSync(join(folder, 'mail'), mail.uid, mail.gid);
  for (const name of ['data', 'queue/private'])
    chownSync(join(folder, name), idOf('postfix', '-u'), idOf('postfix', '-g'));

  const dovecotFile = join(folder, 'dovecot.conf');
  writeFileSync(dovecotFile, dovecotConf(folder, imapPort, imapsPort));
  const dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', dovecotFile], { stdio: 'ignore' });
  writeFileSync(join(folder, 'users'), users.map((user) => `${user} ${user}/\n`).join(''));
  writeFileSync(join(folder, 'postfix/main.cf'), mainCf(folder, mail));
  writeFileSync(join(folder, 'postfix/master.cf'), masterCf(smtpPort));
  const postfix = (command: 'start' | 'abort') =>
    execFileSync('/usr/sbin/postfix', ['-c', join(folder, 'postfix'), command], { stdio: 'ignore' });
  try {
    postfix('start');
    await Promise.all([smtpPort, imapPort].map(isUp));
  } catch (error) {
    dovecot.kill();
    throw error;
  }

  return {
    smtpPort,
    imapPort,
    /** The same mailboxes, by TLS; the certificate is for `localhost`. */
    imapsPort,
    /** Who signed it, as PEM. */
    certificateAuthority,
    /** Dovecot forgets the UIDs of the inbox and gives new ones under another UIDVALIDITY. */
    renumberInbox(user: string): void {
      const inbox = join(folder, 'mail', user);
      for (const name of readdirSync(inbox)) if (name.startsWith('dovecot')) rmSync(join(inbox, name));
    },
    async stop(): Promise<void> {
      const ended = new Promise((done) => dovecot.once('exit', done));
      dovecot.kill();
      postfix('abort');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An authority of our own, and a certificate of the servers for \`localhost\`. Returns the authority's certificate. */
function makeCertificates(folder: string): string {
  const openssl = (...given: string[]) => execFileSync('openssl', given, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-subj', '/CN=Test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', ...key.slice(0, -2), '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'],
    ...['-extfile', 'names', '-out', 'server.pem'],
  );
  return readFileSync(join(folder, 'ca.pem'), 'utf8');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

async function isUp(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false));
      socket.setTimeout(500, () => done(false));
    });
    if (answers) return;
    await wait(100);
  }
  throw new Error(`nothing answers on port ${port}`);
}

const dovecotConf = (folder: string, port: number, tlsPort: number) => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/server.pem
ssl_key = <${folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:${folder}/mail/%u
first_valid_uid = 1
passdb {
  driver = static
  args = password=${realPassword}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%u
}
service auth {
  unix_listener ${folder}/queue/private/auth {
    mode = 0666
  }
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
  mailbox Trash {
    auto = create
    special_use = \\Trash
  }
}
`;

const mainCf = (folder: string, { uid, gid }: { uid: number; gid: number }) => `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
myhostname = mail.northwind.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
virtual_mailbox_domains = northwind.example, contoso.example
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = texthash:${folder}/users
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
virtual_minimum_uid = 1
message_size_limit = ${mostMailBytes}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${folder}/server.pem
smtpd_tls_key_file = ${folder}/server.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
`;

const masterCf = (port: number) => `
127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`;
