import { describe, expect, it } from 'vitest'
import { takeToken, tokenFrom } from './token.ts'

const storageOf = (kept: Record<string, string> = {}) => ({
  kept,
  getItem: (key: string) => kept[key] ?? null,
  setItem: (key: string, value: string) => {
    kept[key] = value
  },
})

describe('the token', () => {
  it('is taken out of the address and kept for reloads', () => {
    const storage = storageOf()
    const shown: string[] = []
    const history = {
      replaceState: (_: unknown, __: string, url?: string | URL | null) => void shown.push(String(url)),
    }
    const token = takeToken({ href: 'http://127.0.0.1:7420/?token=s3cret#/campaigns/12' }, history, storage)
    expect(token).toBe('s3cret')
    expect(shown).toEqual(['http://127.0.0.1:7420/#/campaigns/12'])
    expect(takeToken({ href: 'http://127.0.0.1:7420/#/campaigns/12' }, history, storage)).toBe('s3cret')
  })

  it('is null where none was ever given', () => {
    expect(takeToken({ href: 'http://127.0.0.1:7420/' }, { replaceState: () => undefined }, storageOf())).toBeNull()
  })

  it('is found in a pasted address or pasted alone', () => {
    expect(tokenFrom(' http://127.0.0.1:7420/?token=abc ')).toBe('abc')
    expect(tokenFrom('abc')).toBe('abc')
    expect(tokenFrom('http://127.0.0.1:7420/')).toBeNull()
    expect(tokenFrom('two words')).toBeNull()
  })
})
