import { languages } from '#shared/languages.ts'
import { texts } from '#shared/texts/index.ts'

/** The oldest Node that runs the station: below it better-sqlite3 13 crashes without a message. */
const OLDEST = 22

/** Why this Node is not suitable and what to do, one line per language; undefined where it is. `node` is `process.versions.node`. */
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
