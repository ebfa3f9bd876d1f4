import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Programmer } from '#shared/schema.ts'
import { OutputReader } from './output-reader.ts'

const read = async (pieces: readonly string[], more: Partial<Programmer> = {}, errors: readonly string[] = []) => {
  const log: string[] = []
  const percents: number[] = []
  const units: string[] = []
  const reader = new OutputReader(
    { name: 'p', program: '/p', args: [], ...more },
    { log: (_, text) => log.push(text), progress: (percent) => percents.push(percent), unit: (id) => units.push(id) },
  )
  await reader.read(Readable.from(pieces.map((piece) => Buffer.from(piece))), 'stdout')
  await reader.read(Readable.from(errors.map((piece) => Buffer.from(piece))), 'stderr')
  reader.finish()
  return { reader, log, percents, units }
}

describe('a program’s output', () => {
  it('has its bar read from the number before %, or by a pattern of its own', async () => {
    const usual = await read(['[=   ] 20%\r[==  ] 45.5 %\r', 'Writing at 0x1000 (88 %)\n', '300% faster\n'])
    expect(usual.percents).toEqual([20, 45.5, 88])
    expect(usual.log).toEqual(['Writing at 0x1000 (88 %)', '300% faster'])
    const json = await read(['{"type":"task_progress","data":{"progressPercentage":40}}\n'], {
      progress: '"progressPercentage":(\\d+)',
    })
    expect(json.percents).toEqual([40])
  })

  it('tells success, failure and the unit’s id by patterns of lines', async () => {
    const { reader, units } = await read(
      ['Chip ID: \x1b[1m24-6F-28\x1b[0m\n', 'Chip ID: second\nDownload verified\nError: late\nError: later\n'],
      {
        success: 'verified$',
        failure: '^Error',
        unit: '^Chip ID: (\\S+)',
      },
    )
    expect([reader.succeeded, reader.failure, reader.unit]).toEqual([true, 'Error: late', '24-6F-28'])
    expect(units).toEqual(['24-6F-28'])
  })

  it('takes no id that no label could have', async () => {
    const { units } = await read(['id \n', `id ${'x'.repeat(200)}\n`, 'id 温度\n', 'id A7\n'], { unit: '^id (.*)$' })
    expect(units).toEqual(['A7'])
  })

  it('gives the last error and the last line for a reason', async () => {
    expect((await read([])).reader.words).toBe('—')
    expect((await read(['one\ntwo\n'])).reader.words).toBe('two')
    expect((await read(['two\n'], {}, ['Error: no probe\nshutdown command invoked\n'])).reader.words).toBe(
      'Error: no probe … shutdown command invoked',
    )
    expect((await read(['done 20%\r'], {}, ['avrdude: cannot open\n'])).reader.words).toBe('avrdude: cannot open')
  })

  it('is logged at its beginning and its end where it is long, each line cut', async () => {
    const { log } = await read([`${'x'.repeat(1000)}\n`, ...Array.from({ length: 5000 }, (_, at) => `line ${at}\n`)])
    expect(log[0]?.length).toBe(300)
    expect(log.length).toBe(501)
    expect(log[400]).toBe('… 4501 lines are left out')
    expect(log.at(-1)).toBe('line 4999')
  })
})
