import { expect, it } from 'vitest'
import { flashTargets } from '#shared/targets/index.ts'
import { openFamilyLink } from '../../../electron/flashing/families/family.ts'
import { families } from '../../../electron/flashing/families/index.ts'
import type { FlashEvent } from '../../../electron/flashing/flasher.ts'
import { openSerialLink } from '../../../electron/flashing/links/serial-link.ts'
import type { LineSettings } from '../../../electron/flashing/transport.ts'
import { systemClock } from '../../../electron/platform/basics/clock.ts'
import { image } from './subject.ts'

/**
 * The suite's course against a unit of flesh and blood, which it OVERWRITES:
 *   TEST_PORT=/dev/ttyUSB0 TEST_TARGET=stm32 [TEST_ADDRESS=0x08000000] [TEST_OPTIONS='{"baudRate":57600}'] vitest run test/flashing/conformance
 */
const {
  TEST_PORT: port = '',
  TEST_TARGET: name,
  TEST_ADDRESS: address = '0x08000000',
  TEST_OPTIONS: choices = '{}',
} = process.env

it('flashes a real unit, stops in the middle, and flashes it again', async () => {
  const target = flashTargets.find((one) => one === name)
  if (!target) throw new Error(`TEST_TARGET must be one of ${flashTargets.join(', ')}`)
  const family = families[target]
  const { flasher } = family
  // What is written is noise, no program.
  const noise = 'startsWith' in family.facts.options.shape ? { startsWith: 'data' } : {}
  const options = family.facts.options.parse({ ...noise, ...JSON.parse(choices) })
  const transports = { serial: (path: string, settings: LineSettings) => openSerialLink(path, settings, systemClock) }
  const link = await openFamilyLink(transports, family, port, options)
  const control = new AbortController()
  const job = {
    link,
    clock: systemClock,
    options,
    regions: [{ address: Number(address), bytes: image(20_000), name: 'test.bin' }],
    signal: control.signal,
    beforeErase: () => undefined,
  }
  try {
    const identity = await flasher.identify({ ...job, emit: () => undefined })
    const reason = new Error('stopped by a person')
    const stop = (event: FlashEvent) => {
      if (event.kind === 'progress' && event.done > 8_000) control.abort(reason)
    }
    await expect(flasher.flash({ ...job, emit: stop })).rejects.toBe(reason)
    const again = { ...job, signal: new AbortController().signal, emit: () => undefined }
    expect(await flasher.flash(again)).toEqual(identity)
  } finally {
    await link.close()
  }
})
