import { DomainError } from '#shared/errors.ts'
import { type EspChip, espChips } from '#shared/targets/esp.ts'
import {
  type BuildDraft,
  type BuildFiles,
  badBuild,
  baseName,
  buildLimit,
  findFile,
  folderOf,
  imageLimit,
  textLimit,
} from '../../../builds/build-files.ts'
import { espDescriptor } from '../../../images/esp-descriptor.ts'
import { looksLikeEspImage } from '../../../images/esp-image.ts'
import { isData, looksLikeTable, readTable } from '../../../images/partition-table.ts'
import { type BuildArgs, readFlashArgs, readFlasherArgs } from './flasher-args.ts'
import { type BuildFile, planLooseBuild } from './loose-build.ts'

const descriptions: readonly (readonly [name: string, read: (text: string, name: string) => BuildArgs])[] = [
  ['flasher_args.json', readFlasherArgs],
  ['flash_args', readFlashArgs],
  ['flash_project_args', readFlashArgs],
]

const depth = (path: string): number => path.split('/').length

/** The description nearest to the top; deeper ones belong to parts of the build. @throws BUILD_SEVERAL. */
const descriptionOf = (paths: readonly string[]) => {
  for (const [name, read] of descriptions) {
    const found = paths.filter((path) => baseName(path) === name).sort((a, b) => depth(a) - depth(b))
    const [first, second] = found
    if (first === undefined) continue
    if (second !== undefined && depth(second) === depth(first))
      throw new DomainError('BUILD_SEVERAL', { names: found.filter((path) => depth(path) === depth(first)) })
    return { path: first, read }
  }
  return undefined
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '')
const chipNamed = (name: string | undefined): EspChip | undefined =>
  name === undefined ? undefined : espChips.find((chip) => plain(chip) === plain(name))

const nameLimit = 64
const nameOf = (files: readonly BuildFile[]): string | undefined => {
  for (const { bytes } of files) {
    const told = looksLikeEspImage(bytes) ? espDescriptor(bytes) : undefined
    // arduino-esp32 gives all of its apps one name.
    if (told?.kind !== 'app' || told.project === undefined || told.project === 'arduino-lib-builder') continue
    return [told.project, told.version].filter(Boolean).join(' ').slice(0, nameLimit)
  }
  return undefined
}

/** Reads files up to the limit of all. */
const reader = ({ read }: BuildFiles) => {
  let left = buildLimit
  return async (path: string): Promise<BuildFile> => {
    const bytes = await read(path, Math.min(imageLimit, left))
    left -= bytes.length
    return { path, bytes }
  }
}

const describedBuild = async (files: BuildFiles, path: string, args: BuildArgs): Promise<BuildDraft> => {
  const folder = folderOf(path)
  const found = args.files.map(({ address, path: named }) => ({
    address,
    named,
    path: findFile(files.paths, folder, named),
  }))
  const missing = found.flatMap((one) => (one.path === undefined ? [one.named] : []))
  if (missing.length > 0) throw new DomainError('BUILD_FILE_MISSING', { names: missing })
  const images = found.flatMap((one) => (one.path === undefined ? [] : [{ path: one.path, address: one.address }]))
  const read = reader(files)
  const contents: BuildFile[] = []
  for (const image of images) contents.push(await read(image.path))
  const chip = chipNamed(args.chip)
  return {
    name: nameOf(contents),
    options: {
      ...(chip && { chip }),
      ...(args.detectsFlash && { flashSize: 'detect' }),
      ...(args.usbReset && { reset: 'usb-jtag' }),
    },
    images,
    notes: args.encrypted.length > 0 ? [{ code: 'BUILD_ENCRYPTED', data: { names: args.encrypted.join(', ') } }] : [],
  }
}

const otadataLabel = (files: readonly BuildFile[]): string =>
  files
    .filter(({ bytes }) => looksLikeTable(bytes))
    .flatMap(({ bytes }) => readTable(bytes).partitions)
    .find((one) => isData(one, 'ota'))?.label ?? 'otadata'

/** Files of a build without a description that are looked at. */
const looseLimit = 64

const looseBuild = async (files: BuildFiles): Promise<BuildDraft> => {
  const paths = files.paths.filter((path) => path.toLowerCase().endsWith('.bin'))
  if (paths.length === 0) throw new DomainError('BUILD_UNKNOWN')
  if (paths.length > looseLimit) throw badBuild(`${paths.length} × .bin`, `≤ ${looseLimit}`)
  const read = reader(files)
  const contents: BuildFile[] = []
  for (const path of paths) contents.push(await read(path))
  const plan = planLooseBuild(contents)
  const used = contents.filter(({ path }) => plan.images.some((image) => image.path === path))
  const label = otadataLabel(used)
  const chip = chipNamed(plan.chip)
  return {
    name: nameOf(used),
    options: { ...(chip && { chip }), ...(plan.erasesOtadata && { erasePartitions: label }) },
    images: plan.images,
    notes: plan.erasesOtadata ? [{ code: 'BUILD_OTADATA_ERASED', data: { label } }] : [],
  }
}

/**
 * The recipe that a build of ESP-IDF, PlatformIO or Arduino describes: by its description where it has one, else by what its files are.
 * @throws BUILD_UNKNOWN, BUILD_BAD, BUILD_FILE_MISSING, BUILD_SEVERAL.
 */
export const readBuild = async (files: BuildFiles): Promise<BuildDraft> => {
  const description = descriptionOf(files.paths)
  if (!description) return looseBuild(files)
  const { path, read } = description
  const text = new TextDecoder().decode(await files.read(path, textLimit))
  return describedBuild(files, path, read(text, path))
}
