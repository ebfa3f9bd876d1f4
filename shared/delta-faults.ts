import type { Language } from './languages.ts'

/** What can be wrong with a delta, or with an image for a format: the phrase that the error carries, and how it reads. */
export const deltaFaults = {
  'an empty cover': { zh: '含有空的匹配段', en: 'an empty match' },
  'more bytes than the new image has': { zh: '数据超出新镜像的长度', en: 'more data than the new image has' },
  'fewer bytes than the new image has': { zh: '数据不足新镜像的长度', en: 'less data than the new image has' },
  'a cover outside of the old image': { zh: '匹配段超出旧镜像范围', en: 'a match outside the base image' },
  'a difference outside of the old image': {
    zh: '差异数据超出旧镜像范围',
    en: 'difference data outside the base image',
  },
  'a position outside of the old image': { zh: '位置超出旧镜像范围', en: 'a position outside the base image' },
  'an empty turn': { zh: '含有空的数据段', en: 'an empty data segment' },
  'a number is too large': { zh: '数值过大', en: 'a number is too large' },
  'a negative size': { zh: '长度为负数', en: 'a negative size' },
  'the new image is larger than allowed': {
    zh: '还原出的镜像大于升级包文件',
    en: 'the new image is larger than allowed',
  },
  'the patch ends too early': { zh: '差分包不完整', en: 'the delta is incomplete' },
  'the compressed data ends too early': { zh: '压缩数据不完整', en: 'the compressed data is incomplete' },
  'a compression that is not supported': { zh: '不支持其压缩方式', en: 'a compression not supported' },
  'a data format that is not supported': { zh: '不支持其数据格式', en: 'a data format not supported' },
  'not a BSDIFF40 patch': { zh: '不是 BSDIFF40 差分包', en: 'not a BSDIFF40 delta' },
  'the sizes of its streams are wrong': { zh: '各数据流的长度不正确', en: 'the sizes of its streams are wrong' },
  'not an hpatch-lite patch': { zh: '不是 hpatch-lite 差分包', en: 'not an hdelta-lite delta' },
  'an hpatch-lite patch of another version': {
    zh: '是其他版本的 hpatch-lite 差分包',
    en: 'an hpatch-lite delta of another version',
  },
  'an LZMA header of another size': { zh: 'LZMA 头长度不正确', en: 'LZMA header of the wrong size' },
  'unknown LZMA properties': { zh: 'LZMA 参数无法识别', en: 'unknown LZMA properties' },
  'the LZMA window is too large': { zh: 'LZMA 字典过大', en: 'the LZMA dictionary is too large' },
  'not an LZMA stream': { zh: '不是 LZMA 数据流', en: 'not an LZMA stream' },
  'a match reaches before the window': {
    zh: '压缩数据引用超出字典范围',
    en: 'compressed data refers to bytes outside the dictionary',
  },
  'a match before the first byte': {
    zh: '压缩数据在首字节之前引用数据',
    en: 'compressed data refers to bytes before the first',
  },
  'not a sequential detools patch with heatshrink': {
    zh: '不是 heatshrink 压缩的 detools 顺序差分包',
    en: 'not a sequential detools delta with heatshrink',
  },
  'unknown heatshrink figures': { zh: 'heatshrink 参数无法识别', en: 'unknown heatshrink settings' },
  'no Espressif header': { zh: '没有乐鑫差分文件头', en: 'no Espressif header' },
  'the patch is for another image': { zh: '差分包针对的是另一个旧镜像', en: 'the delta is for another base image' },
  'zstd: not a patch for this image, or more bytes than allowed': {
    zh: '不是针对此旧镜像的 zstd 差分包，或还原结果过大',
    en: 'not a zstd delta for this base image, or the result is too large',
  },
  'not a patch between ZIP archives': { zh: '不是 ZIP 文件之间的差分包', en: 'not a ZIP delta' },
  'a patch between ZIP archives of another version': {
    zh: '是其他版本的 ZIP 差分包',
    en: 'a ZIP delta of another version',
  },
  'too many entries': { zh: 'ZIP 条目过多', en: 'too many ZIP entries' },
  'unknown settings of deflate': { zh: 'deflate 参数无法识别', en: 'unknown deflate settings' },
  'an entry that is too small': { zh: 'ZIP 条目过小', en: 'a ZIP entry is too small' },
  'an entry outside of the old archive': { zh: 'ZIP 条目超出旧文件范围', en: 'a ZIP entry outside the base archive' },
  'an entry outside of the new archive': { zh: 'ZIP 条目超出新文件范围', en: 'a ZIP entry outside the new archive' },
  'an entry is not where the patch says': {
    zh: '旧文件中的 ZIP 条目与差分包不符',
    en: 'a ZIP entry of the base file does not match the delta',
  },
  'an entry does not deflate to what it was': {
    zh: 'ZIP 条目重新压缩后与原来不同',
    en: 'a ZIP entry does not recompress to the same bytes',
  },
  'the old archive is too large inside': {
    zh: '旧 ZIP 文件解压后过大',
    en: 'the base archive is too large when uncompressed',
  },
  'the new archive is too large inside': {
    zh: '新 ZIP 文件解压后过大',
    en: 'the new archive is too large when uncompressed',
  },
  'the new archive has another size': {
    zh: '还原出的 ZIP 文件长度不符',
    en: 'the restored archive has the wrong size',
  },
  'it is not a ZIP archive': { zh: '不是 ZIP 文件', en: 'not a ZIP archive' },
  'it is a ZIP64 archive': { zh: '是 ZIP64 文件', en: 'a ZIP64 archive' },
  'the directory of the ZIP archive is broken': { zh: 'ZIP 文件的目录已损坏', en: 'the ZIP directory is damaged' },
  'another image came out': { zh: '还原结果不同', en: 'the restored image differs' },
} as const satisfies Record<string, Readonly<Record<Language, string>>>

/** bzip2's decoder says more than a person needs. */
const BZIP2 = 'bzip2: '
const bzip2Fault = { zh: 'bzip2 压缩数据已损坏', en: 'the bzip2 data is damaged' }

/** The phrase that an error carries; a new one needs its texts above. */
export type DeltaFault = keyof typeof deltaFaults | `${typeof BZIP2}${string}`

/** A phrase for a person; undefined for one that is not of the list: another program's own words. */
export const deltaFaultText = (phrase: string, language: Language): string | undefined => {
  if (phrase.startsWith(BZIP2)) return bzip2Fault[language]
  return phrase in deltaFaults ? deltaFaults[phrase as keyof typeof deltaFaults][language] : undefined
}
