import type { nodeVersion as en } from '../en/node-version.ts'
import type { TextsLike } from '../texts-like.ts'

/** The station was started by a Node that is too old. */
export const nodeVersion = {
  tooOld: 'OTA Bench 需要 Node {oldest} 或更高版本，当前为 {node}。请安装 Node 26，或使用自带 Node 的“{command}”命令。',
} as const satisfies TextsLike<typeof en>
