import type { Clock } from '../../../src/core/clock.ts';

export interface StoredMail {
  uid: number;
  raw: Buffer;
  /** Epoch milliseconds, whole seconds. */
  internalDate: number;
  flags: string[];
  /** Whom the server files it for later than it took it. */
  visibleAt: number;
}

export interface Folder {
  path: string;
  /** `\Sent` and the like; null for the inbox and for folders of the person's own. */
  use: string | null;
  uidValidity: number;
  uidNext: number;
  mails: StoredMail[];
}

export interface Mailbox {
  address: string;
  name: string;
  password: string;
  folders: Map<string, Folder>;
}

/** What outlives a restart. */
export interface StoreMemory {
  mailboxes: Map<string, Mailbox>;
  /** The last UIDVALIDITY that was given. */
  validity: number;
}

const standardFolders: [path: string, use: string | null][] = [
  ['INBOX', null],
  ['Drafts', '\\Drafts'],
  ['Sent', '\\Sent'],
  ['Junk', '\\Junk'],
  ['Trash', '\\Trash'],
];

/** Folders with UIDs as RFC 9051 has them: they only grow, and mean nothing any more when UIDVALIDITY changes. */
export function createMailStore(clock: Clock, memory: StoreMemory = { mailboxes: new Map(), validity: 1_700_000_000 }) {
  const { mailboxes } = memory;
  let { validity } = memory;

  function addFolder(mailbox: Mailbox, path: string, use: string | null = null): Folder {
    validity += 1;
    const folder: Folder = { path, use, uidValidity: validity, uidNext: 1, mails: [] };
    mailbox.folders.set(path, folder);
    return folder;
  }

  function file(folder: Folder, raw: Buffer, given: Partial<StoredMail> = {}): StoredMail {
    const now = clock.now().getTime();
    const mail: StoredMail = {
      uid: folder.uidNext,
      raw,
      internalDate: now - (now % 1000),
      flags: [],
      visibleAt: now,
      ...given,
    };
    folder.uidNext = Math.max(folder.uidNext, mail.uid + 1);
    folder.mails.push(mail);
    return mail;
  }

  return {
    remember: (): StoreMemory => ({ mailboxes, validity }),
    add(address: string, name: string, password: string): Mailbox {
      const mailbox: Mailbox = { address: address.toLowerCase(), name, password, folders: new Map() };
      for (const [path, use] of standardFolders) addFolder(mailbox, path, use);
      mailboxes.set(mailbox.address, mailbox);
      return mailbox;
    },
    get: (address: string): Mailbox | undefined => mailboxes.get(address.toLowerCase()),
    addresses: (): string[] => [...mailboxes.keys()],
    addFolder,
    folder(mailbox: Mailbox, path: string): Folder {
      const folder = mailbox.folders.get(path);
      if (!folder) throw new Error(`the fake has no folder ${path}`);
      return folder;
    },
    file,
    /** Mails a client can see by now, by UID. */
    seen(folder: Folder): StoredMail[] {
      const now = clock.now().getTime();
      return folder.mails.filter(({ visibleAt }) => visibleAt <= now).toSorted((one, other) => one.uid - other.uid);
    },
    move(from: Folder, mail: StoredMail, to: Folder): StoredMail {
      from.mails = from.mails.filter((one) => one !== mail);
      return file(to, mail.raw, { internalDate: mail.internalDate, flags: mail.flags });
    },
    /** Every UID gets a new meaning, as after a restore. */
    renumber(mailbox: Mailbox): void {
      for (const folder of mailbox.folders.values()) {
        validity += 1;
        folder.uidValidity = validity;
        folder.mails.forEach((mail, index) => {
          mail.uid = index + 1;
        });
        folder.uidNext = folder.mails.length + 1;
      }
    },
  };
}

export type MailStore = ReturnType<typeof createMailStore>;
