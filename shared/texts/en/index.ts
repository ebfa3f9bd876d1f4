import { language } from './language.ts'
import { screen } from './screen/index.ts'
import { states } from './states.ts'

/** Every text in English, which shapes those of every other language. */
export const en = { language, screen, states } as const
