import { protocolFacts } from './protocols/index.ts'

const packageLimits = Object.values(protocolFacts).map((facts) => facts.packageLimits)

/** The longest version of any protocol; the product's protocol may have a lower limit. */
export const VERSION_MAX = Math.max(...packageLimits.map(({ versionMax }) => versionMax))
/** The default number of devices of a product that may register by themselves, and the maximum of that setting. */
export const AUTO_REGISTER_LIMIT = 10_000
export const AUTO_REGISTER_MAX = 100_000
/** Maximum number of tags of a device. */
export const DEVICE_TAGS_MAX = 20
/** The longest package name of any protocol. */
export const PACKAGE_NAME_MAX = Math.max(...packageLimits.map(({ nameMax }) => nameMax))

/** Letters, digits, dot, hyphen, underscore (docs/protocols/README.md §6.3). */
export const VERSION_PATTERN = /^[A-Za-z0-9._-]+$/

/** Chinese, letters, digits, space or half-width marks (docs/protocols/README.md §6.3); no control characters, no leading or trailing blank. */
export const PACKAGE_NAME_PATTERN = /^(?! )[\p{Script=Han}A-Za-z0-9 !-/:-@[-`{-~]+(?<! )$/u

/** A file name without Chinese (docs/protocols/README.md §6.3) and without path separators. */
export const FILE_NAME_PATTERN = /^(?![.])[A-Za-z0-9 ._+()@,=~#&-]{1,128}$/

/** Product keys are part of MQTT topics and user names, so they contain no separators and no wildcards (docs/operator-api.md §8.2). */
export const PRODUCT_KEY_PATTERN = /^[A-Za-z0-9_-]{1,64}$/

/** A device name is one MQTT topic level and half of `{name}&{key}`; the allowed marks are those of Alibaba's deviceName. */
export const DEVICE_NAME_PATTERN = /^[A-Za-z0-9_.:@-]{1,64}$/

/** A module name in the form that devices use (`MCU`, `default`). */
export const MODULE_NAME_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/

/** Secrets and access tokens: printable ASCII without blanks, because MQTT user names and JSON carry them. */
export const SECRET_PATTERN = /^[!-~]{1,128}$/

/**
 * Package file formats: those of docs/protocols/sagoo.md §11.1, then those of units that are flashed over USB (UF2, DFU) and of cellular
 * modules' packages. Compared with the end of the lower-cased file name.
 */
export const packageFormats = [
  '.tar.gz',
  '.tar.xz',
  '.bin',
  '.dav',
  '.tar',
  '.gz',
  '.zip',
  '.gzip',
  '.apk',
  '.pack',
  '.uf2',
  '.dfu',
  '.pac',
  '.dup',
  '.ua',
  '.signed.bin',
] as const

/** The formats of stations before boot drives, USB DFU and cellular modules: a stored setting that equals them was never chosen. */
export const formerPackageFormats = packageFormats.slice(0, packageFormats.indexOf('.uf2'))

/** Additional formats for a flashing recipe's own files: images that contain their addresses, and an exported recipe. */
export const recipeFormats = [
  '.hex',
  '.ihex',
  '.ihx',
  '.mcs',
  '.s19',
  '.s28',
  '.s37',
  '.srec',
  '.mot',
  '.mhx',
  '.sx',
  '.elf',
  '.axf',
  '.out',
  // Not used, but said by their names, with what to export instead.
  '.txt',
  '.sim',
  '.otarecipe',
] as const

/** Characters of a device's `desc` shown in lists (docs/protocols/README.md §2.9: at most 128); the record stores all of it. */
export const DESCRIPTION_SHOWN = 128

/** Tags of a campaign, sent in `extData` (docs/protocols/README.md §14.1). */
export const tagLimits = { count: 10, keyPattern: /^[A-Za-z0-9.]{1,30}$/, valueMax: 1024, sumMax: 4096 } as const

/** Rows of one page of a list (docs/operator-api.md §4.5). */
export const pageLimits = { default: 50, max: 1000 } as const

/** Maximum bytes of one MQTT packet, unless the setting changes it (docs/protocols/README.md §5.6). */
export const MQTT_PACKET_BYTES = 256 * 1024
/** Maximum nesting of a device's JSON (docs/protocols/README.md §2.2). */
export const JSON_DEPTH = 16
