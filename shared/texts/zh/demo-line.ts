import type { demoLine as en } from '../en/demo-line.ts'
import type { TextsLike } from '../texts-like.ts'

/** Names of what the demo lines are made of. */
export const demoLine = {
  line: '演示产线 {family}',
  recipe: '演示 {board}',
  notes: '供演示和培训：模拟单板。',
} as const satisfies TextsLike<typeof en>
