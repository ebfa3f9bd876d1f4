import type { Language } from './error-texts.ts'

/** Why a job failed or was skipped: the code in `Job.errorCode` with our explanation; the device's own words stand in `Job.description`. */
export const jobReasons = {
  UPGRADE_FAILED: {
    zh: '设备报告升级失败 (-1)。查看设备原话；常见原因：固件与硬件不符、电量不足。',
    en: 'The device reports: upgrade failed (-1). See its own words; often the image does not fit the board, or power is low.',
  },
  DOWNLOAD_FAILED: {
    zh: '设备报告下载失败 (-2)。检查设备到本机的网络，以及设备剩余存储空间。',
    en: 'The device reports: download failed (-2). Check its network to this machine and its free storage.',
  },
  VERIFICATION_FAILED: {
    zh: '设备报告校验失败 (-3)。下载内容与摘要不符；重试，若仍失败请检查网络或设备的校验算法。',
    en: 'The device reports: verification failed (-3). What it got does not match the digest; retry, then check the network or its digest method.',
  },
  BURNING_FAILED: {
    zh: '设备报告烧写失败 (-4)。检查供电与存储器；多次失败请更换设备。',
    en: 'The device reports: burning failed (-4). Check power and flash memory; replace the unit if it repeats.',
  },
  ROLLED_BACK: {
    zh: '等待时间已过，设备仍上报 {version}，判为已回滚。检查设备启动日志后重试；若其后上报目标版本，仍记为成功。',
    en: 'Still {version} when the wait was over: it counts as rolled back. See why the new version does not start, then retry; if the device still reports the target version, that counts.',
  },
  WRONG_VERSION: {
    zh: '重启后上报 {version}，既不是起始版本也不是目标版本。检查固件内写入的版本号。',
    en: 'After the restart it reports {version}, neither the source nor the target. Check the version built into the image.',
  },
  DEVICE_OFFLINE: {
    zh: '设备不在线，无法推送（该产品的协议按失败处理）。设备上线后请重试。',
    en: 'The device was not connected, and its protocol counts that as failed. Retry when it is online.',
  },
  PUSH_FAILED: {
    zh: '设备在 10 秒内没有确认升级通知。检查设备是否卡住或固件是否处理该通知，然后重试。',
    en: 'The device did not acknowledge the notice within 10 seconds. See whether it hangs or ignores notices, then retry.',
  },
  NO_SPACE: {
    zh: '设备存储空间不足，无法下载升级包。清理设备存储后重试。',
    en: 'The device has no space for the package. Free some storage on it and retry.',
  },
  OUT_OF_MEMORY: {
    zh: '设备内存不足。重启设备后重试；若仍失败，请检查固件的内存占用。',
    en: 'The device ran out of memory. Restart it and retry; if it stays, look at what its firmware uses.',
  },
  REQUEST_TIMEOUT: {
    zh: '设备下载请求超时。检查设备到本机的网络后重试。',
    en: 'The device got no answer to its download request in time. Check its network to this machine and retry.',
  },
  LOW_BATTERY: {
    zh: '设备电量不足。充电或接通电源后重试。',
    en: 'The battery of the device is low. Charge or power it and retry.',
  },
  WEAK_SIGNAL: { zh: '设备信号不良。改善信号后重试。', en: 'The device has a bad signal. Improve it and retry.' },
  DOWNLOAD_BROKE_OFF: {
    zh: '设备下载失败，未说明原因。检查网络和下载令牌是否有效，然后重试。',
    en: 'The download failed on the device for a reason it does not know. Check its network and retry.',
  },
  PACKAGE_MISMATCH: {
    zh: '设备认为升级包与任务的目标版本不一致。检查升级包文件与所填版本。',
    en: 'The device finds that the package is not the target version. Check the file and the version it was given.',
  },
  CHECKSUM_WRONG: {
    zh: '设备计算的 MD5 与升级包不符。重试；若仍失败请检查网络或设备的存储器。',
    en: 'The MD5 that the device computed is not that of the package. Retry, then check its network and flash memory.',
  },
  UPGRADE_BROKE_OFF: {
    zh: '设备升级失败，未说明原因。查看设备日志后重试。',
    en: 'The upgrade failed on the device for a reason it does not know. Look at its log and retry.',
  },
  RETRIES_EXHAUSTED: {
    zh: '设备已达到最大重试次数。排除原因后重试。',
    en: 'The device used up its retries. Find the cause, then retry.',
  },
  UPGRADE_EXPIRED: { zh: '设备报告升级已过期。请重试。', en: 'The device reports that the upgrade expired. Retry.' },
  MODEL_MISMATCH: {
    zh: '设备上报的厂商和型号（{model}）与升级包的模块不符。请为该型号选择升级包。',
    en: 'The device is a {model}, which the module of the package is not for. Choose a package for that model.',
  },
  BASE_MISMATCH: {
    zh: '差分包不适用于设备当前版本 {version}。请使用整包或对应版本的差分包。',
    en: 'The differential package does not apply to version {version}. Use the full package or another one.',
  },
  NO_DIFF: {
    zh: '没有适用于版本 {version} 的差分包。请生成差分包后重试，或改用“自动”或“整包”批次。',
    en: 'There is no patch from version {version}. Make one and retry, or use a campaign that is automatic or full.',
  },
  DIFF_NOT_MADE: {
    zh: '适用于版本 {version} 的差分包未能生成。请在升级包中查看原因，重新生成后重试。',
    en: 'The patch from version {version} could not be made. See why at the package, make it again, then retry.',
  },
  ALREADY_ON_TARGET: { zh: '设备已是目标版本。', en: 'The device is already on the target version.' },
  OTHER_JOB_OPEN: {
    zh: '该设备的此模块还有未完成的升级（批次 {campaign}）。',
    en: 'This module of the device still has an open upgrade (campaign {campaign}).',
  },
  FROM_VERSION_NOT_SELECTED: {
    zh: '当前版本 {version} 不在所选起始版本之内。',
    en: 'Its version {version} is not among the chosen from-versions.',
  },
  TIMEOUT_PUSH: {
    zh: '推送后设备在规定时间内没有任何响应。检查设备是否在线、固件是否处理升级通知，然后重试。',
    en: 'The device gave no sign within the time after the notice. See whether it is connected and heeds notices, then retry.',
  },
  TIMEOUT_PROGRESS: {
    zh: '设备已开始升级，但未在规定时间内上报目标版本。查看设备是否卡住或断网；若其后上报目标版本，仍记为成功。',
    en: 'The device began, but did not report the target version in time. See whether it hangs or lost its network; if it still reports the target, that counts.',
  },
  TIMEOUT_DOWNLOADING: {
    zh: '设备未在规定时间内完成下载。检查网络速度和设备剩余存储空间；包较大时请放宽下载时限。',
    en: 'The device did not finish its download in time. Check the network and its free storage; allow more time for a large package.',
  },
  TIMEOUT_INSTALLING: {
    zh: '设备已下载完成，但未在规定时间内以目标版本启动。查看设备是否卡在写入或重启；若其后上报目标版本，仍记为成功。',
    en: 'The device has the image but did not come up with the target version in time. See whether it hangs while writing or restarting; if it still reports the target, that counts.',
  },
  OVERWRITTEN: {
    zh: '设备尚未开始，已由批次 {campaign} 接管。',
    en: 'It had not begun; campaign {campaign} took it over.',
  },
  CANCELLED_IN_PROGRESS: {
    zh: '取消时设备已收到升级通知或已开始升级，可能仍会安装；以其上报的版本为准。',
    en: 'When it was cancelled the device had been told or had begun: it may install all the same. The version it reports will tell.',
  },
  PACKAGE_DELETED: { zh: '升级包已被删除。', en: 'The package was deleted.' },
} as const satisfies Record<string, Record<Language, string>>

export type JobReason = keyof typeof jobReasons

/** Steps a device reports below zero (references 001, 003: -1 upgrade, -2 download, -3 verification, -4 burning). */
export const stepReasons: Readonly<Record<number, JobReason>> = {
  [-1]: 'UPGRADE_FAILED',
  [-2]: 'DOWNLOAD_FAILED',
  [-3]: 'VERIFICATION_FAILED',
  [-4]: 'BURNING_FAILED',
}

/** Our explanation of a reason, `{name}` places filled; undefined for a code of a newer station. */
export const reasonText = (
  code: string,
  language: Language,
  fill: Readonly<Record<string, string>> = {},
): string | undefined =>
  code in jobReasons
    ? jobReasons[code as JobReason][language].replace(/\{(\w+)\}/g, (_, key: string) => fill[key] ?? '…')
    : undefined
