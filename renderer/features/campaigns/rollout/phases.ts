import type { JobEvent } from '#shared/schema.ts'

const phaseNames = ['acknowledge', 'begin', 'download', 'install', 'proof'] as const
type PhaseName = (typeof phaseNames)[number]

interface Phase {
  readonly name: PhaseName
  readonly ms: number
}

const begins = new Set(['download', 'progress'])
const done = new Set(['proven', 'version', 'failed', 'cancelled'])

/**
 * The durations of a job's last attempt: from the notice to its acknowledgement and to the first bytes, the download, the installation,
 * and from the restart to the version report. A part that did not happen, or has not ended, is left out.
 */
export const phasesOf = (events: readonly JobEvent[]): readonly Phase[] => {
  const from = events.findLastIndex((event) => event.what === 'notice')
  const attempt = from === -1 ? events : events.slice(from)
  const first = (test: (event: JobEvent) => boolean): number | undefined => {
    const found = attempt.find(test)
    return found === undefined ? undefined : Date.parse(found.at)
  }
  const notice = first(({ what }) => what === 'notice')
  const acknowledged = first(({ what }) => what === 'acknowledged')
  const download = first(({ what }) => begins.has(what))
  const installing = first(({ what }) => what === 'installing')
  const installed = first(({ what }) => what === 'installed')
  const proven = first(({ what, state }) => state === 'succeeded' && done.has(what))
  const parts: readonly (readonly [PhaseName, number | undefined, number | undefined])[] = [
    ['acknowledge', notice, acknowledged],
    ['begin', acknowledged ?? notice, download],
    ['download', download, installing ?? installed ?? proven],
    ['install', installing, installed],
    ['proof', installed ?? installing, proven],
  ]
  return parts.flatMap(([name, start, end]) =>
    start === undefined || end === undefined || end < start ? [] : [{ name, ms: end - start }],
  )
}

/** Milliseconds since the previous event, for each; null for the first. */
export const gapsOf = (events: readonly JobEvent[]): readonly (number | null)[] =>
  events.map((event, index) => {
    const before = events[index - 1]
    return before === undefined ? null : Date.parse(event.at) - Date.parse(before.at)
  })
