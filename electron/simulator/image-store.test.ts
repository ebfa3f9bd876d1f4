import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { bsdiff } from '../platform/delta-engine/bsdiff.ts'
import { demoImage } from './image.ts'
import { createImageStore } from './image-store.ts'

const before = demoImage(1, 20_000)
const after = Uint8Array.from(before, (byte, at) => (at % 1000 === 0 ? byte ^ 1 : byte))
const sha256 = createHash('sha256').update(after).digest('hex')
const delta = await bsdiff.make(before, after, {})
const noticed = { format: 'bsdiff', fromVersion: '1', fullSize: after.length, fullSha256: sha256 }

const shelf = () => {
  const made = createImageStore()
  made.put('1', before)
  return made
}

it('a patch leads to the image of the notice, which the next one can start from', async () => {
  const images = shelf()
  await images.apply(delta, noticed, '1', '2')
  expect(images.wants('2', after.length)).toBe(false)
  const back = await bsdiff.make(after, before, {})
  const first = { ...noticed, fromVersion: '2', fullSha256: createHash('sha256').update(before).digest('hex') }
  await images.apply(back, first, '2', '1')
})

it('a patch for another version, for another image, or that leads elsewhere fails as a verification does', async () => {
  const failed = { name: 'UpgradeFailed', kind: 'verification' }
  await expect(shelf().apply(delta, noticed, '1.1', '2')).rejects.toMatchObject(failed)
  await expect(shelf().apply(delta.subarray(0, 40), noticed, '1', '2')).rejects.toMatchObject(failed)
  await expect(
    shelf().apply(delta, { ...noticed, fullSha256: sha256.replace(/./, '!') }, '1', '2'),
  ).rejects.toMatchObject(failed)
})

it('without the image it runs, or of a format of its own, a device takes the patch by its digest alone', async () => {
  await createImageStore().apply(delta, noticed, '1', '2')
  await shelf().apply(Buffer.from('vendor'), { ...noticed, format: 'custom' }, '1', '2')
})

it('the format of a patch nobody speaks of is known by its first bytes', async () => {
  const silent = { format: undefined, fromVersion: undefined, fullSize: undefined, fullSha256: undefined }
  const images = shelf()
  await images.apply(delta, silent, '1', '2')
  expect(images.wants('2', undefined)).toBe(false)
})
