import { DomainError } from '#shared/errors.ts'
import { espAddresses, espBootOffset } from '#shared/targets/esp.ts'
import { baseName, folderOf } from '../../../builds/build-files.ts'
import { espDescriptor } from '../../../images/esp-descriptor.ts'
import { chipInHeader, looksLikeEspImage } from '../../../images/esp-image.ts'
import {
  isData,
  isFactory,
  isOtaSlot,
  looksLikeTable,
  type Partition,
  readTable,
} from '../../../images/partition-table.ts'

/** A file of a build with its bytes. */
export interface BuildFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** What goes where, and what the recipe must do besides. */
export interface BuildPlan {
  readonly images: readonly { readonly path: string; readonly address: number }[]
  /** As esptool names it; undefined where no image tells. */
  readonly chip: string | undefined
  readonly erasesOtadata: boolean
}

type Part = 'bootloader' | 'table' | 'app' | 'otadata' | 'filesystem' | 'merged'

const partOf = ({ path, bytes }: BuildFile): Part | undefined => {
  const name = baseName(path).toLowerCase()
  if (looksLikeTable(bytes)) return 'table'
  if (/^(boot_app0|ota_data)/.test(name)) return 'otadata'
  if (/^(spiffs|littlefs|fatfs)/.test(name)) return 'filesystem'
  const holdsTable = bytes.length > espAddresses.table && looksLikeTable(bytes.subarray(espAddresses.table))
  if (holdsTable) return 'merged'
  if (!looksLikeEspImage(bytes)) return undefined
  const kind = espDescriptor(bytes)?.kind ?? (/boot_?loader/.test(name) ? 'bootloader' : 'app')
  return kind
}

/** The partition that a file system's file is for, by the name that builds give it. */
const systemPartition = (path: string, partitions: readonly Partition[]): Partition | undefined =>
  partitions.find((one) =>
    /fatfs/i.test(baseName(path)) ? isData(one, 'fat') : isData(one, 'spiffs') || isData(one, 'littlefs'),
  )

/** Names that builds give to their app; sketches of Arduino end in `.ino.bin`. */
const appNames = [/^firmware\.bin$/i, /\.ino\.bin$/i]

const onlyApp = (apps: readonly BuildFile[]): BuildFile | undefined => {
  const [first, ...more] = apps
  if (more.length === 0) return first
  const named = appNames
    .map((name) => apps.filter(({ path }) => name.test(baseName(path))))
    .find((found) => found.length > 0)
  if (named?.length !== 1) throw new DomainError('BUILD_SEVERAL', { names: (named ?? apps).map(({ path }) => path) })
  return named[0]
}

/**
 * The plan of a build without a description, as PlatformIO and Arduino leave it: its files are told by their content, their addresses by
 * the partition table.
 * @throws BUILD_SEVERAL naming the files between which nobody can choose; BUILD_UNKNOWN.
 */
export const planLooseBuild = (files: readonly BuildFile[]): BuildPlan => {
  const of = (part: Part) => files.filter((file) => partOf(file) === part)
  const app = onlyApp(of('app'))
  // Parts belong to the app of their folder, when several builds were dropped.
  const near = (found: readonly BuildFile[]): BuildFile | undefined =>
    found.find(({ path }) => app !== undefined && folderOf(path) === folderOf(app.path)) ?? found[0]
  const [merged] = of('merged')
  if (!app && merged) {
    const chips = [0, 0x1000, 0x2000].map((at) => chipInHeader(merged.bytes.subarray(at)))
    return { images: [{ path: merged.path, address: 0 }], chip: chips.find(Boolean), erasesOtadata: false }
  }
  if (!app) throw new DomainError('BUILD_UNKNOWN')
  const chip = chipInHeader(app.bytes)
  if (chip === 'ESP8266') return { images: [{ path: app.path, address: 0 }], chip, erasesOtadata: false }
  const [bootloader, table, otadata, system] = [
    near(of('bootloader')),
    near(of('table')),
    near(of('otadata')),
    near(of('filesystem')),
  ]
  const partitions = table ? readTable(table.bytes).partitions : []
  const choice = partitions.find((one) => isData(one, 'ota'))
  const first = partitions.find(isFactory) ?? partitions.find(isOtaSlot)
  const systemAt = system && systemPartition(system.path, partitions)
  const bootChip = chip ?? (bootloader && chipInHeader(bootloader.bytes)) ?? ''
  return {
    images: [
      ...(bootloader ? [{ path: bootloader.path, address: espBootOffset(bootChip) }] : []),
      ...(table ? [{ path: table.path, address: espAddresses.table }] : []),
      ...(otadata ? [{ path: otadata.path, address: choice?.address ?? espAddresses.otadata }] : []),
      { path: app.path, address: first?.address ?? espAddresses.app },
      ...(system && systemAt ? [{ path: system.path, address: systemAt.address }] : []),
    ],
    chip: bootChip || undefined,
    erasesOtadata: choice !== undefined && otadata === undefined,
  }
}
