import { describe, expect, it } from 'vitest'
import { type BenchKey, benchKey } from './bench-keys.ts'

const press = (key: string, typed = '', more = {}): BenchKey | undefined =>
  benchKey({ key, ctrlKey: false, altKey: false, metaKey: false, ...more }, typed)

describe('a key on the bench', () => {
  it('starts, retries and stops', () => {
    expect(press(' ')).toEqual({ do: 'start' })
    expect(press('F4')).toEqual({ do: 'retry' })
    expect(press('F8')).toEqual({ do: 'stop' })
  })

  it('of a scanner is collected until its Enter, blanks start nothing meanwhile', () => {
    let typed = ''
    for (const key of 'SN-42') {
      const read = press(key, typed)
      if (read?.do === 'typed') typed = read.code
    }
    expect(typed).toBe('SN-42')
    expect(press(' ', typed)).toBeUndefined()
    expect(press('Enter', typed)).toEqual({ do: 'scanned', code: 'SN-42' })
    expect(press('Escape', typed)).toEqual({ do: 'forget' })
    expect(press('Backspace', typed)).toEqual({ do: 'typed', code: 'SN-4' })
  })

  it('with Ctrl or Alt belongs to the browser, an Enter without a code to what has the focus', () => {
    expect(press('r', '', { ctrlKey: true })).toBeUndefined()
    expect(press('Enter')).toBeUndefined()
    expect(press('Tab')).toBeUndefined()
  })
})
