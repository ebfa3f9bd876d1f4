import { createHash } from 'node:crypto'
import type { EspOptions } from '#shared/targets/esp.ts'
import { FlashError, type Identity } from '../../flasher.ts'
import { looksLikeEspImage, parseEspImage } from '../../images/esp-image.ts'
import { inherit } from '../../images/image-inspection.ts'

type Parameters = Pick<EspOptions, 'flashMode' | 'flashFreq' | 'flashSize'>

const modes: Readonly<Record<string, number>> = { qio: 0, qout: 1, dio: 2, dout: 3 }

/** The lower half of byte 3 (esptool, "Firmware Image Format", File Header); chips with other clocks have other names. */
const usualFreqs = { '80m': 0xf, '40m': 0x0, '26m': 0x1, '20m': 0x2 }
const otherFreqs: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ESP32-C6': { '80m': 0x0, '40m': 0x0, '20m': 0x2 },
  'ESP32-C2': { '20m': 0x1 },
  'ESP32-H2': {},
  'ESP32-H21': {},
  'ESP32-H4': {},
}

/** The upper half of byte 3. */
const usualSizes = ['1MB', '2MB', '4MB', '8MB', '16MB', '32MB', '64MB', '128MB']
const esp8266Sizes: Readonly<Record<string, number>> = {
  '512KB': 0x00,
  '256KB': 0x10,
  '1MB': 0x20,
  '2MB': 0x30,
  '4MB': 0x40,
  '8MB': 0x80,
  '16MB': 0x90,
}

const nameOfSize = (bytes: number | undefined): string => {
  if (bytes === undefined) return 'detect'
  return bytes >= 1024 * 1024 ? `${bytes / (1024 * 1024)}MB` : `${bytes / 1024}KB`
}

const known = new WeakMap<Uint8Array, Map<string, Uint8Array>>()

const lookUp = (table: Readonly<Record<string, number>>, value: string, chip: string): number => {
  const code = Object.hasOwn(table, value) ? table[value] : undefined
  if (code === undefined) throw new FlashError('ESP_FLASH_PARAMETER', { value, chip })
  return code
}

const changed = (bytes: Uint8Array, at: number, mode: string, freq: string, size: string, chip: string): Uint8Array => {
  const image = bytes.subarray(at)
  if (!looksLikeEspImage(image)) return bytes
  const { digestAt, signed } = parseEspImage(image, '')
  // A changed byte would break the signature, and the chip would not start.
  if (signed) return bytes
  const sizes =
    chip === 'ESP8266' ? esp8266Sizes : Object.fromEntries(usualSizes.map((name, code) => [name, code << 4]))
  const copy = bytes.slice()
  const target = copy.subarray(at)
  const [, , oldMode = 0, oldBoth = 0] = image
  target[2] = mode === 'keep' ? oldMode : lookUp(modes, mode, chip)
  const lower = freq === 'keep' ? oldBoth & 0x0f : lookUp(otherFreqs[chip] ?? usualFreqs, freq, chip)
  const upper = size === 'keep' ? oldBoth & 0xf0 : lookUp(sizes, size, chip)
  target[3] = upper | lower
  if (digestAt !== undefined) {
    target.set(createHash('sha256').update(target.subarray(0, digestAt)).digest(), digestAt)
  }
  inherit(bytes, copy, at)
  return copy
}

/**
 * The bytes with the given flash mode, frequency and size in the header of the image at `at`, with a new digest. Returns the same array
 * where nothing changes or the image is signed, and one array for all calls with the same parameters.
 * @throws FlashError ESP_FLASH_PARAMETER where the chip has no such setting; ESP_IMAGE_BROKEN.
 */
export const withFlashParameters = (
  bytes: Uint8Array,
  at: number,
  { flashMode, flashFreq, flashSize }: Parameters,
  identity: Pick<Identity, 'chip' | 'flashSize'>,
): Uint8Array => {
  const size = flashSize === 'detect' ? nameOfSize(identity.flashSize) : flashSize
  if (flashMode === 'keep' && flashFreq === 'keep' && size === 'keep') return bytes
  const chip = identity.chip ?? ''
  const versions = known.get(bytes) ?? new Map<string, Uint8Array>()
  known.set(bytes, versions)
  const key = [at, flashMode, flashFreq, size, chip].join()
  const version = versions.get(key) ?? changed(bytes, at, flashMode, flashFreq, size, chip)
  versions.set(key, version)
  return version
}
