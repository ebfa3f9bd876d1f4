import { describe, expect, test } from 'vitest'
import { espImage, signedV2, withRevisions } from '../../../test/flashing/esp-images.ts'
import { parseEspImage } from './esp-image.ts'

const revisions = (chipId: number, old: number, min: number, max: number) =>
  parseEspImage(withRevisions(espImage(chipId, 500), old, min, max), 'app.bin').revisions

describe('the chip revisions of an image', () => {
  test('are those of the newer fields where a build fills them', () => {
    expect(revisions(18, 0, 300, 399)).toEqual({ min: 300, max: 399 })
    expect(revisions(0, 0, 301, 0xffff)).toEqual({ min: 301, max: undefined })
    expect(revisions(9, 0, 0, 0xffff)).toEqual({ min: 0, max: undefined })
  })

  test('are the old byte in older builds: major, for the ESP32-C3 minor', () => {
    expect(revisions(0, 3, 0, 0)).toEqual({ min: 300, max: undefined })
    expect(revisions(0, 1, 0, 0xffff)).toEqual({ min: 100, max: undefined })
    expect(revisions(5, 3, 0, 0)).toEqual({ min: 3, max: undefined })
  })

  test('do not exist for an ESP8266', () => {
    expect(parseEspImage(espImage('esp8266', 500), 'app.bin').revisions).toBeUndefined()
  })
})

describe('a signature', () => {
  const image = espImage(9, 5000)

  test('is found behind the image, also where apps are padded to 64 KB', () => {
    expect(parseEspImage(signedV2(image), 'app.bin').signed).toBe(true)
    const padded = new Uint8Array(0x1_0000).fill(0xff)
    padded.set(image)
    const block = signedV2(image).slice(-4096)
    expect(parseEspImage(new Uint8Array([...padded, ...block]), 'app.bin').signed).toBe(true)
  })

  test('of secure boot V1 is found at the end of the file', () => {
    const tail = new Uint8Array(68).fill(0x77)
    tail.fill(0, 0, 4)
    expect(parseEspImage(new Uint8Array([...image, ...tail]), 'app.bin').signed).toBe(true)
  })

  test('is not taken from padding or from what follows in a merged file', () => {
    expect(parseEspImage(image, 'app.bin').signed).toBe(false)
    const merged = new Uint8Array(0x9000).fill(0xff)
    merged.set(image)
    merged.set([0xaa, 0x50], 0x8000)
    expect(parseEspImage(merged, 'app.bin').signed).toBe(false)
  })
})
