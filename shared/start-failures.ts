import { z } from 'zod'
import type { Language } from './languages.ts'

/** What a person can choose when the station cannot start. `retry`: after mending it by hand. */
export const startChoices = ['retry', 'restoreBackup', 'setAside', 'openFolder'] as const
export type StartChoice = (typeof startChoices)[number]

interface StartFailureKind {
  /** What is wrong and what to do, `{name}` filled from the failure's data. */
  readonly texts: Readonly<Record<Language, string>>
  /** What makes sense then, besides giving up. */
  readonly choices: readonly StartChoice[]
}

const byHand = ['retry', 'openFolder'] as const
const ofDatabase = ['restoreBackup', 'setAside', 'retry', 'openFolder'] as const

/** Why a station cannot start although nothing is wrong with the program; a person has to decide or to mend. */
export const startFailures = {
  /** `data.directory`. */
  DATA_IN_USE: {
    texts: {
      zh: '数据目录 {directory} 正被另一个站点使用。请使用或关闭那个站点，或用 --data 为本站点指定其他目录。',
      en: 'Another station uses {directory}. Use that station or close it, or give this one another data directory with --data.',
    },
    choices: ['retry'],
  },
  /** `data.file`. */
  DATA_NO_DIRECTORY: {
    texts: {
      zh: '{file} 不是目录，无法存放数据。请移走该文件，或用 --data 指定其他数据目录。',
      en: '{file} is not a directory, so nothing can be kept there. Move that file away, or choose another data directory with --data.',
    },
    choices: ['retry'],
  },
  /** `data.file`, `data.owner`, `data.user` (names or numbers), `data.directory`. */
  DATA_OTHER_OWNER: {
    texts: {
      zh: 'OTA Bench 无权读写 {file}：它属于用户 {owner}，而 OTA Bench 以用户 {user} 运行。请将数据目录交给该用户（chown -R {user} {directory}），或以用户 {owner} 启动 OTA Bench。',
      en: 'OTA Bench may not read and write {file}: it belongs to user {owner}, and OTA Bench runs as user {user}. Give the data directory to this user (chown -R {user} {directory}), or start OTA Bench as user {owner}.',
    },
    choices: byHand,
  },
  /** `data.file`, `data.directory`. */
  DATA_NOT_ALLOWED: {
    texts: {
      zh: 'OTA Bench 无权读写 {file}。请为运行 OTA Bench 的用户授予数据目录 {directory} 的读写权限，或用 --data 指定其他数据目录。',
      en: 'OTA Bench may not read and write {file}. Allow the user who runs OTA Bench to read and write the data directory {directory}, or choose another with --data.',
    },
    choices: byHand,
  },
  /** `data.file`. */
  DATA_READ_ONLY: {
    texts: {
      zh: '{file} 是只读的，而 OTA Bench 需要写入。请设为可写（文件的权限，或磁盘的挂载方式），或用 --data 指定其他数据目录。',
      en: '{file} is read-only, and OTA Bench has to write to it. Make it writable (its permissions, or how its disk is mounted), or choose another data directory with --data.',
    },
    choices: byHand,
  },
  /** Something else the system says about a file. `data.file`, `data.detail`. */
  DATA_UNREADABLE: {
    texts: {
      zh: '无法使用 {file}：{detail}。请检查磁盘和该文件，然后重试。',
      en: '{file} cannot be used: {detail}. Check the disk and that file, then try again.',
    },
    choices: byHand,
  },
  /** `data.directory`, `data.free`. */
  DISK_FULL: {
    texts: {
      zh: '数据目录 {directory} 所在磁盘空间不足（剩余 {free}），站点无法启动。未丢失任何内容。请清理磁盘后重试。',
      en: 'The disk of the data directory {directory} is full ({free} left), so the station cannot start. Nothing was lost. Free some space and try again.',
    },
    choices: byHand,
  },
  /** `data.file`, `data.parts`: what else is there. */
  DATABASE_MISSING: {
    texts: {
      zh: '缺少数据库 {file}，而数据目录中仍有其他数据（{parts}）。未移动任何内容。如有该文件，请放回原处。',
      en: 'The database {file} is missing, although the data directory holds other data ({parts}). Nothing was moved. If you have that file, put it back.',
    },
    choices: ofDatabase,
  },
  /** `data.file`, `data.parts`. */
  DATABASE_EMPTY: {
    texts: {
      zh: '数据库 {file} 是空的，而数据目录中仍有其他数据（{parts}）。未移动任何内容。如有原来的文件，请放回原处。',
      en: 'The database {file} is empty, although the data directory holds other data ({parts}). Nothing was moved. If you have the file as it was, put it back.',
    },
    choices: ofDatabase,
  },
  /** `data.file`, `data.detail`: what was found, in SQLite's words or ours. */
  DATABASE_DAMAGED: {
    texts: {
      zh: '数据库 {file} 已损坏（{detail}）。未移动任何内容。请恢复备份，或将旧数据移出并重新开始。',
      en: 'The database {file} is damaged ({detail}). Nothing was moved. Restore a backup, or set the old data aside and start with a new database.',
    },
    choices: ofDatabase,
  },
  /** `data.file`: the log; `data.detail`. */
  DATABASE_LOG_DAMAGED: {
    texts: {
      zh: '数据库的日志 {file} 已损坏（{detail}），最近的更改就在其中。未移动任何内容。请恢复备份；如愿放弃这些更改，请将该文件移到别处后重试。',
      en: 'The log of the database, {file}, is damaged ({detail}); it holds the latest changes. Nothing was moved. Restore a backup; or, to continue without those changes, move that file away and try again.',
    },
    choices: ofDatabase,
  },
  /** `data.file`, `data.detail`. */
  DATABASE_FOREIGN: {
    texts: {
      zh: '{file} 不是 OTA Bench 的数据库（{detail}）。未移动任何内容。如有原来的文件，请放回原处。',
      en: '{file} is not a database of OTA Bench ({detail}). Nothing was moved. If you have the right file, put it back.',
    },
    choices: ofDatabase,
  },
  /** `data.file`, `data.version`, `data.known`. */
  DATABASE_TOO_NEW: {
    texts: {
      zh: '数据库 {file} 由更新版本的 OTA Bench 写入（数据版本 {version}，本程序支持到 {known}）。请安装更新版本的 OTA Bench，或恢复升级前的备份。',
      en: 'The database {file} was written by a newer OTA Bench (data version {version}, this program knows {known}). Install the newer OTA Bench, or restore a backup from before the update.',
    },
    choices: ofDatabase,
  },
  /** `data.file`, `data.detail`. */
  DATABASE_UNREADABLE: {
    texts: {
      zh: '无法打开数据库 {file}：{detail}。请检查磁盘和该文件，然后重试。',
      en: 'The database {file} cannot be opened: {detail}. Check the disk and that file, then try again.',
    },
    choices: ofDatabase,
  },
  /** `data.folder`. */
  BACKUP_NONE: {
    texts: {
      zh: '{folder} 中没有备份。请用 --restore-backup FILE 指定备份文件。',
      en: 'There is no backup in {folder}. Name one with --restore-backup FILE.',
    },
    choices: byHand,
  },
  /** `data.file`: as it was asked for; `data.folder`. */
  BACKUP_MISSING: {
    texts: {
      zh: '找不到备份 {file}。请检查路径；仅使用 --restore-backup 时恢复 {folder} 中最新的备份。',
      en: 'There is no backup {file}. Check the path; --restore-backup alone takes the newest in {folder}.',
    },
    choices: byHand,
  },
  /** `data.file`, `data.detail`. */
  BACKUP_DAMAGED: {
    texts: {
      zh: '无法恢复备份 {file}：{detail}。未更改任何内容。请用 --restore-backup FILE 指定其他备份。',
      en: 'The backup {file} cannot be restored: {detail}. Nothing was changed. Choose another with --restore-backup FILE.',
    },
    choices: byHand,
  },
  /** `data.file`, `data.version`, `data.known`. */
  BACKUP_TOO_NEW: {
    texts: {
      zh: '备份 {file} 由更新版本的 OTA Bench 生成（数据版本 {version}，本程序支持到 {known}）。未更改任何内容。请安装更新版本的 OTA Bench，或指定其他备份。',
      en: 'The backup {file} was made by a newer OTA Bench (data version {version}, this program knows {known}). Nothing was changed. Install the newer OTA Bench, or choose another backup.',
    },
    choices: byHand,
  },
  /** `data.port`, `data.host`, `data.option`. */
  PORT_IN_USE: {
    texts: {
      zh: '{host} 的端口 {port} 已被其他程序占用；请用 {option} 指定其他端口（0 表示任意空闲端口）',
      en: 'port {port} on {host} is in use by another program; choose another with {option} (0 takes a free one)',
    },
    choices: ['retry'],
  },
  /** `data.port`, `data.host`, `data.option`. capabilities(7) CAP_NET_BIND_SERVICE; ip(7) ip_unprivileged_port_start. */
  PORT_FORBIDDEN: {
    texts: {
      zh: '无权监听 {host} 的端口 {port}（{option}）；请使用 1024 及以上的端口，或在 Linux 上降低限制：sysctl net.ipv4.ip_unprivileged_port_start={port}，或用 authbind 运行，或授权一次：setcap cap_net_bind_service=+ep PATH_OF_NODE',
      en: 'no permission to listen on port {port} ({option}) of {host}; choose a port from 1024 up, or on Linux lower the limit: sysctl net.ipv4.ip_unprivileged_port_start={port}, or run it under authbind, or grant the right once: setcap cap_net_bind_service=+ep PATH_OF_NODE',
    },
    choices: ['retry'],
  },
  /** `data.host`, `data.hostOption`. */
  ADDRESS_UNKNOWN: {
    texts: {
      zh: '{host} 不是本机的地址；请用 {hostOption} 指定其他地址',
      en: '{host} is not an address of this computer; choose another with {hostOption}',
    },
    choices: ['retry'],
  },
  /** Said by the desktop host: started again and again, it never got ready. `data.times`, `data.exitCode`. */
  STATION_KEEPS_ENDING: {
    texts: {
      zh: '站点在启动完成前退出（启动次数：{times}，退出码：{exitCode}）。未移动任何内容。请重试；若仍出现，请查看日志。',
      en: 'The station ended before it was ready (starts: {times}, exit code: {exitCode}). Nothing was moved. Try again, and look into the log if it fails again.',
    },
    choices: ofDatabase,
  },
} as const satisfies Record<string, StartFailureKind>

export type StartFailureCode = keyof typeof startFailures
const codes = Object.keys(startFailures) as [StartFailureCode, ...StartFailureCode[]]

export type StartFailureData = Readonly<Record<string, string | number>>

/** A start failure as it crosses from the station process to its host. */
export const StartFailureInfo = z.object({
  code: z.enum(codes),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The station's own backups, newest first: names in `backups/`, and when each was made, Unix milliseconds. */
  backups: z.array(z.object({ name: z.string(), at: z.number() })),
})
export type StartFailureInfo = z.infer<typeof StartFailureInfo>

/** What is wrong and what to do, in one language; `data.nameZh` where the Chinese value differs. */
export const startFailureText = (code: StartFailureCode, language: Language, data: StartFailureData): string =>
  startFailures[code].texts[language].replace(/\{(\w+)\}/g, (_, name: string) =>
    String((language === 'zh' ? data[`${name}Zh`] : undefined) ?? data[name] ?? ''),
  )

/** The choices that make sense for a failure: a backup can be restored only where there is one. */
export const choicesOf = ({ code, backups }: Pick<StartFailureInfo, 'code' | 'backups'>): readonly StartChoice[] =>
  (startFailures[code].choices as readonly StartChoice[]).filter(
    (choice) => choice !== 'restoreBackup' || backups.length > 0,
  )

/** The ways on by the command line, for who has no dialog. */
const commandLineWays: Readonly<
  Record<'restoreBackup' | 'olderBackup' | 'setAside', Readonly<Record<Language, string>>>
> = {
  restoreBackup: {
    zh: '如需恢复最新的备份（{backup}），请加 --restore-backup 启动一次。',
    en: 'To restore the newest backup ({backup}), start once with --restore-backup.',
  },
  olderBackup: {
    zh: '如需恢复更早的备份，请在其后写明文件名：{older}。',
    en: 'To restore an older one, name it after that: {older}.',
  },
  setAside: {
    zh: '如需将旧数据移出并重新开始，请加 --set-aside 启动一次。',
    en: 'To set the old data aside and start with a new database, start once with --set-aside.',
  },
}

/** The text with the ways on that the command line offers. */
export const startFailureWords = (info: StartFailureInfo, language: Language): string => {
  const [newest, ...older] = info.backups.map(({ name }) => name)
  const ways = choicesOf(info).flatMap((choice) => {
    if (choice === 'setAside') return commandLineWays.setAside[language]
    if (choice !== 'restoreBackup') return []
    const { restoreBackup, olderBackup } = commandLineWays
    const list = older.join(language === 'zh' ? '、' : ', ')
    return [
      restoreBackup[language].replace('{backup}', newest ?? ''),
      ...(older.length > 0 ? [olderBackup[language].replace('{older}', list)] : []),
    ]
  })
  return [startFailureText(info.code, language, info.data), ...ways].join(language === 'zh' ? '' : ' ')
}
