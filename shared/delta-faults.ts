import type { deltaFaults } from './texts/en/delta-faults.ts'

/** What may be wrong with a delta, or with an image for a format. */
export type DeltaFault = keyof typeof deltaFaults

/** The name of each fault in an error's `detail`, in the API and in the database. */
const details: Readonly<Record<Exclude<DeltaFault, 'BZIP2_DAMAGED'>, string>> = {
  EMPTY_COVER: 'an empty cover',
  TOO_MANY_BYTES: 'more bytes than the new image has',
  TOO_FEW_BYTES: 'fewer bytes than the new image has',
  COVER_OUTSIDE: 'a cover outside of the old image',
  DIFFERENCE_OUTSIDE: 'a difference outside of the old image',
  POSITION_OUTSIDE: 'a position outside of the old image',
  EMPTY_SEGMENT: 'an empty turn',
  NUMBER_TOO_LARGE: 'a number is too large',
  NEGATIVE_SIZE: 'a negative size',
  IMAGE_TOO_LARGE: 'the new image is larger than allowed',
  DELTA_INCOMPLETE: 'the patch ends too early',
  DATA_INCOMPLETE: 'the compressed data ends too early',
  COMPRESSION_UNSUPPORTED: 'a compression that is not supported',
  DATA_FORMAT_UNSUPPORTED: 'a data format that is not supported',
  NOT_BSDIFF40: 'not a BSDIFF40 patch',
  STREAM_SIZES: 'the sizes of its streams are wrong',
  NOT_HPATCH_LITE: 'not an hpatch-lite patch',
  HPATCH_LITE_VERSION: 'an hpatch-lite patch of another version',
  LZMA_HEADER: 'an LZMA header of another size',
  LZMA_PROPERTIES: 'unknown LZMA properties',
  LZMA_WINDOW: 'the LZMA window is too large',
  NOT_LZMA: 'not an LZMA stream',
  MATCH_BEFORE_WINDOW: 'a match reaches before the window',
  MATCH_BEFORE_START: 'a match before the first byte',
  NOT_DETOOLS: 'not a sequential detools patch with heatshrink',
  HEATSHRINK_SETTINGS: 'unknown heatshrink figures',
  NO_ESP_HEADER: 'no Espressif header',
  OTHER_BASE: 'the patch is for another image',
  ZSTD_OTHER_BASE: 'zstd: not a patch for this image, or more bytes than allowed',
  NOT_ZIP_DELTA: 'not a patch between ZIP archives',
  ZIP_DELTA_VERSION: 'a patch between ZIP archives of another version',
  ZIP_TOO_MANY_ENTRIES: 'too many entries',
  DEFLATE_SETTINGS: 'unknown settings of deflate',
  ZIP_ENTRY_TOO_SMALL: 'an entry that is too small',
  ZIP_ENTRY_OUTSIDE_BASE: 'an entry outside of the old archive',
  ZIP_ENTRY_OUTSIDE_NEW: 'an entry outside of the new archive',
  ZIP_ENTRY_MOVED: 'an entry is not where the patch says',
  ZIP_ENTRY_DIFFERS: 'an entry does not deflate to what it was',
  ZIP_BASE_TOO_LARGE: 'the old archive is too large inside',
  ZIP_NEW_TOO_LARGE: 'the new archive is too large inside',
  ZIP_SIZE: 'the new archive has another size',
  NOT_ZIP: 'it is not a ZIP archive',
  ZIP64: 'it is a ZIP64 archive',
  ZIP_DIRECTORY: 'the directory of the ZIP archive is broken',
  RESULT_DIFFERS: 'another image came out',
}

const byDetail = new Map(Object.entries(details).map(([code, detail]) => [detail, code as DeltaFault]))

/** The finding of bzip2's decoder follows it, for an engineer. */
const BZIP2 = 'bzip2: '

/** A fault as `detail` of an error. @param found additional text of a decoder */
export const deltaFaultDetail = (fault: DeltaFault, found = ''): string =>
  fault === 'BZIP2_DAMAGED' ? `${BZIP2}${found}` : details[fault]

/** The fault named by a `detail`; undefined for the text of another program. */
export const deltaFaultOf = (detail: string): DeltaFault | undefined =>
  detail.startsWith(BZIP2) ? 'BZIP2_DAMAGED' : byDetail.get(detail)

export const deltaFaultCodes: readonly DeltaFault[] = [...byDetail.values(), 'BZIP2_DAMAGED']
