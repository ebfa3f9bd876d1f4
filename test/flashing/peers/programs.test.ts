import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromTemplate, programmerTemplates } from '#shared/programmers/templates.ts'
import type { Programmer, Run } from '#shared/schema.ts'
import { families } from '../../../electron/flashing/families/index.ts'
import { openPtyPair } from '../../helpers/pty.ts'
import { targetOnPty } from '../../helpers/target-on-pty.ts'
import { until } from '../../helpers/until.ts'
import { image } from '../conformance/subject.ts'
import { openTestBench } from '../test-bench.ts'
import { Stk500Target } from './stk500-target.ts'

const template = (title: string): Programmer => {
  const found = programmerTemplates.find((one) => one.title === title)
  if (!found) throw new Error(`no template ${title}`)
  return fromTemplate(found, 'linux')
}

/** A bench with one slot at a path, with a programmer and a recipe that names it. */
const bench = async (programmer: Programmer, options: object, bytes = Buffer.alloc(2000, 5), name = 'app.bin') => {
  const test = await openTestBench(undefined, (target) => families[target])
  await test.platform.settings.update({ programmers: [programmer] })
  const { id } = await test.upload(name, bytes)
  const recipe = await test.recipe({
    target: 'command',
    options: { programmer: programmer.name, ...options },
    images: [{ file: id, address: 0x800_0000 }],
  })
  test.simulated.plug(1, 'usb-1', () => ({ receive: () => undefined }))
  const line = await test.bench.createLine({
    name: 'L',
    slots: [{ label: '1', path: 'sim:1' }],
    recipeId: recipe.id,
  })
  const run = async (): Promise<{ run: Run | undefined; log: string[] }> => {
    const [ended] = await test.run({ lineId: line.id })
    return { run: ended, log: test.bench.run(ended?.id ?? 0).log.map(({ words }) => words) }
  }
  return { test, recipe, run }
}

describe.skipIf(!existsSync('/usr/bin/avrdude'))('Debian’s avrdude, run by a recipe of its template', () => {
  /** The template with the pty in place of the slot's port, which is simulated here. */
  const onPty = (port: string): Programmer => {
    const own = template('avrdude')
    return { ...own, args: own.args.map((arg) => (arg === '{port}' ? port : arg)) }
  }
  // A raw image is told to be one: avrdude’s own guess takes some for no format that it knows.
  const values = { type: 'arduino', chip: 'm328p', baud: '115200', format: 'r' }

  it('writes and verifies a part that speaks STK500', async () => {
    await using pty = await openPtyPair()
    await using far = await targetOnPty(pty.far, (line) => new Stk500Target(line))
    const bytes = Buffer.from(image(3000))
    const { recipe, test, run } = await bench(onPty(pty.near), { values }, bytes)
    expect(await test.bench.check({ recipeId: recipe.id })).toMatchObject({ ok: true })
    const { run: ended, log } = await run()
    expect(ended?.state, log.join('\n')).toBe('passed')
    expect(Buffer.from(far.target.flash.subarray(0, 3000)).equals(bytes)).toBe(true)
    expect(log.join('\n')).toMatch(/3000 bytes of flash verified/)
  })

  it('takes an Intel HEX image for what it is, by the ending of our copy', async () => {
    await using pty = await openPtyPair()
    await using far = await targetOnPty(pty.far, (line) => new Stk500Target(line))
    const hex = Buffer.from(':10000000000102030405060708090A0B0C0D0E0F78\n:00000001FF\n')
    const { run } = await bench(onPty(pty.near), { values: { ...values, format: 'i' } }, hex, 'blink.hex')
    const { run: ended, log } = await run()
    expect(ended?.state, log.join('\n')).toBe('passed')
    expect([...far.target.flash.subarray(0, 16)]).toEqual(Array.from({ length: 16 }, (_, at) => at))
  })

  it('a part that keeps other bits fails with avrdude’s own words', async () => {
    await using pty = await openPtyPair()
    await using far = await targetOnPty(pty.far, (line) => new Stk500Target(line))
    far.target.stuck = 0x40
    const { run } = await bench(onPty(pty.near), { values })
    const { run: ended } = await run()
    expect(ended).toMatchObject({ state: 'failed', errorCode: 'COMMAND_FAILED' })
    expect(ended?.message).toMatch(/exit code 1: .*verif/i)
  })

  it('is ended in the middle when the run is cancelled', async () => {
    await using pty = await openPtyPair()
    await using far = await targetOnPty(pty.far, (line) => new Stk500Target(line))
    far.target.answers = 12
    const { test } = await bench(onPty(pty.near), { values })
    const [line] = test.bench.lines()
    const [started] = await test.start({ lineId: line?.id ?? 0 })
    await until(
      () => far.target.answers,
      (left) => left === 0,
    )
    await test.bench.cancel(started?.id ?? 0)
    expect(test.bench.run(started?.id ?? 0)).toMatchObject({ state: 'cancelled' })
  })
})

describe.skipIf(!existsSync('/usr/bin/openocd'))('Debian’s openocd, run by a recipe', () => {
  it('says its version when it is tested', async () => {
    const { test } = await bench(template('OpenOCD'), { values: { interface: 'x', target: 'y' } })
    const tried = await test.bench.testProgrammer({ program: '/usr/bin/openocd', args: ['--version'] })
    expect(tried).toMatchObject({ ok: true, exitCode: 0, trouble: null })
    expect(tried.lines[0]).toMatch(/Open On-Chip Debugger \d/)
  })

  it('without a probe fails with openocd’s own words', async () => {
    const values = { interface: 'interface/cmsis-dap.cfg', target: 'target/stm32f4x.cfg' }
    const { run } = await bench(template('OpenOCD'), { values })
    const { run: ended, log } = await run()
    expect(ended).toMatchObject({ state: 'failed' })
    expect(ended?.message, log.join('\n')).toMatch(/unable to find a matching CMSIS-DAP device|no device found/i)
    expect(log.some((line) => /adapter serial usb-1/.test(line))).toBe(true)
  })

  it('with the dummy adapter does what its arguments say, and a value cannot become Tcl', async () => {
    const own: Programmer = {
      name: 'dummy',
      program: '/usr/bin/openocd',
      args: ['-c', 'adapter driver dummy', '-c', 'echo "unit {sn} of {image0}"', '-c', 'shutdown'],
      values: ['sn'],
      unit: '^unit (\\S+) of',
    }
    const good = await (await bench(own, { values: { sn: 'A-7' } })).run()
    expect(good.run).toMatchObject({ state: 'passed', unit: 'A-7' })
    const bad = await (await bench(own, { values: { sn: '[exec touch /tmp/x]' } })).run()
    expect(bad.run).toMatchObject({ state: 'refused', errorCode: 'COMMAND_VALUE_UNSAFE' })
  })
})
