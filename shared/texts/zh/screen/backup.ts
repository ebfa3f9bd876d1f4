import type { backup as en } from '../../en/screen/backup.ts'
import type { TextsLike } from '../../texts-like.ts'

export const backup = {
  title: '备份与恢复',
  hint: '站点每天自动备份数据库，保留最近 7 份。完整备份还包含升级包文件和证书，其中有密钥，请妥善保管。',
  now: '立即备份',
  fromFile: '从文件恢复…',
  starting: '正在准备备份，随后开始下载',
  running: { backup: '正在备份', restore: '正在检查备份' },
  own: '自动备份',
  none: '还没有自动备份；站点启动后会很快生成第一份。',
  restore: '恢复',
  restarting: '正在恢复，站点即将重新启动…',
  restored: '已开始恢复，站点正在重新启动',
  waits: '备份 {{source}} 已检查完毕，等待确认。',
  decide: '确认…',
  drop: '放弃',
  question: {
    title: '恢复备份 {{source}}？',
    since: '{{time}} 之后的全部更改',
    sinceUnknown: '备份生成之后的全部更改',
    present:
      '现有：{{products}} 个产品、{{devices}} 台设备、{{packages}} 个升级包、{{campaigns}} 个升级批次、{{recipes}} 个烧录配方',
    content:
      '备份中：{{products}} 个产品、{{devices}} 台设备、{{packages}} 个升级包、{{campaigns}} 个升级批次、{{recipes}} 个烧录配方',
    whole: '升级包文件、证书和工程师 PIN 也会替换为备份中的内容',
    missing: '备份中缺少 {{count}} 个文件，需要重新上传',
    hint: '未完成的升级批次会暂停，由您继续。被替换的数据保留在数据目录的 set-aside 下。站点会重新启动，约需数秒。',
    confirm: '恢复',
  },
} as const satisfies TextsLike<typeof en>
