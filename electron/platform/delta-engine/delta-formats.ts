import { bsdiff } from './bsdiff.ts'
import type { DeltaCodec } from './delta-format.ts'
import { detools, detoolsEspressif } from './detools/detools.ts'
import { hpatchLite } from './hpatch-lite/hpatch-lite.ts'
import { zip } from './zip/zip.ts'
import { zstd } from './zstd.ts'

/** Every format that is generated here, by its name in packages. */
export const deltaCodecs: Readonly<Record<DeltaCodec['name'], DeltaCodec>> = {
  bsdiff,
  'hpatch-lite': hpatchLite,
  detools,
  'detools-espressif': detoolsEspressif,
  zstd,
  zip,
}
