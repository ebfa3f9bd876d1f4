import type { startFailures as en, commandLineWays as enWays } from '../en/start-failures.ts'
import type { TextsLike } from '../texts-like.ts'

/** Why a station cannot start, and what to do. `{name}`: the failure's data (shared/start-failures.ts). */
export const startFailures = {
  DATA_IN_USE: '数据目录 {directory} 正被另一个站点使用。请使用或关闭那个站点，或用 --data 为本站点指定其他目录。',
  DATA_NO_DIRECTORY: '{file} 不是目录，无法存放数据。请移走该文件，或用 --data 指定其他数据目录。',
  DATA_OTHER_OWNER:
    'OTA Bench 无权读写 {file}：它属于用户 {owner}，而 OTA Bench 以用户 {user} 运行。请将数据目录交给该用户（chown -R {user} {directory}），或以用户 {owner} 启动 OTA Bench。',
  DATA_NOT_ALLOWED:
    'OTA Bench 无权读写 {file}。请为运行 OTA Bench 的用户授予数据目录 {directory} 的读写权限，或用 --data 指定其他数据目录。',
  DATA_READ_ONLY:
    '{file} 是只读的，而 OTA Bench 需要写入。请设为可写（文件的权限，或磁盘的挂载方式），或用 --data 指定其他数据目录。',
  DATA_UNREADABLE: '无法使用 {file}：{detail}。请检查磁盘和该文件，然后重试。',
  DISK_FULL: '数据目录 {directory} 所在磁盘空间不足（剩余 {free}），站点无法启动。未丢失任何内容。请清理磁盘后重试。',
  DATABASE_MISSING: '缺少数据库 {file}，而数据目录中仍有其他数据（{parts}）。未移动任何内容。如有该文件，请放回原处。',
  DATABASE_EMPTY:
    '数据库 {file} 是空的，而数据目录中仍有其他数据（{parts}）。未移动任何内容。如有原来的文件，请放回原处。',
  DATABASE_DAMAGED: '数据库 {file} 已损坏（{detail}）。未移动任何内容。请恢复备份，或将旧数据移出并重新开始。',
  DATABASE_LOG_DAMAGED:
    '数据库的日志 {file} 已损坏（{detail}），最近的更改就在其中。未移动任何内容。请恢复备份；如愿放弃这些更改，请将该文件移到别处后重试。',
  DATABASE_FOREIGN: '{file} 不是 OTA Bench 的数据库（{detail}）。未移动任何内容。如有原来的文件，请放回原处。',
  DATABASE_TOO_NEW:
    '数据库 {file} 由更新版本的 OTA Bench 写入（数据版本 {version}，本程序支持到 {known}）。请安装更新版本的 OTA Bench，或恢复升级前的备份。',
  DATABASE_UNREADABLE: '无法打开数据库 {file}：{detail}。请检查磁盘和该文件，然后重试。',
  BACKUP_NONE: '{folder} 中没有备份。请用 --restore-backup FILE 指定备份文件。',
  BACKUP_MISSING: '找不到备份 {file}。请检查路径；仅使用 --restore-backup 时恢复 {folder} 中最新的备份。',
  BACKUP_DAMAGED: '无法恢复备份 {file}：{detail}。未更改任何内容。请用 --restore-backup FILE 指定其他备份。',
  BACKUP_TOO_NEW:
    '备份 {file} 由更新版本的 OTA Bench 生成（数据版本 {version}，本程序支持到 {known}）。未更改任何内容。请安装更新版本的 OTA Bench，或指定其他备份。',
  PORT_IN_USE: '{host} 的端口 {port} 已被其他程序占用；请用 {option} 指定其他端口（0 表示任意空闲端口）',
  PORT_FORBIDDEN:
    '无权监听 {host} 的端口 {port}（{option}）；请使用 1024 及以上的端口，或在 Linux 上降低限制：sysctl net.ipv4.ip_unprivileged_port_start={port}，或用 authbind 运行，或授权一次：setcap cap_net_bind_service=+ep PATH_OF_NODE',
  ADDRESS_UNKNOWN: '{host} 不是本机的地址；请用 {hostOption} 指定其他地址',
  STATION_KEEPS_ENDING:
    '站点在启动完成前退出（启动次数：{times}，退出码：{exitCode}）。未移动任何内容。请重试；若仍出现，请查看日志。',
} as const satisfies TextsLike<typeof en>

/** The ways on by the command line, for who has no dialog. */
export const commandLineWays = {
  restoreBackup: '如需恢复最新的备份（{backup}），请加 --restore-backup 启动一次。',
  olderBackup: '如需恢复更早的备份，请在其后写明文件名：{older}。',
  setAside: '如需将旧数据移出并重新开始，请加 --set-aside 启动一次。',
} as const satisfies TextsLike<typeof enWays>
