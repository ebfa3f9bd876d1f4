import type { en } from '../en/index.ts'
import type { TextsLike } from '../texts-like.ts'
import { language } from './language.ts'
import { screen } from './screen/index.ts'
import { states } from './states.ts'

/** Every text in Chinese. */
export const zh = { language, screen, states } as const satisfies TextsLike<typeof en>
