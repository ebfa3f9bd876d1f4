import type { startDialog as en } from '../en/start-dialog.ts'
import type { TextsLike } from '../texts-like.ts'

export const startDialog = {
  title: 'OTA Bench 无法启动',
  buttons: {
    retry: '重试',
    restoreBackup: '恢复备份',
    setAside: '重新开始',
    openFolder: '打开数据目录',
    quit: '退出',
  },
  sure: {
    restoreBackup: {
      message: '恢复 {time} 的备份（{backup}）？',
      detail: '该备份之后发生的内容不在其中。现有的数据库会保留在旁边。',
    },
    setAside: {
      message: '移出旧数据并重新开始？',
      detail:
        '站点将从空白开始：没有产品、设备、升级包和记录。不会删除任何内容：数据目录中的所有内容将移到其中“set-aside”下的单独文件夹。证书保留在原处，设备仍信任本站点。',
    },
  },
  which: {
    message: '恢复哪个备份？',
    detail: '按生成时间列出。请选择最新的备份，除非它已损坏或其中的内容已经有误。',
    newest: '{time}（最新）',
  },
  back: '返回',
} as const satisfies TextsLike<typeof en>
