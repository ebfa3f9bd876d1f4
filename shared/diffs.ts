/** How a patch is written; `custom`: made elsewhere, delivered as it is. */
export const diffFormats = ['bsdiff', 'hpatch-lite', 'detools', 'detools-espressif', 'zstd', 'zip', 'custom'] as const
export type DiffFormat = (typeof diffFormats)[number]

/** What a module runs on, which decides what kind of patch it can restore. */
export const deviceClasses = ['linux', 'mcu', 'espressif', 'android'] as const
export type DeviceClass = (typeof deviceClasses)[number]

/** The format made where nobody says another. */
export const defaultFormats: Readonly<Record<DeviceClass, DiffFormat>> = {
  linux: 'bsdiff',
  mcu: 'hpatch-lite',
  espressif: 'detools-espressif',
  android: 'zip',
}
