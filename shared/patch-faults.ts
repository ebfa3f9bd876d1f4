import type { Language } from './languages.ts'

/** What can be wrong with a patch, or with an image for a format: in English as errors carry it, and in Chinese. */
export const patchFaults = {
  'an empty cover': '含有空的匹配段',
  'more bytes than the new image has': '数据超出新镜像的长度',
  'fewer bytes than the new image has': '数据不足新镜像的长度',
  'a cover outside of the old image': '匹配段超出旧镜像范围',
  'a difference outside of the old image': '差异数据超出旧镜像范围',
  'a position outside of the old image': '位置超出旧镜像范围',
  'an empty turn': '含有空的数据段',
  'a number is too large': '数值过大',
  'a negative size': '长度为负数',
  'the new image is larger than allowed': '还原出的镜像大于升级包文件',
  'the patch ends too early': '差分包不完整',
  'the compressed data ends too early': '压缩数据不完整',
  'a compression that is not supported': '不支持其压缩方式',
  'a data format that is not supported': '不支持其数据格式',
  'not a BSDIFF40 patch': '不是 BSDIFF40 差分包',
  'the sizes of its streams are wrong': '各数据流的长度不正确',
  'not an hpatch-lite patch': '不是 hpatch-lite 差分包',
  'an hpatch-lite patch of another version': '是其他版本的 hpatch-lite 差分包',
  'an LZMA header of another size': 'LZMA 头长度不正确',
  'unknown LZMA properties': 'LZMA 参数无法识别',
  'the LZMA window is too large': 'LZMA 字典过大',
  'not an LZMA stream': '不是 LZMA 数据流',
  'a match reaches before the window': '压缩数据引用超出字典范围',
  'a match before the first byte': '压缩数据在首字节之前引用数据',
  'not a sequential detools patch with heatshrink': '不是 heatshrink 压缩的 detools 顺序差分包',
  'unknown heatshrink figures': 'heatshrink 参数无法识别',
  'no Espressif header': '没有乐鑫差分文件头',
  'the patch is for another image': '差分包针对的是另一个旧镜像',
  'zstd: not a patch for this image, or more bytes than allowed': '不是针对此旧镜像的 zstd 差分包，或还原结果过大',
  'not a patch between ZIP archives': '不是 ZIP 文件之间的差分包',
  'a patch between ZIP archives of another version': '是其他版本的 ZIP 差分包',
  'too many entries': 'ZIP 条目过多',
  'unknown settings of deflate': 'deflate 参数无法识别',
  'an entry that is too small': 'ZIP 条目过小',
  'an entry outside of the old archive': 'ZIP 条目超出旧文件范围',
  'an entry outside of the new archive': 'ZIP 条目超出新文件范围',
  'an entry is not where the patch says': '旧文件中的 ZIP 条目与差分包不符',
  'an entry does not deflate to what it was': 'ZIP 条目重新压缩后与原来不同',
  'the old archive is too large inside': '旧 ZIP 文件解压后过大',
  'the new archive is too large inside': '新 ZIP 文件解压后过大',
  'the new archive has another size': '还原出的 ZIP 文件长度不符',
  'it is not a ZIP archive': '不是 ZIP 文件',
  'it is a ZIP64 archive': '是 ZIP64 文件',
  'the directory of the ZIP archive is broken': 'ZIP 文件的目录已损坏',
  'another image came out': '还原结果不同',
} as const

/** bzip2's decoder says more than a person needs; Chinese says only that the data is damaged. */
const BZIP2 = 'bzip2: '

/** The phrase that an error carries; a new one needs its Chinese above. */
export type PatchFault = keyof typeof patchFaults | `${typeof BZIP2}${string}`

/** A phrase for a person; undefined for one that is not of the list: another's own words. */
export const patchFaultText = (phrase: string, language: Language): string | undefined => {
  if (language === 'en') return undefined
  if (phrase.startsWith(BZIP2)) return 'bzip2 压缩数据已损坏'
  return phrase in patchFaults ? patchFaults[phrase as keyof typeof patchFaults] : undefined
}
