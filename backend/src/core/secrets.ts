import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/**
 * Secrets at rest: AES-256-GCM with a 96-bit random nonce. The sealed text is `v1.<key id>.<base64url of nonce, tag, data>`.
 * `context` (tenant, table, column, row) is authenticated: a sealed value copied to another row does not open.
 */
export interface Secrets {
  seal(plain: string, context: string): string;
  /** Throws when the key is unknown, the context is another one, or a bit was changed. */
  open(sealed: string, context: string): string;
  /** True when the value was sealed with an older key and should be sealed again. */
  isOld(sealed: string): boolean;
  /** HMAC-SHA-256 under a key that does not rotate, for look-ups of values that must not be stored in clear. */
  fingerprint(value: string, purpose: string): string;
}

export interface SecretKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** The first key seals; the others only open, until everything was sealed again. */
export function createSecrets(keys: SecretKey[], fingerprintKey: Buffer): Secrets {
  const newest = keys[0];
  if (!newest) throw new Error('At least one secret key is needed.');
  // Made once: Node takes five times as long when it is handed the bytes of a key for every use.
  const byId = new Map(keys.map((key) => [key.id, createSecretKey(key.key)]));
  const newestKey = byId.get(newest.id)!;
  const hmacKey = createSecretKey(fingerprintKey);
  return {
    seal(plain, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', newestKey, nonce).setAAD(Buffer.from(context));
      const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1.${newest.id}.${Buffer.concat([nonce, cipher.getAuthTag(), data]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, id, packed] = sealed.split('.');
      const key = byId.get(id ?? '');
      if (version !== 'v1' || !key || !packed)
        throw new Error('This secret was sealed with a key that is not configured.');
      const bytes = Buffer.from(packed, 'base64url');
      if (bytes.length < 28) throw new Error('This secret was cut short.');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
    isOld: (sealed) => sealed.split('.')[1] !== newest.id,
    fingerprint: (value, purpose) => createHmac('sha256', hmacKey).update(`${purpose}\0${value}`).digest('base64url'),
  };
}

/** Derives a 32-byte key for one purpose from a configured secret (HKDF-SHA-256, RFC 5869). */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'salesos', purpose, 32));
}

/** Compares two texts in constant time; texts of different length are unequal. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
