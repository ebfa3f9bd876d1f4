import { z } from 'zod'
import type { Phrase } from './phrase.ts'

/** What the operator can choose when the station cannot start. `retry`: after a manual repair. */
const startChoices = ['retry', 'restoreBackup', 'setAside', 'openFolder'] as const
export type StartChoice = (typeof startChoices)[number]

interface StartFailureKind {
  /** The useful choices, in addition to giving up. */
  readonly choices: readonly StartChoice[]
}

const byHand = ['retry', 'openFolder'] as const
const ofDatabase = ['restoreBackup', 'setAside', 'retry', 'openFolder'] as const

/** Why a station cannot start although the program has no error; the operator must decide or repair something. */
export const startFailures = {
  /** `data.directory`. */
  DATA_IN_USE: { choices: ['retry'] },
  /** `data.file`. */
  DATA_NO_DIRECTORY: { choices: ['retry'] },
  /** `data.file`, `data.owner`, `data.user` (names or numbers), `data.directory`. */
  DATA_OTHER_OWNER: { choices: byHand },
  /** `data.file`, `data.directory`. */
  DATA_NOT_ALLOWED: { choices: byHand },
  /** `data.file`. */
  DATA_READ_ONLY: { choices: byHand },
  /** Any other system error for a file. `data.file`, `data.detail`. */
  DATA_UNREADABLE: { choices: byHand },
  /** `data.directory`, `data.free`. */
  DISK_FULL: { choices: byHand },
  /** `data.file`, `data.parts`: the other parts that exist. */
  DATABASE_MISSING: { choices: ofDatabase },
  /** `data.file`, `data.parts`. */
  DATABASE_EMPTY: { choices: ofDatabase },
  /** `data.file`, `data.detail`: the finding, as text of SQLite or ours. */
  DATABASE_DAMAGED: { choices: ofDatabase },
  /** `data.file`: the log; `data.detail`. */
  DATABASE_LOG_DAMAGED: { choices: ofDatabase },
  /** `data.file`, `data.detail`. */
  DATABASE_FOREIGN: { choices: ofDatabase },
  /** `data.file`, `data.version`, `data.known`. */
  DATABASE_TOO_NEW: { choices: ofDatabase },
  /** `data.file`, `data.detail`. */
  DATABASE_UNREADABLE: { choices: ofDatabase },
  /** `data.folder`. */
  BACKUP_NONE: { choices: byHand },
  /** `data.file`: the requested name; `data.folder`. */
  BACKUP_MISSING: { choices: byHand },
  /** `data.file`, `data.detail`. */
  BACKUP_DAMAGED: { choices: byHand },
  /** `data.file`, `data.version`, `data.known`. */
  BACKUP_TOO_NEW: { choices: byHand },
  /** `data.port`, `data.host`, `data.option`. */
  PORT_IN_USE: { choices: ['retry'] },
  /** `data.port`, `data.host`, `data.option`. capabilities(7) CAP_NET_BIND_SERVICE; ip(7) ip_unprivileged_port_start. */
  PORT_FORBIDDEN: { choices: ['retry'] },
  /** `data.host`, `data.hostOption`. */
  ADDRESS_UNKNOWN: { choices: ['retry'] },
  /** Reported by the desktop host: the station was started several times and never became ready. `data.times`, `data.exitCode`. */
  STATION_KEEPS_ENDING: { choices: ofDatabase },
} as const satisfies Record<string, StartFailureKind>

export type StartFailureCode = keyof typeof startFailures
const codes = Object.keys(startFailures) as [StartFailureCode, ...StartFailureCode[]]

export type StartFailureData = Readonly<Record<string, string | number | Phrase>>

/** A start failure in the message from the station process to its host. */
export const StartFailureInfo = z.object({
  code: z.enum(codes),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The station's own backups, newest first: names in `backups/`, and when each was made, Unix milliseconds. */
  backups: z.array(z.object({ name: z.string(), at: z.number() })),
})
export type StartFailureInfo = z.infer<typeof StartFailureInfo>

/** The useful choices for a failure: a restore is offered only where a backup exists. */
export const choicesOf = ({ code, backups }: Pick<StartFailureInfo, 'code' | 'backups'>): readonly StartChoice[] =>
  (startFailures[code].choices as readonly StartChoice[]).filter(
    (choice) => choice !== 'restoreBackup' || backups.length > 0,
  )
