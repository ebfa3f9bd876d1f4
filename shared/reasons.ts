import type { Language } from './error-texts.ts'

/** Why a job failed or was skipped: the code in `Job.errorCode` with our explanation; the device's own words stand in `Job.description`. */
export const jobReasons = {
  UPGRADE_FAILED: {
    zh: '设备上报升级失败 (-1)。请查看设备上报信息；常见原因：固件与硬件不符、电量不足。',
    en: 'Device reports: upgrade failed (-1). See its message; common causes: firmware does not fit the hardware, low power.',
  },
  DOWNLOAD_FAILED: {
    zh: '设备上报下载失败 (-2)。请检查设备到本机的网络、防火墙和设备剩余空间，然后重试。',
    en: 'Device reports: download failed (-2). Check its network to this computer, the firewall and its free storage, then retry.',
  },
  VERIFICATION_FAILED: {
    zh: '设备上报校验失败 (-3)：下载内容与摘要不符。请重试；若仍失败，检查网络和升级包的签名算法。',
    en: "Device reports: digest check failed (-3). Retry; if it fails again, check the network and the package's signature method.",
  },
  BURNING_FAILED: {
    zh: '设备上报烧写失败 (-4)。请检查供电后重试；多次失败请更换设备。',
    en: 'Device reports: flash write failed (-4). Check the power and retry; if it repeats, replace the device.',
  },
  ROLLED_BACK: {
    zh: '等待时间结束时设备仍上报 {version}，判为已回滚。请检查固件能否在该硬件上启动，然后重试；若其后上报目标版本，仍记为成功。',
    en: 'Still on {version} when the wait was over: counted as rolled back. Check that the firmware starts on this hardware, then retry; a later report of the target version still counts.',
  },
  WRONG_VERSION: {
    zh: '重启后上报 {version}，不是目标版本。请核对固件内的版本号与升级包的目标版本。',
    en: 'After the restart it reports {version}, not the target version. Check the version built into the firmware.',
  },
  DEVICE_OFFLINE: {
    zh: '设备离线，推送失败（该协议规定离线即失败）。请在设备上线后重试。',
    en: 'Device offline; this protocol counts that as a failure. Retry when it is online.',
  },
  PUSH_FAILED: {
    zh: '设备在 10 秒内没有确认升级通知。检查设备是否卡住或固件是否处理该通知，然后重试。',
    en: 'The device did not acknowledge the notification within 10 s. Check whether it hangs or ignores notifications, then retry.',
  },
  NO_SPACE: {
    zh: '设备存储空间不足，无法下载升级包。清理设备存储后重试。',
    en: 'The device has no space for the package. Free storage on it and retry.',
  },
  OUT_OF_MEMORY: {
    zh: '设备内存不足。重启设备后重试；若仍失败，请检查固件的内存占用。',
    en: 'The device ran out of memory. Restart it and retry; if it fails again, check the memory use of its firmware.',
  },
  REQUEST_TIMEOUT: {
    zh: '设备下载请求超时。检查设备到本机的网络后重试。',
    en: "The download request timed out. Check the device's network to this computer, then retry.",
  },
  LOW_BATTERY: {
    zh: '设备电量不足。充电或接通电源后重试。',
    en: 'Low battery. Charge or power the device and retry.',
  },
  WEAK_SIGNAL: { zh: '设备信号弱。请改善信号后重试。', en: 'Weak signal. Move the device or its antenna, then retry.' },
  DOWNLOAD_BROKE_OFF: {
    zh: '设备下载失败，未说明原因。检查网络和下载令牌是否有效，然后重试。',
    en: 'The download failed; the device gave no reason. Check its network and retry.',
  },
  PACKAGE_MISMATCH: {
    zh: '设备认为升级包与任务的目标版本不一致。检查升级包文件与所填版本。',
    en: 'The device reports that the package is not the target version. Check the file and its target version.',
  },
  CHECKSUM_WRONG: {
    zh: '设备计算的 MD5 与升级包不符。重试；若仍失败，请检查网络或设备的 Flash。',
    en: "MD5 mismatch on the device. Retry; if it fails again, check the network and the device's flash.",
  },
  UPGRADE_BROKE_OFF: {
    zh: '设备升级失败，未说明原因。查看设备日志后重试。',
    en: 'The upgrade failed; the device gave no reason. Check its log and retry.',
  },
  RETRIES_EXHAUSTED: {
    zh: '设备已达到最大重试次数。排除原因后重试。',
    en: 'The device reached its retry limit. Fix the cause, then retry.',
  },
  UPGRADE_EXPIRED: { zh: '设备上报升级已过期。请重试。', en: 'The device reports that the upgrade expired. Retry.' },
  MODEL_MISMATCH: {
    zh: '设备上报的厂商和型号（{model}）与升级包的模块不符。请为该型号选择升级包。',
    en: 'The device is a {model}; the package is for another model. Choose a package for that model.',
  },
  BASE_MISMATCH: {
    zh: '差分包不适用于设备当前版本 {version}。请使用整包或对应版本的差分包。',
    en: 'The delta does not apply to version {version}. Use the full package or a delta for that version.',
  },
  NO_DIFF: {
    zh: '没有适用于版本 {version} 的差分包。请生成差分包后重试，或改用“自动”或“整包”批次。',
    en: 'No delta from version {version}. Generate one and retry, or use an Automatic or Full campaign.',
  },
  DIFF_NOT_MADE: {
    zh: '适用于版本 {version} 的差分包未能生成。请在升级包中查看原因，重新生成后重试。',
    en: 'The delta from version {version} could not be generated. See the reason in the package, generate it again, then retry.',
  },
  ALREADY_ON_TARGET: { zh: '设备已是目标版本。', en: 'The device is already on the target version.' },
  OTHER_JOB_OPEN: {
    zh: '该设备的此模块有未完成的升级（批次 {campaign}）。请等待其完成，或先取消。',
    en: 'This module has an unfinished upgrade (campaign {campaign}). Wait for it, or cancel it first.',
  },
  FROM_VERSION_NOT_SELECTED: {
    zh: '当前版本 {version} 不在所选待升级版本号之内。',
    en: 'Its version {version} is not one of the selected versions.',
  },
  TIMEOUT_PUSH: {
    zh: '推送后设备超时无响应。请检查设备是否在线、能否处理升级通知，然后重试。',
    en: 'No response to the notification in time. Check that the device is online and handles notifications, then retry.',
  },
  TIMEOUT_PROGRESS: {
    zh: '设备已开始升级，但超时未上报目标版本。请检查设备是否卡死或断网；之后上报仍记为成功。',
    en: 'Started, but did not report the target version in time. Check whether it hangs or lost its network. A later report still counts as success.',
  },
  TIMEOUT_DOWNLOADING: {
    zh: '设备未在规定时间内完成下载。检查网络速度和设备剩余存储空间；包较大时请放宽下载时限。',
    en: 'Download not finished in time. Check the network and free storage; for large packages, set a longer timeout.',
  },
  TIMEOUT_INSTALLING: {
    zh: '已下载完成，但超时未以目标版本启动。请检查设备是否卡在写入或重启；之后上报仍记为成功。',
    en: 'Downloaded, but did not start with the target version in time. Check whether it hangs while writing or restarting. A later report still counts as success.',
  },
  OVERWRITTEN: {
    zh: '设备尚未开始，已由批次 {campaign} 接管。',
    en: 'Not started yet; taken over by campaign {campaign}.',
  },
  CANCELLED_IN_PROGRESS: {
    zh: '取消时设备已收到升级通知或已开始升级，可能仍会安装；以其上报的版本为准。',
    en: 'The device was already notified or upgrading when cancelled; it may still install. See the version it reports.',
  },
  PACKAGE_DELETED: {
    zh: '升级包已被删除。如需升级，请重新添加升级包并新建批次。',
    en: 'The package was deleted. Add it again and create a new campaign.',
  },
} as const satisfies Record<string, Record<Language, string>>

export type JobReason = keyof typeof jobReasons

/** Steps a device reports below zero (docs/protocols/README.md §8.2: -1 upgrade, -2 download, -3 verification, -4 burning). */
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
