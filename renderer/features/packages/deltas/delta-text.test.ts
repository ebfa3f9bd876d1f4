import i18next from 'i18next'
import { expect, it } from 'vitest'
import type { Delta, FieldVersion } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { adviceText, becauseText, diffState, formatOf, originText, sizeText, wantedVersions } from './delta-text.ts'

const instance = i18next.createInstance()
await instance.init({
  lng: 'en',
  resources: { en: { translation: texts.en.screen } },
  interpolation: { escapeValue: false },
})
const { t } = instance

const diff: Delta = {
  id: 1,
  packageId: 1,
  fromVersion: '1.0',
  toVersion: '2.0',
  format: 'hpatch-lite',
  source: 'generated',
  status: 'ready',
  progress: 100,
  base: { kind: 'package', packageId: 2, name: 'old.bin', size: 320_000, sha256: 'a' },
  fileName: 'p.hpi',
  size: 34_816,
  md5: 'm',
  sha256: 's',
  fullSize: 327_680,
  ratio: 0.10625,
  seconds: 0.41,
  advice: { kind: 'ok', compressedSize: 190_000, container: null },
  checked: true,
  damaged: false,
  error: null,
  errorData: null,
  createdAt: '2026-11-21T00:00:00.000Z',
  finishedAt: '2026-11-21T00:00:01.000Z',
}

it('a patch says what it has of the full image and what it saves', () => {
  expect(sizeText(diff, t, 'en')).toEqual(['34 KB', '11% of the full package', 'saves 286 KB'])
  expect(sizeText({ size: 2048, fullSize: 327_680 }, t, 'en')?.[1]).toBe('0.6% of the full package')
  expect(sizeText({ size: 400_000, fullSize: 327_680 }, t, 'en')?.[2]).toBe('not smaller than the full package')
  expect(sizeText({ size: null, fullSize: 1 }, t, 'en')).toBeUndefined()
})

it('says from what it was made, or that nobody has that here', () => {
  expect(originText(diff, t, 'en')).toEqual(['generated here in 0.4 s', 'from the package file old.bin'])
  expect(originText({ ...diff, source: 'uploaded', base: null, checked: false }, t, 'en')).toEqual([
    'uploaded',
    'no image of 1.0 here',
  ])
})

it('warns where a delta saves little, with the figures, and only there', () => {
  expect(adviceText(diff, t, 'en')).toBeUndefined()
  const full = { ...diff, size: 180_000, advice: { kind: 'full', compressedSize: 190_000, container: null } } as const
  expect(adviceText(full, t, 'en')).toContain('compressed it is 186 KB; the delta of 176 KB')
  const packed = { ...full, advice: { ...full.advice, kind: 'compressed', container: 'gzip' } } as const
  expect(adviceText(packed, t, 'en')).toContain('compressed (gzip)')
  expect(adviceText({ ...packed, advice: { ...packed.advice, container: null } }, t, 'en')).toContain('encrypted')
})

it('one that a person stopped is cancelled, not failed; one made elsewhere is checked, not made', () => {
  expect(diffState({ ...diff, status: 'failed', error: 'DIFF_CANCELLED' }).word).toBe('cancelled')
  expect(diffState({ ...diff, status: 'failed', error: 'DIFF_FAILED' }).word).toBe('failed')
  expect(diffState({ ...diff, status: 'running', source: 'uploaded' }).word).toBe('checking')
})

it('the device class chooses the format, and the RAM of a microcontroller may choose another', () => {
  expect(formatOf(undefined)).toBe('bsdiff')
  expect(formatOf({ deviceClass: 'mcu', ramBytes: null })).toBe('hpatch-lite')
  const small = { deviceClass: 'mcu', ramBytes: 4096 } as const
  expect(formatOf(small)).toBe('detools')
  expect(becauseText(small, t, 'en')).toContain('4 KB of RAM')
})

it('ticks what devices run, where a patch can be made and is not there yet', () => {
  const version = (change: Partial<FieldVersion>): FieldVersion => ({
    version: '1.0',
    devices: 3,
    online: 1,
    base: diff.base,
    obstacle: null,
    diffIds: [],
    ...change,
  })
  expect(
    wantedVersions([
      version({}),
      version({ version: '1.1', diffIds: [4] }),
      version({ version: '1.2', base: null, obstacle: 'no-image' }),
      version({ version: '1.3', devices: 0 }),
    ]),
  ).toEqual(['1.0'])
})
