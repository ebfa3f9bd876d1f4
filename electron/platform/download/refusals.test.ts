import { describe, expect, it } from 'vitest'
import { createRefusalLog } from './refusals.ts'

const open = () => {
  const records: object[] = []
  let now = 0
  const log = createRefusalLog({ warn: (record: object) => void records.push(record) }, { now: () => now })
  return { records, log, pass: (ms: number) => (now += ms) }
}

describe('the log of refusals', () => {
  it('tells each reason of each party once, without naming the party', () => {
    const { records, log } = open()
    for (let i = 0; i < 3; i += 1) {
      log('secret-token', 'expired', { jobId: 1 })
      log('secret-token', 'gone', { jobId: 1 })
      log('other-token', 'expired', { jobId: 2 })
    }
    expect(records).toEqual([
      { reason: 'expired', jobId: 1 },
      { reason: 'gone', jobId: 1 },
      { reason: 'expired', jobId: 2 },
    ])
    expect(JSON.stringify(records)).not.toContain('token')
  })

  it('cannot be filled: it goes on after a minute and tells how many it left out', () => {
    const { records, log, pass } = open()
    for (let i = 0; i < 1000; i += 1) log(`t${i}`, 'signature', {})
    expect(records).toHaveLength(60)
    pass(60_000)
    log('late', 'signature', {})
    expect(records.at(-1)).toEqual({ reason: 'signature', leftOut: 940 })
  })
})
