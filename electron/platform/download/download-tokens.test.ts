import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenReader, signToken } from './download-tokens.ts'

const key = Buffer.alloc(32, 7)
const readToken = createTokenReader(key)
const claims = fc.record({
  jobId: fc.maxSafeNat().map((n) => n % 2 ** 48),
  file: fc.nat({ max: 2 ** 16 - 1 }),
  expiresAt: fc.maxSafeNat().map((n) => (n % (2 ** 40 - 1)) * 1000 + 1000),
})

describe('a download token', () => {
  it('gives back what was signed until the second it expires', () => {
    fc.assert(
      fc.property(claims, ({ jobId, file, expiresAt }) => {
        const token = signToken(key, { jobId, file, expiresAt })
        expect(token).toMatch(/^[A-Za-z0-9_-]{40}$/)
        const readToken = createTokenReader(key)
        // The first time it is verified, then remembered.
        for (let time = 0; time < 2; time++) {
          expect(readToken(token, expiresAt - 1)).toEqual({ ok: true, claim: { jobId, file } })
          expect(readToken(token, expiresAt)).toEqual({ ok: false, refused: 'expired', claim: { jobId, file } })
        }
      }),
    )
  })

  it('is refused when any single bit of it is another', () => {
    fc.assert(
      fc.property(claims, fc.nat(30 * 8 - 1), (claim, bit) => {
        const bytes = Buffer.from(signToken(key, claim), 'base64url')
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(readToken(bytes.toString('base64url'), 0)).toEqual({ ok: false, refused: 'signature' })
      }),
    )
  })

  it('is refused when a character of it is another, for every place and character', () => {
    const token = signToken(key, { jobId: 1, file: 0, expiresAt: 1e12 })
    expect(readToken(token, 0).ok).toBe(true)
    for (let at = 0; at < token.length; at += 1) {
      for (const character of 'ABYZabyz0189-_+/=. ') {
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        if (changed !== token) expect(readToken(changed, 0).ok).toBe(false)
      }
    }
  })

  it('of another station is refused', () => {
    const token = signToken(Buffer.alloc(32, 8), { jobId: 1, file: 0, expiresAt: 1e12 })
    expect(readToken(token, 0)).toEqual({ ok: false, refused: 'signature' })
  })

  it('that is any other text is malformed and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readToken(text, 0)).toEqual({ ok: false, refused: 'malformed' })
      }),
    )
  })

  it('is not shorter-lived than asked for', () => {
    const token = signToken(key, { jobId: 1, file: 0, expiresAt: 1500 })
    expect(readToken(token, 1999).ok).toBe(true)
    expect(readToken(token, 2000).ok).toBe(false)
  })

  it('is not made of numbers that do not fit', () => {
    const claim = { jobId: 1, file: 0, expiresAt: 1000 }
    for (const wrong of [
      { jobId: 2 ** 48 },
      { jobId: -1 },
      { jobId: 0.5 },
      { file: 65536 },
      { expiresAt: 2 ** 51 },
      { expiresAt: Number.NaN },
    ]) {
      expect(() => signToken(key, { ...claim, ...wrong })).toThrow(RangeError)
    }
  })
})
