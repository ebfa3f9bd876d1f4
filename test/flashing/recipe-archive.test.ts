import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { archive, archiveSize, openArchive } from '../../electron/flashing/bench/recipe-archive.ts'
import { limits } from '../limits.mjs'

const scratch = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'archive-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const bytesOf = async (members: readonly { name: string; source: Buffer }[]): Promise<Buffer> => {
  const all = members.map(({ name, source }) => ({ name, size: source.length, source }))
  const pieces: Buffer[] = []
  for await (const piece of archive(all)) pieces.push(piece)
  const bytes = Buffer.concat(pieces)
  expect(bytes.length).toBe(archiveSize(all))
  return bytes
}

it('an archive is what any tar program opens', async () => {
  const directory = scratch()
  const file = join(directory, 'r.otarecipe')
  const sha = 'a'.repeat(64)
  writeFileSync(
    file,
    await bytesOf([
      { name: 'recipe.json', source: Buffer.from('{"a":1}') },
      { name: sha, source: Buffer.alloc(1025, 7) },
    ]),
  )
  expect(execFileSync('tar', ['-tf', file], { timeout: limits.program }).toString()).toBe(`recipe.json\n${sha}\n`)
  execFileSync('tar', ['-xf', file, '-C', directory], { timeout: limits.program })
  expect(readFileSync(join(directory, sha)).equals(Buffer.alloc(1025, 7))).toBe(true)
  await using opened = await openArchive(file)
  expect(await opened.text('recipe.json', 100)).toBe('{"a":1}')
  await expect(opened.text('recipe.json', 3)).rejects.toMatchObject({ code: 'RECIPE_FILE_BAD' })
  expect(opened.stream('other')).toBeUndefined()
})

it('a member that says it has fewer bytes than none is refused: the next one would stand before it', async () => {
  const file = join(scratch(), 'x')
  const bytes = await bytesOf([{ name: 'recipe.json', source: Buffer.from('{}') }])
  bytes.write('-0000001000\0', 124, 'ascii')
  bytes.write('        ', 148, 'ascii')
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
  writeFileSync(file, bytes)
  await expect(openArchive(file)).rejects.toMatchObject({ code: 'RECIPE_FILE_BAD' })
})

it('what is no archive, or is cut or spoilt, is refused in words or read as it is, and never breaks', async () => {
  const file = join(scratch(), 'x')
  const whole = await bytesOf([{ name: 'recipe.json', source: Buffer.from('x'.repeat(700)) }])
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, byte, length) => {
      const bytes = Buffer.from(whole.subarray(0, length))
      if (at < bytes.length) bytes[at] = byte
      writeFileSync(file, bytes)
      try {
        await using opened = await openArchive(file)
        expect(opened.members.length).toBeLessThanOrEqual(1)
      } catch (error) {
        expect(error).toMatchObject({ code: 'RECIPE_FILE_BAD' })
      }
    }),
    { numRuns: 60 },
  )
})
