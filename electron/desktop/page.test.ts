import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assetOf, isBackup, isOurPage, mayOpenOutside, mayUse, PAGE } from './page.ts'

describe('the files of the page', () => {
  it('are those of its folder, with type and policy', () => {
    const page = assetOf('/app/renderer', PAGE)
    expect(page?.path).toBe('/app/renderer/index.html')
    expect(page?.headers['content-type']).toContain('text/html')
    expect(page?.headers['content-security-policy']).toContain("default-src 'none'")
    expect(assetOf('/app/renderer', 'ota-bench://app/')?.path).toBe('/app/renderer/index.html')
    expect(assetOf('/app/renderer', 'ota-bench://app/assets/a%20b.js?x#y')?.path).toBe('/app/renderer/assets/a b.js')
  })

  it.each([
    'ota-bench://app/..%2f..%2fetc%2fsecret.json',
    'ota-bench://app/%2e%2e/secret.json',
    'ota-bench://app/assets/..%2f..%2fx.js',
    'ota-bench://app/a.js%00.html',
    'ota-bench://app/%ff.js',
    'ota-bench://other/index.html',
    'file:///etc/hosts.html',
    'ota-bench://app/noextension',
    'not an address',
  ])('stay inside their folder for %s', (address) => {
    const asset = assetOf('/app/renderer', address)
    expect(asset?.path ?? '/app/renderer/').toMatch(/^\/app\/renderer\//)
  })

  it('never lie outside the folder, whatever the address', () => {
    const piece = fc.constantFrom('..', '%2e%2e', '%2f', '%5c', '/', '\\', 'a', '.js', '%00', '.')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const asset = assetOf('/app/renderer', `ota-bench://app/${pieces.join('')}`)
        expect(asset === undefined || asset.path.startsWith('/app/renderer/')).toBe(true)
      }),
    )
  })
})

describe('the window', () => {
  it('knows its page', () => {
    expect(isOurPage(`${PAGE}#/packages`)).toBe(true)
    for (const other of ['', 'ota-bench://other/index.html', 'https://app/index.html', 'ota-bench://app/x.html'])
      expect(isOurPage(other)).toBe(false)
  })

  it('lets its page copy to the clipboard and nothing else', () => {
    expect(mayUse('clipboard-sanitized-write', PAGE)).toBe(true)
    expect(mayUse('clipboard-read', PAGE)).toBe(false)
    expect(mayUse('media', PAGE)).toBe(false)
    expect(mayUse('clipboard-sanitized-write', 'https://example.com/')).toBe(false)
  })

  it("opens the station's own pages in the system's browser and no others", () => {
    const ui = 'http://127.0.0.1:7420/?token=t'
    expect(mayOpenOutside('http://127.0.0.1:7420/api/v1/docs', ui)).toBe(true)
    expect(mayOpenOutside('http://127.0.0.1:7420/api/v1/docs', undefined)).toBe(false)
    for (const other of ['http://127.0.0.1:7421/', 'https://127.0.0.1:7420/', 'file:///etc/passwd', 'x'])
      expect(mayOpenOutside(other, ui)).toBe(false)
  })
})

it('the window downloads backups of its own station, and nothing else', () => {
  const ui = 'http://127.0.0.1:7420/?token=t'
  expect(isBackup('http://127.0.0.1:7420/api/v1/backup?link=abc', ui)).toBe(true)
  for (const other of [
    'http://127.0.0.1:7420/api/v1/backup',
    'http://127.0.0.1:7420/api/v1/docs?link=abc',
    'http://127.0.0.1:7421/api/v1/backup?link=abc',
    'http://evil.example/api/v1/backup?link=abc',
    'file:///api/v1/backup?link=abc',
    'nonsense',
  ])
    expect(isBackup(other, ui), other).toBe(false)
  expect(isBackup('http://127.0.0.1:7420/api/v1/backup?link=abc', undefined)).toBe(false)
})
