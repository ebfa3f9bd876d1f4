/** The format of a delta; `custom`: made elsewhere, delivered unchanged. */
export const deltaFormats = ['bsdiff', 'hpatch-lite', 'detools', 'detools-espressif', 'zstd', 'zip', 'custom'] as const
export type DeltaFormat = (typeof deltaFormats)[number]
type MadeFormat = Exclude<DeltaFormat, 'custom'>

/** The hardware of a module, which decides the kind of delta it can restore. */
export const deviceClasses = ['linux', 'mcu', 'espressif', 'android'] as const
export type DeviceClass = (typeof deviceClasses)[number]

/** The format where nobody chooses another. */
export const defaultFormats: Readonly<Record<DeviceClass, MadeFormat>> = {
  linux: 'bsdiff',
  mcu: 'hpatch-lite',
  espressif: 'detools-espressif',
  android: 'zip',
}

/**
 * Bytes of RAM that restoring `hpatch-lite` needs with its 4 KB dictionary, in addition to the stack; with less RAM `detools` (0.64 KB)
 * is made.
 */
const HPATCH_LITE_RAM = 8704

/** The default format for a module. @param ramBytes free RAM of a microcontroller, where known. */
export const defaultFormatOf = (deviceClass: DeviceClass, ramBytes: number | null): MadeFormat =>
  deviceClass === 'mcu' && ramBytes !== null && ramBytes < HPATCH_LITE_RAM ? 'detools' : defaultFormats[deviceClass]

/** The formats that a module of that class restores. For a delta made elsewhere only the person who uploaded it knows. */
const restorable: Readonly<Record<DeviceClass, readonly DeltaFormat[]>> = {
  linux: ['bsdiff', 'zstd', 'hpatch-lite', 'detools', 'zip', 'custom'],
  mcu: ['hpatch-lite', 'detools', 'custom'],
  // Espressif's delta component accepts nothing without its header.
  espressif: ['detools-espressif', 'custom'],
  android: ['zip', 'zstd', 'bsdiff', 'custom'],
}

/**
 * The formats that a module restores; any format for a module without a class. @param ramBytes free RAM of a microcontroller, where
 * known.
 */
export const restorableFormats = (deviceClass: DeviceClass | null, ramBytes: number | null): readonly DeltaFormat[] => {
  if (deviceClass === null) return deltaFormats
  const hasRam = deviceClass !== 'mcu' || ramBytes === null || ramBytes >= HPATCH_LITE_RAM
  return restorable[deviceClass].filter((format) => hasRam || format !== 'hpatch-lite')
}

/** The file name extension of a delta. */
export const deltaEndings: Readonly<Record<DeltaFormat, string>> = {
  bsdiff: 'bsdiff',
  'hpatch-lite': 'hpi',
  detools: 'detools',
  'detools-espressif': 'espdelta',
  zstd: 'zst',
  zip: 'zipdiff',
  custom: 'diff',
}
