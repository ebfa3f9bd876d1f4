import { expect, it } from 'vitest'
import { createTestClock } from '../../../test/helpers/clock.ts'
import type { SerialLink } from '../transport.ts'
import { TimedLink } from './timed-link.ts'

it('gives up a write at once when the job is stopped, also behind one that stalled and went through after all', async () => {
  const writes: (() => void)[] = []
  const link: Pick<SerialLink, 'write'> = { write: () => new Promise((resolve) => void writes.push(resolve)) }
  const clock = createTestClock()
  const job = new AbortController()
  const wire = new TimedLink(link as SerialLink, clock, job.signal)
  const stalled = wire.send(Uint8Array.of(1))
  clock.advance(20_000)
  await expect(stalled).rejects.toMatchObject({ code: 'LINE_STALLED' })

  const next = wire.send(Uint8Array.of(2))
  writes[0]?.()
  await Promise.resolve()
  job.abort(new Error('stopped'))
  clock.advance(20_000)
  await expect(next).rejects.toThrow('stopped')
})
