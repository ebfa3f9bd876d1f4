import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { run } from '../helpers/program.ts'
import { scratch } from '../launch/launched.ts'

const source = (path: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../electron/platform/${path}`, import.meta.url)))

/** Takes every file that the system allows, looks at a stored file, gives the files back and looks again. */
const program = `
  import { openSync, closeSync } from 'node:fs'
  import { createContentVerifier } from ${source('content/verified-contents.ts')}
  import { createImageCache } from ${source('download/image-cache.ts')}
  const [path, sha256] = process.argv.slice(2)
  const content = { path, sha256, size: 8 }
  const silent = { error() {}, info() {} }
  const contents = createContentVerifier({
    blobs: { path: () => path }, settings: { kept: () => undefined, keep: async () => {} }, logger: silent,
  })
  const images = createImageCache({ totalBytes: 1000, imageBytes: 1000 }, contents)
  const outcome = (promise) => promise.then((value) => String(value), ({ code, name }) => code ?? name)
  const held = []
  try { for (;;) held.push(openSync(path)) } catch {}
  const full = [await outcome(contents.verify(content)), await outcome(images.load(content)), contents.isDamaged(sha256)]
  for (const file of held) closeSync(file)
  const free = [await outcome(contents.verify(content)), await outcome(images.load(content)), contents.isDamaged(sha256)]
  console.log(JSON.stringify({ full, free }))`

it.skipIf(process.platform === 'win32')(
  'a stored file that cannot be opened because too many files are open is not taken for damaged',
  async () => {
    using folder = scratch()
    const [path, script] = [join(folder.path, 'content'), join(folder.path, 'look.mjs')]
    writeFileSync(path, 'firmware')
    writeFileSync(script, program)
    const sha256 = createHash('sha256').update('firmware').digest('hex')
    const { stdout } = await run('sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, script, path, sha256])
    expect(JSON.parse(stdout)).toEqual({ full: ['EMFILE', 'EMFILE', false], free: ['true', 'firmware', false] })
  },
)
