import fs from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * What would be on the disk if the power failed now. Every write below `folder` is noted; what was flushed is in `image`
 * for certain, and of the rest each sector is there or not, by chance. Making, renaming, cutting and deleting files counts
 * as durable at once (a journalled file system at its kindest), and the kernel writes nothing back by itself (its worst).
 */
export function watchDisk(folder: string, image: string) {
  const original = { ...fs };
  const paths = new Map<number, string>();
  const unflushed = new Map<string, Write[]>();
  let flushes = 0;

  const imageOf = (path: string): string | null => {
    const inside = relative(folder, path);
    return inside.startsWith('..') ? null : join(image, inside);
  };
  const exists = (path: string) => original.existsSync(path);

  function flush(fd: number): void {
    original.fsyncSync(fd);
    const path = paths.get(fd);
    if (!path) return;
    flushes++;
    for (const write of unflushed.get(path) ?? []) apply(path, write);
    unflushed.delete(path);
  }

  function apply(path: string, { position, data }: Write): void {
    const fd = original.openSync(path, exists(path) ? 'r+' : 'w+');
    original.writeSync(fd, data, 0, data.length, position);
    original.closeSync(fd);
  }

  function cut(path: string, size: number): void {
    if (exists(path)) original.truncateSync(path, size);
    unflushed.set(
      path,
      (unflushed.get(path) ?? []).filter(({ position }) => position < size),
    );
  }

  const noting = {
    openSync(path: string, flags: number, mode?: number) {
      const fd = original.openSync(path, flags, mode);
      const copy = typeof path === 'string' ? imageOf(path) : null;
      if (copy && typeof flags === 'number') {
        paths.set(fd, copy);
        if (flags & original.constants.O_CREAT && !exists(copy)) original.writeFileSync(copy, '');
        if (flags & original.constants.O_TRUNC) cut(copy, 0);
      }
      return fd;
    },
    closeSync(fd: number) {
      paths.delete(fd);
      original.closeSync(fd);
    },
    writeSync(fd: number, bytes: Uint8Array, offset: number, length: number, position: number) {
      const written = original.writeSync(fd, bytes, offset, length, position);
      const path = paths.get(fd);
      if (path) {
        const data = Buffer.copyBytesFrom(new Uint8Array(bytes.buffer, bytes.byteOffset + offset, written));
        unflushed.set(path, [...(unflushed.get(path) ?? []), { position, data }]);
      }
      return written;
    },
    fsyncSync: flush,
    writeFileSync(path: string, text: string, options?: object) {
      original.writeFileSync(path, text, options);
      const copy = typeof path === 'string' ? imageOf(path) : null;
      if (copy) original.writeFileSync(copy, text);
    },
    mkdirSync(path: string, options?: object) {
      const made = original.mkdirSync(path, options);
      const copy = imageOf(path);
      if (copy) original.mkdirSync(copy, { recursive: true });
      return made;
    },
    renameSync(from: string, to: string) {
      original.renameSync(from, to);
      const [source, target] = [imageOf(from), imageOf(to)];
      if (!source || !target) return;
      if (exists(source)) original.renameSync(source, target);
      const writes = unflushed.get(source);
      unflushed.delete(source);
      if (writes) unflushed.set(target, writes);
      else unflushed.delete(target);
      for (const [fd, path] of paths) if (path === source) paths.set(fd, target);
    },
    unlinkSync(path: string) {
      original.unlinkSync(path);
      const copy = imageOf(path);
      if (!copy) return;
      original.rmSync(copy, { force: true });
      unflushed.delete(copy);
    },
    rmdirSync(path: string) {
      original.rmdirSync(path);
      const copy = imageOf(path);
      if (copy) original.rmSync(copy, { recursive: true, force: true });
    },
    truncateSync(path: string, size = 0) {
      original.truncateSync(path, size);
      const copy = imageOf(path);
      if (copy) cut(copy, size);
    },
    ftruncateSync(fd: number, size = 0) {
      original.ftruncateSync(fd, size);
      const path = paths.get(fd);
      if (path) cut(path, size);
    },
  };
  Object.assign(fs, noting);

  return {
    flushes: () => flushes,
    /** The power fails: nothing is noted any more, and the image is what the disk holds. */
    powerCut(random: () => number): void {
      for (const name of Object.keys(noting)) Reflect.set(fs, name, Reflect.get(original, name));
      for (const [path, writes] of unflushed) {
        if (!exists(dirname(path))) continue;
        for (const { position, data } of writes) {
          for (let from = 0; from < data.length; ) {
            const to = Math.min(data.length, from + sectorBytes - ((position + from) % sectorBytes));
            if (random() < 0.5) apply(path, { position: position + from, data: data.subarray(from, to) });
            from = to;
          }
        }
      }
    },
  };
}

interface Write {
  position: number;
  data: Buffer;
}

const sectorBytes = 4096;
