import type { Language } from './error-texts.ts'

/** Why a device gets what it gets, or nothing: the codes of `Job.artifactNote`. */
export const artifactNotes = [
  'DIFF_WAITED_FOR',
  'DIFF_UNCHECKED',
  'NO_DIFF',
  'DIFF_FAILED',
  'DIFF_NOT_WORTH_IT',
  'DIFF_NOT_RESTORABLE',
  'BASE_CHANGED',
  'SEVERAL_FILES',
  'VERSION_UNKNOWN',
  'AFTER_FAILED_DIFF',
] as const
export type ArtifactNote = (typeof artifactNotes)[number]

/** In words, for both ends: with `auto` the full image is sent instead; with `diff` the device waits, or gets nothing. */
export const artifactNoteTexts: Readonly<Record<ArtifactNote, Record<Language, string>>> = {
  DIFF_WAITED_FOR: {
    zh: '差分包正在生成，完成后再推送。',
    en: 'Delta is being generated; the device is notified when it is ready.',
  },
  DIFF_UNCHECKED: {
    zh: '该差分包在别处制作，本机无法校验还原结果。',
    en: 'The delta was made elsewhere and could not be checked here.',
  },
  NO_DIFF: {
    zh: '没有适用于当前版本的差分包。',
    en: 'No delta from its current version.',
  },
  DIFF_FAILED: {
    zh: '适用于当前版本的差分包生成失败。',
    en: 'The delta from its current version could not be generated.',
  },
  DIFF_NOT_WORTH_IT: {
    zh: '差分包几乎不比整包小。',
    en: 'The delta is hardly smaller than the full package.',
  },
  DIFF_NOT_RESTORABLE: {
    zh: '差分包的格式不适用于该模块的设备类型。',
    en: 'The delta is in a format that the device class of its module cannot restore.',
  },
  BASE_CHANGED: {
    zh: '差分包所依据的文件与该版本现有的文件不同。',
    en: 'The delta was generated from a different file than the current one of this version.',
  },
  SEVERAL_FILES: {
    zh: '升级包有多个文件，只能发送整包。',
    en: 'The package has several files; only the full package can be sent.',
  },
  VERSION_UNKNOWN: {
    zh: '设备尚未上报版本，无法选择差分包。',
    en: 'The device has not reported its version, so no delta can be selected.',
  },
  AFTER_FAILED_DIFF: {
    zh: '差分升级失败后改用整包。',
    en: 'Delta upgrade failed; the full package is sent instead.',
  },
}
