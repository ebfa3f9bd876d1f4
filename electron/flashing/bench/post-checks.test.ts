import { describe, expect, it } from 'vitest'
import type { MeasuredValue } from '#shared/schema.ts'
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
  const read: MeasuredValue[] = []
  const run = (answer: (sent: string) => string, checks: Parameters<typeof runChecks>[0]['checks']) => {
    read.length = 0
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
      onValues: (values) => read.push(...values),
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

  it('gives its named groups as values, with the unit and limits that the check says', async () => {
    await run(
      () => 'rssi=-45 vbat=3.30 rev=B\r\n',
      [
        {
          send: 'test',
          expect: 'rssi=(?<rssi>-?\\d+) vbat=(?<vbat>[\\d.]+) rev=(?<rev>\\w+)',
          timeoutMs: 1000,
          values: [
            { name: 'rssi', unit: 'dBm', min: -80, max: 0 },
            { name: 'vbat', unit: 'V', min: 3.3 },
          ],
        },
      ],
    )
    expect(read).toEqual([
      { name: 'rssi', text: '-45', value: -45, unit: 'dBm', min: -80, max: 0, good: true },
      { name: 'vbat', text: '3.30', value: 3.3, unit: 'V', min: 3.3, max: null, good: true },
      { name: 'rev', text: 'B', value: null, unit: null, min: null, max: null, good: true },
    ])
  })

  it('fails by a value out of its limits, after all values of the check were kept', async () => {
    const check = {
      name: 'radio',
      expect: 'rssi=(?<rssi>\\S+) ch=(?<ch>\\d+)',
      send: '?',
      timeoutMs: 1000,
      values: [{ name: 'rssi', unit: 'dBm', min: -80, max: 0 }],
    }
    await expect(run(() => 'rssi=-92 ch=6\r\n', [check])).rejects.toMatchObject({
      code: 'CHECK_LIMIT',
      data: { name: 'radio', value: 'rssi', reading: '-92 dBm', limits: '-80 … 0 dBm' },
    })
    expect(read).toMatchObject([
      { name: 'rssi', value: -92, good: false },
      { name: 'ch', value: 6, good: true },
    ])
    await expect(run(() => 'rssi=nan ch=6\r\n', [check])).rejects.toMatchObject({
      code: 'CHECK_NOT_NUMBER',
      data: { value: 'rssi', reading: 'nan' },
    })
  })
})
