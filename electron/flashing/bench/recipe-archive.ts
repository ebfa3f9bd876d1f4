import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { DomainError } from '#shared/errors.ts'

/*
 * An exported recipe is a ustar archive (POSIX.1-2017, pax, "ustar Interchange Format"): `recipe.json`, then each file by its
 * SHA-256. Any tar program opens it, and a large image is never held in memory.
 */

const BLOCK = 512
const MEMBERS = 64

interface ArchiveMember {
  readonly name: string
  readonly size: number
}

const header = ({ name, size }: ArchiveMember): Buffer => {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, length: number, at: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'ascii')
  }
  block.write(name, 0, 100, 'ascii')
  octal(0o644, 8, 100)
  octal(0, 8, 108)
  octal(0, 8, 116)
  octal(size, 12, 124)
  octal(0, 12, 136)
  block.write('        ', 148, 'ascii')
  block.write('0', 156, 'ascii')
  block.write('ustar\x0000', 257, 'ascii')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
  return block
}

const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)

/** The bytes of an archive, piece by piece; members are texts or files of exactly that size. */
export async function* archive(
  members: readonly (ArchiveMember & { readonly source: Buffer | { readonly path: string } })[],
): AsyncGenerator<Buffer> {
  for (const { source, ...member } of members) {
    yield header(member)
    if (Buffer.isBuffer(source)) yield source
    else for await (const piece of createReadStream(source.path)) yield piece as Buffer
    yield padding(member.size)
  }
  yield Buffer.alloc(2 * BLOCK)
}

/** Bytes an archive of these members has. */
export const archiveSize = (members: readonly ArchiveMember[]): number =>
  members.reduce((sum, { size }) => sum + BLOCK + Math.ceil(size / BLOCK) * BLOCK, 2 * BLOCK)

/** An opened archive. */
interface OpenArchive extends AsyncDisposable {
  readonly members: readonly ArchiveMember[]
  /** A small member whole. @throws RECIPE_FILE_BAD: it is missing or larger than `limit`. */
  text(name: string, limit: number): Promise<string>
  /** A member's bytes; undefined where there is none of that name. */
  stream(name: string): Readable | undefined
}

const bad = (detail: string): DomainError => new DomainError('RECIPE_FILE_BAD', { detail })

const readHeader = (block: Buffer): ArchiveMember | undefined => {
  if (block.every((byte) => byte === 0)) return undefined
  const field = (at: number, length: number): string =>
    block.toString('ascii', at, at + length).replace(/[\0 ].*$/s, '')
  const told = Number.parseInt(field(148, 8), 8)
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  if (block.toString('ascii', 257, 262) !== 'ustar' || told !== sum) throw bad('tar')
  const size = Number.parseInt(field(124, 12), 8)
  if (!Number.isSafeInteger(size) || size < 0) throw bad('tar')
  return { name: field(0, 100), size }
}

/** Opens an archive. @throws RECIPE_FILE_BAD: it is no archive, or it is truncated. */
export const openArchive = async (path: string): Promise<OpenArchive> => {
  const file: FileHandle = await open(path)
  try {
    const { size: end } = await file.stat()
    const found: (ArchiveMember & { at: number })[] = []
    const block = Buffer.alloc(BLOCK)
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(block, 0, BLOCK, at)
      if (bytesRead < BLOCK) throw bad('tar')
      const member = readHeader(block)
      if (!member) break
      if (at + BLOCK + member.size > end || found.length >= MEMBERS) throw bad('tar')
      found.push({ ...member, at: at + BLOCK })
      at += BLOCK + Math.ceil(member.size / BLOCK) * BLOCK
    }
    return {
      members: found.map(({ name, size }) => ({ name, size })),
      async text(name, limit) {
        const member = found.find((one) => one.name === name)
        if (!member || member.size > limit) throw bad(name)
        const bytes = Buffer.alloc(member.size)
        await file.read(bytes, 0, member.size, member.at)
        return bytes.toString('utf8')
      },
      stream(name) {
        const member = found.find((one) => one.name === name)
        if (!member) return undefined
        return member.size === 0
          ? Readable.from([])
          : createReadStream(path, { start: member.at, end: member.at + member.size - 1 })
      },
      [Symbol.asyncDispose]: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}
