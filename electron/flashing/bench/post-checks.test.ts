import { describe, expect, it } from 'vitest'
import { createIdleClock } from '../../../test/helpers/idle-clock.ts'
import { linkPair } from '../links/link-pair.ts'
import { runChecks, sendBytes } from './post-checks.ts'

const values = { serial: 'SN.1', unit: 'a0b1' }

describe('what a check sends', () => {
  it('is its text, with the bytes that escapes stand for and the values of the unit', () => {
    expect(sendBytes('AT+SN="{serial}"\\r\\n', values).toString()).toBe('AT+SN="SN.1"\r\n')
    expect([...sendBytes('\\x00\\xfF\\t\\\\{unit}', values)]).toEqual([0, 255, 9, 92, ...Buffer.from('a0b1')])
    expect(sendBytes('a\\q{other}', values).toString()).toBe('a\\q{other}')
  })
})

describe('an answer', () => {
  const run = (answer: (sent: string) => string, checks: Parameters<typeof runChecks>[0]['checks']) => {
    const clock = createIdleClock()
    return runChecks({
      link: linkPair('console', { baudRate: 115_200 }, clock, (line) => ({
        receive: (bytes) => line.send(Buffer.from(answer(Buffer.from(bytes).toString()))),
      })),
      checks,
      values,
      signal: new AbortController().signal,
      clock,
      log: () => {},
    })
  }

  it('may hold what several checks look for, in their order', async () => {
    await run(
      () => 'one\r\ntwo\r\nthree\r\n',
      [
        { send: 'go', expect: 'one', timeoutMs: 1000 },
        { expect: 'three', timeoutMs: 1000 },
      ],
    )
  })

  it('of before is none to what is sent now', async () => {
    let work = 0
    const answers = ['OK\r\nOK\r\n', 'ERROR\r\n']
    const failing = run(
      () => answers[work++] ?? '',
      [
        { send: 'a', expect: '^OK$', timeoutMs: 1000 },
        { name: 'second', send: 'b', expect: '^OK$', timeoutMs: 60 },
      ],
    )
    await expect(failing).rejects.toMatchObject({ code: 'CHECK_TIMEOUT', data: { name: 'second', got: 'ERROR' } })
  })

  it('is matched with the values of the unit taken literally', async () => {
    const check = { send: '?', expect: '^{serial}$', timeoutMs: 60 }
    await run(() => 'SN.1\r\n', [check])
    await expect(run(() => 'SNx1\r\n', [check])).rejects.toMatchObject({ code: 'CHECK_TIMEOUT' })
  })
})
