import { expect, it } from 'vitest'
import { headerText } from './header-text.ts'

const asCurlSends = (text: string): string => Buffer.from(text).toString('latin1')

it('reads a file name percent-encoded, and as the plain UTF-8 that curl sends', () => {
  expect(headerText(encodeURIComponent('出厂固件 0.5.img'))).toBe('出厂固件 0.5.img')
  expect(headerText(asCurlSends('出厂固件 0.5.img'))).toBe('出厂固件 0.5.img')
})

it('a percent sign that encodes nothing stays, and so does the rest of the name', () => {
  expect(headerText(asCurlSends('电量100%.img'))).toBe('电量100%.img')
})

it('what is no UTF-8 is read as Latin-1', () => {
  expect(headerText('Ger\u00e4t.img')).toBe('Ger\u00e4t.img')
})
