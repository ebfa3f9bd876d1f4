/** How a delta is written; `custom`: made elsewhere, delivered as it is. */
export const deltaFormats = ['bsdiff', 'hpatch-lite', 'detools', 'detools-espressif', 'zstd', 'zip', 'custom'] as const
export type DeltaFormat = (typeof deltaFormats)[number]
type MadeFormat = Exclude<DeltaFormat, 'custom'>

/** What a module runs on, which decides what kind of delta it can restore. */
export const deviceClasses = ['linux', 'mcu', 'espressif', 'android'] as const
export type DeviceClass = (typeof deviceClasses)[number]

/** The format made where nobody says another. */
export const defaultFormats: Readonly<Record<DeviceClass, MadeFormat>> = {
  linux: 'bsdiff',
  mcu: 'hpatch-lite',
  espressif: 'detools-espressif',
  android: 'zip',
}

/** Bytes of RAM that restoring `hpatch-lite` takes with its 4 KB dictionary, beside the stack; below it `detools` (0.64 KB) is made. */
export const HPATCH_LITE_RAM = 8704

/** The format for a module where nobody says another. @param ramBytes what a microcontroller has to spare, where known. */
export const defaultFormatOf = (deviceClass: DeviceClass, ramBytes: number | null): MadeFormat =>
  deviceClass === 'mcu' && ramBytes !== null && ramBytes < HPATCH_LITE_RAM ? 'detools' : defaultFormats[deviceClass]

/** What a module of that class restores. Of a delta made elsewhere only who uploaded it knows. */
const restorable: Readonly<Record<DeviceClass, readonly DeltaFormat[]>> = {
  linux: ['bsdiff', 'zstd', 'hpatch-lite', 'detools', 'zip', 'custom'],
  mcu: ['hpatch-lite', 'detools', 'custom'],
  // Espressif's delta component takes nothing without its header.
  espressif: ['detools-espressif', 'custom'],
  android: ['zip', 'zstd', 'bsdiff', 'custom'],
}

/** The formats that a module restores; of one whose class nobody named, any. @param ramBytes what a microcontroller has to spare, where known. */
export const restorableFormats = (deviceClass: DeviceClass | null, ramBytes: number | null): readonly DeltaFormat[] => {
  if (deviceClass === null) return deltaFormats
  const hasRam = deviceClass !== 'mcu' || ramBytes === null || ramBytes >= HPATCH_LITE_RAM
  return restorable[deviceClass].filter((format) => hasRam || format !== 'hpatch-lite')
}

/** What the name of a delta ends in. */
export const deltaEndings: Readonly<Record<DeltaFormat, string>> = {
  bsdiff: 'bsdiff',
  'hpatch-lite': 'hpi',
  detools: 'detools',
  'detools-espressif': 'espdelta',
  zstd: 'zst',
  zip: 'zipdiff',
  custom: 'diff',
}
