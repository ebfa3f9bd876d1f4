import { bsdiff } from './bsdiff.ts'
import { detools, detoolsEspressif } from './detools/detools.ts'
import type { PatchFormat } from './format.ts'
import { hpatchLite } from './hpatch-lite/hpatch-lite.ts'
import { zip } from './zip/zip.ts'
import { zstd } from './zstd.ts'

/** Every format that is made here; each by the name that packages carry. */
export const patchFormats: Readonly<Record<PatchFormat['name'], PatchFormat>> = {
  bsdiff,
  'hpatch-lite': hpatchLite,
  detools,
  'detools-espressif': detoolsEspressif,
  zstd,
  zip,
}
