import { expect, it } from 'vitest'
import { espImage } from '../../../test/flashing/esp-images.ts'
import { FlashError, type Region } from '../flasher.ts'
import { inherit, inspected, inspectionsOf, remember } from './image-inspection.ts'

const ESP32_S3 = 9
const APP = 0x1000

/** A boot loader with an app behind it. */
const merged = (): Region => {
  const bytes = new Uint8Array(40_000).fill(0xff)
  bytes.set(espImage(ESP32_S3, 2000))
  bytes.set(espImage(ESP32_S3, 9000), APP)
  return { address: 0, bytes, name: 'merged.bin' }
}

it('what one thread found out another takes over, good and bad, without looking at the bytes', () => {
  const there = merged()
  there.bytes[APP + 500] = (there.bytes[APP + 500] ?? 0) ^ 1
  const boot = inspected(there, 0)
  const app = inspected(there, APP)
  expect(boot).toMatchObject({ chip: 'ESP32-S3' })
  expect(app).toBeInstanceOf(FlashError)

  const here: Region = { ...there, bytes: new Uint8Array(there.bytes.length) }
  remember([here], structuredClone(inspectionsOf([there])))
  expect(inspected(here, 0)).toEqual(boot)
  expect(inspected(here, APP)).toMatchObject({ code: (app as FlashError).code, data: { name: 'merged.bin' } })
})

it('a copy with another header is looked at where it was changed, and only there', () => {
  const original = merged()
  const app = inspected(original, APP)
  expect(inspected(original, 0)).toMatchObject({ chip: 'ESP32-S3' })
  const copy: Region = { ...original, bytes: original.bytes.slice() }
  copy.bytes[100] = (copy.bytes[100] ?? 0) ^ 1
  inherit(original.bytes, copy.bytes, 0)
  expect(inspected(copy, APP)).toBe(app)
  expect(inspected(copy, 0)).toBeInstanceOf(FlashError)
})
