import type { artifactNotes as en } from '../en/artifact-notes.ts'
import type { TextsLike } from '../texts-like.ts'

/** Why a device gets what it gets, or nothing: with `auto` the full image is sent instead; with `diff` the device waits, or gets nothing. */
export const artifactNotes = {
  DIFF_WAITED_FOR: '差分包正在生成，完成后再推送。',
  DIFF_UNCHECKED: '该差分包在别处制作，本机无法校验还原结果。',
  NO_DIFF: '没有适用于当前版本的差分包。',
  DIFF_FAILED: '适用于当前版本的差分包生成失败。',
  DIFF_NOT_WORTH_IT: '差分包几乎不比整包小。',
  DIFF_NOT_RESTORABLE: '差分包的格式不适用于该模块的设备类型。',
  BASE_CHANGED: '差分包所依据的文件与该版本现有的文件不同。',
  SEVERAL_FILES: '升级包有多个文件，只能发送整包。',
  VERSION_UNKNOWN: '设备尚未上报版本，无法选择差分包。',
  AFTER_FAILED_DIFF: '差分升级失败后改用整包。',
} as const satisfies TextsLike<typeof en>
