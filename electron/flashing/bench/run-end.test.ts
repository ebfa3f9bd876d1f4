import { describe, expect, it } from 'vitest'
import { isFlashReason } from '#shared/flash-reasons.ts'
import { texts } from '#shared/texts/index.ts'
import { families } from '../families/index.ts'
import { FlashError } from '../flasher.ts'
import { LinkLostError } from '../transport.ts'
import { endOf, Refusal, RunStopped } from './run-end.ts'

const refusals = Object.values(families).flatMap((family) => family.refusals)

const stateOf = (code: string, erased = false): string =>
  endOf(new FlashError(code), 'writing', erased ? undefined : refusals).state

describe('how a run ended', () => {
  it.each([
    'ESP_WRONG_CHIP',
    'ESP_SECURE_BOOT',
    'ESP_IMAGE_BROKEN',
    'ESP_PARTITION_BEYOND_FLASH',
    'IMAGE_OTHER_CHIP',
    'ELF_OTHER_MACHINE',
    'STM32_PROTECTED',
    'STM32_OUTSIDE_FLASH',
    'REGIONS_OVERLAP',
  ])('is a refusal where the family found out before the erase that it cannot be: %s', (code) => {
    expect(stateOf(code)).toBe('refused')
    expect(stateOf(code, true)).toBe('failed')
  })

  it.each([
    'PORT_BUSY',
    'ESP_NO_SYNC',
    'STM32_SILENT',
    'MODEM_NO_RECEIVER',
    'LINE_STALLED',
    'ESP_MD5_MISMATCH',
    'STM32_NACK',
  ])('is a failure where another try may help: %s', (code) => {
    expect(stateOf(code)).toBe('failed')
  })

  it('is a refusal by codes that have a text', () => {
    expect(refusals.filter((code) => !isFlashReason(code))).toEqual([])
  })

  it('says what it was doing when the link was lost, who stopped it, and what nobody foresaw', () => {
    expect(endOf(new LinkLostError('gone'), 'erasing')).toEqual({
      state: 'failed',
      errorCode: 'UNPLUGGED',
      errorData: { phase: 'erasing' },
    })
    expect(endOf(new RunStopped('STOPPED'), null)).toMatchObject({ state: 'cancelled', errorCode: 'STOPPED' })
    expect(endOf(new Refusal('NO_UNIT'), null)).toMatchObject({ state: 'refused', errorCode: 'NO_UNIT' })
    expect(endOf(new Error('boom'), null)).toMatchObject({
      errorCode: 'FLASHING_FAILED',
      errorData: { detail: 'boom' },
    })
  })

  it('has one text for each code, in one place', () => {
    const { benchReasons, flashReasons } = texts.en
    expect(Object.keys(benchReasons).filter((code) => code in flashReasons)).toEqual([])
  })
})
