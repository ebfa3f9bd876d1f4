import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { demoImage } from './image.ts'

describe('the demo image', () => {
  it('is the same for the same seed, on every machine', () => {
    const md5 = createHash('md5').update(demoImage(200, 4096)).digest('hex')
    expect(md5).toBe('f141b4cab0a20c58c2e08d1d5de15a57')
    expect(demoImage(200, 4096)).not.toEqual(demoImage(201, 4096))
  })

  it('has the length asked for and does not compress', () => {
    expect(demoImage(1, 0)).toHaveLength(0)
    expect(gzipSync(demoImage(1, 65_536)).length).toBeGreaterThan(65_000)
  })
})
