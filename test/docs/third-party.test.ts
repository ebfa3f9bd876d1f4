import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NOTICES, thirdParty } from './third-party.ts'

describe('the third-party notices', () => {
  const made = thirdParty()

  it('are those of what is built now (npm run third-party)', () => {
    expect(readFileSync(NOTICES, 'utf8') === made).toBe(true)
  })

  it('hold the licence text of every package, or say who made it where it brings none', () => {
    const rows = [...made.matchAll(/^\| (\S+) \| (\d\S*) \| (.+) \|$/gm)].map(([, name]) => name)
    const printed = new Set([...made.matchAll(/^### (.*)$/gm)].flatMap(([, names = '']) => names.split(', ')))
    for (const [, name = ''] of made.matchAll(/^- (\S+): .+$/gm)) printed.add(name)
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter((name = '') => !printed.has(name))).toEqual([])
  })
})
