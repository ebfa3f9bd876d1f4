import type { virtualDevice as en } from '../en/virtual-device.ts'
import type { TextsLike } from '../texts-like.ts'

/** What a device says of a planned failure, as firmware in the field puts it; `{name}` places are filled by `faultWords`. */
export const virtualDevice = {
  upgrade: '电量 12%，低于升级所需的 30%',
  download: '已下载 {received}/{size} 字节后连接中断',
  verification: '{algorithm} 校验不一致：应为 {expected}，实为 {actual}',
  burning: '{address} 处写入 Flash 失败，回读不一致',
} as const satisfies TextsLike<typeof en>
