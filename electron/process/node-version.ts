import { languages } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'

/** The oldest Node the station runs on: below it better-sqlite3 13 crashes without a word. */
const OLDEST = 22

/** Why this Node will not do and what to do, a line in each language; undefined where it will. `node` is `process.versions.node`. */
export const nodeTooOld = (node: string): string | undefined =>
  Number(node.split('.')[0]) >= OLDEST
    ? undefined
    : [...languages]
        .reverse()
        .map((language) =>
          texts[language].nodeVersion.tooOld
            .replace('{oldest}', String(OLDEST))
            .replace('{node}', node)
            .replace('{command}', 'npm run station'),
        )
        .join('\n')
