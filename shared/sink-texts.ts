import type { Language } from './languages.ts'
import type { Sink } from './schema/sinks.ts'
import type { SinkFaultCode, SinkFaultData } from './sink-faults.ts'
import { texts } from './texts/index.ts'

/** The text of a fault: what happened and what to do. */
export const sinkFaultText = (code: SinkFaultCode, language: Language, data: SinkFaultData): string =>
  texts[language].sinkFaults[code].replace(/\{(\w+)\}/g, (_, key: string) => String(data[key] ?? ''))

/** A backlog of this many events is worth a look, or events that wait this long (ms) for a receiver which does not take them. */
const BACKLOG_LARGE = 10_000
const BACKLOG_LATE_MS = 10 * 60_000

/** Whether somebody has to look after a sink; `full` before `behind`. */
export const sinkNeed = (
  {
    backlog,
    backlogSince,
    full,
    enabled,
    lastError,
  }: Pick<Sink, 'backlog' | 'backlogSince' | 'full' | 'enabled' | 'lastError'>,
  now: number,
): 'full' | 'behind' | undefined => {
  if (full) return 'full'
  if (backlog >= BACKLOG_LARGE) return 'behind'
  const isLate = backlogSince !== null && now - Date.parse(backlogSince) >= BACKLOG_LATE_MS
  return enabled && lastError !== null && isLate ? 'behind' : undefined
}
