import { expect, it } from 'vitest'
import { createIdleClock } from '../../../test/helpers/idle-clock.ts'
import { smpTarget } from './smp.ts'

/** The echo of "x" (group 0, command 0), as a request that begins with that byte: operation, and the version above it. */
const echo = (first: number): Uint8Array =>
  Uint8Array.of(first, 0, 0, 5, 0, 0, 7, 0, ...Buffer.from('a161646178', 'hex'))

/** What a unit without lines answers, in hex. */
const answerOf = (mode: 'recovery' | 'application', request: Uint8Array): string => {
  const said: Uint8Array[] = []
  const unit = smpTarget({ clock: createIdleClock(), mode, raw: true, hasEcho: true })({
    send: (bytes) => said.push(bytes),
    unplug: () => undefined,
  })
  unit.receive(request)
  return Buffer.concat(said).toString('hex')
}

// Zephyr, SMP protocol specification: bits 0 to 2 are the operation, 3 and 4 the version; an answer has that of its request.
it('an application answers in the version that it is asked in', () => {
  expect(answerOf('application', echo(0x02))).toBe('0300000500000700a161726178')
  expect(answerOf('application', echo(0x0a))).toBe('0b00000500000700a161726178')
  expect(answerOf('application', echo(0x12))).toBe('')
})

it('MCUboot, which knows no versions, answers none but the first', () => {
  expect(answerOf('recovery', echo(0x02))).toBe('0300000500000700a161726178')
  expect(answerOf('recovery', echo(0x0a))).toBe('')
})
