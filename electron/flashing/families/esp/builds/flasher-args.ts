import { z } from 'zod'
import { isJsonDeeper } from '#shared/json-depth.ts'
import { badBuild } from '../../../builds/build-files.ts'

/** What a build says of itself: which file goes where. */
export interface BuildArgs {
  /** As the build names them, relative to its description. */
  readonly files: readonly { readonly address: number; readonly path: string }[]
  /** `esp32c3`, as esptool's `--chip` takes it. */
  readonly chip: string | undefined
  /** The build leaves the size of the flash to the unit. */
  readonly detectsFlash: boolean
  /** The chip enters its loader by its own USB. */
  readonly usbReset: boolean
  /** Names of files that are to be written encrypted. */
  readonly encrypted: readonly string[]
}

const depthLimit = 8
const filesLimit = 32

const Address = z
  .string()
  .regex(/^(0x[0-9a-f]{1,8}|\d{1,10})$/i)
  .transform(Number)
const Part = z.object({ file: z.string(), encrypted: z.union([z.string(), z.boolean()]).optional() })

/** ESP-IDF's flasher_args.json (ESP-IDF, "Flashing Firmware"). */
const FlasherArgs = z.object({
  flash_files: z.record(Address.in, z.string().min(1).max(1024)),
  write_flash_args: z.array(z.string()).default([]),
  extra_esptool_args: z
    .object({ chip: z.string().optional(), before: z.string().optional() })
    .default({ chip: undefined, before: undefined }),
})

const isDetect = (args: readonly string[]): boolean =>
  args.some((arg, index) => /^--flash[-_]size$|^-fs$/.test(arg) && args[index + 1] === 'detect')

/** Reads flasher_args.json. @throws BUILD_BAD. */
export const readFlasherArgs = (text: string, name: string): BuildArgs => {
  let json: unknown
  try {
    if (isJsonDeeper(text, depthLimit)) throw new Error(`more than ${depthLimit} levels`)
    json = JSON.parse(text)
  } catch (error) {
    throw badBuild(name, error instanceof Error ? error.message : 'JSON')
  }
  const read = FlasherArgs.safeParse(json)
  if (!read.success) throw badBuild(name, read.error.issues[0]?.path.join('.') || 'JSON')
  const { flash_files, write_flash_args, extra_esptool_args } = read.data
  const files = Object.entries(flash_files).map(([address, path]) => ({ address: Number(address), path }))
  if (files.length === 0 || files.length > filesLimit) throw badBuild(name, 'flash_files')
  const parts = Object.values(json as object).flatMap((part) => {
    const known = Part.safeParse(part)
    return known.success ? [known.data] : []
  })
  return {
    files,
    chip: extra_esptool_args.chip,
    detectsFlash: isDetect(write_flash_args),
    usbReset: /^usb[-_]reset$/.test(extra_esptool_args.before ?? ''),
    encrypted: parts.filter(({ encrypted }) => String(encrypted) === 'true').map(({ file }) => file),
  }
}

/** Words of a command line, some of them in quotes. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain ?? '')

/** Reads flash_args, which ESP-IDF writes for `esptool write-flash @flash_args`. @throws BUILD_BAD. */
export const readFlashArgs = (text: string, name: string): BuildArgs => {
  const words = wordsOf(text)
  const files = words.flatMap((word, index) => {
    const address = Address.safeParse(word)
    const path = words[index + 1]
    const isValue = words[index - 1]?.startsWith('-') ?? false
    return address.success && path !== undefined && !isValue ? [{ address: address.data, path }] : []
  })
  if (files.length === 0 || files.length > filesLimit) throw badBuild(name, 'flash_args')
  return { files, chip: undefined, detectsFlash: isDetect(words), usbReset: false, encrypted: [] }
}
