import { open, readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { FILE_NAME_PATTERN } from '#shared/limits.ts'
import type { BuildInput } from '#shared/schema.ts'
import { flashTargets, targets } from '#shared/targets/index.ts'
import type { Staged } from '../../platform/content/staging.ts'
import { type BuildFiles, badBuild, baseName, imageLimit, safePath } from '../builds/build-files.ts'
import { openZipBuild } from '../builds/zip-files.ts'
import type { BenchOptions } from './bench-context.ts'
import { type BuildDraftView, troubleView } from './bench-views.ts'

type Waiting = Staged & { readonly path: string }

const nameLimit = 64
const fileNameLimit = 100

/** A name that a recipe's file may have, which no other file of the recipe has. */
const freeName = (path: string, taken: Set<string>): string => {
  const plain = baseName(path)
    .replaceAll(/[^A-Za-z0-9 ._+()@,=~#&-]/g, '_')
    .replace(/^\.+/, '')
    .replace(/\.bin$/i, '')
    .slice(0, fileNameLimit)
  for (let number = 1; ; number++) {
    const name = `${plain || 'image'}${number === 1 ? '' : `-${number}`}.bin`
    if (!taken.has(name)) {
      taken.add(name)
      return name
    }
  }
}

const isZip = async (path: string): Promise<boolean> => {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
  return bytesRead === 4 && buffer.readUInt32LE(0) === 0x0403_4b50
}

/** Uploads as the files of a build. */
const uploadedFiles = (uploads: ReadonlyMap<string, Waiting>): BuildFiles => ({
  paths: [...uploads.keys()],
  async read(path, limit) {
    const upload = uploads.get(path)
    if (!upload) throw badBuild(path, 'path')
    const { size } = await stat(upload.path)
    if (size > limit) throw badBuild(path, `${size} > ${limit}`)
    return new Uint8Array(await readFile(upload.path))
  },
})

/** Makes drafts of recipes out of builds. */
export const createRecipeFromBuild = ({ uploads, blobs, family }: BenchOptions) => {
  const target = flashTargets.find((one) => targets[one].builds)

  /** @throws UPLOAD_GONE; BUILD_BAD: a path leads elsewhere. */
  const waitingOf = (input: z.output<typeof BuildInput>): Map<string, Waiting> => {
    const found = new Map<string, Waiting>()
    for (const { file, path: given } of input.files) {
      const upload = uploads.waiting(file)
      const path = safePath(given ?? upload.name)
      if (path === undefined) throw badBuild(given ?? upload.name, 'path')
      found.set(path, upload)
    }
    return found
  }

  /**
   * The recipe that a build describes. Its images become uploads of the recipe; the others of the build are discarded.
   * @throws UPLOAD_GONE, BUILD_BAD, BUILD_UNKNOWN, BUILD_FILE_MISSING, BUILD_SEVERAL, DISK_FULL.
   */
  return async (input: z.output<typeof BuildInput>): Promise<BuildDraftView> => {
    const waiting = waitingOf(input)
    const [only, ...more] = waiting.values()
    const archive = only && more.length === 0 && (await isZip(only.path)) ? only : undefined
    await using zip = archive && (await openZipBuild(archive.path, archive.name))
    const files = zip ?? uploadedFiles(waiting)
    const read = target && family(target).readBuild
    if (!target || !read) throw new DomainError('BUILD_UNKNOWN')
    const draft = await read(files)
    const taken = new Set<string>()
    const staged = new Map<string, { readonly file: string; readonly name: string; readonly size: number }>()
    for (const { path } of draft.images) {
      if (staged.has(path)) continue
      const upload = archive ? undefined : waiting.get(path)
      const fits =
        upload && FILE_NAME_PATTERN.test(upload.name) && /\.bin$/i.test(upload.name) && !taken.has(upload.name)
      if (upload && fits) {
        taken.add(upload.name)
        staged.set(path, { file: upload.id, name: upload.name, size: upload.size })
        continue
      }
      const bytes = await files.read(path, imageLimit)
      const name = freeName(path, taken)
      const { id, size } = await blobs.stage(Readable.from([Buffer.from(bytes)]), { name, maxBytes: imageLimit })
      staged.set(path, { file: id, name, size })
    }
    const used = new Set([...staged.values()].map(({ file }) => file))
    await uploads.discard(...[...waiting.values()].map(({ id }) => id).filter((id) => !used.has(id)))
    const images = draft.images.flatMap(({ path, address }) => {
      const file = staged.get(path)
      return file ? [{ ...file, address }] : []
    })
    const [top = ''] = (input.files[0]?.path ?? '').split('/')
    const fallback = archive?.name.replace(/\.zip$/i, '') ?? top.replace(/\.\w+$/, '')
    return {
      recipe: {
        name: (draft.name ?? (fallback.trim() || target.toUpperCase())).slice(0, nameLimit),
        target,
        options: { ...draft.options },
        images: images.map(({ file, address }) => ({ file, address })),
      },
      files: images,
      notes: draft.notes.map(({ code, data }) => troubleView(code, data)),
    }
  }
}
