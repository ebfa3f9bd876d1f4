import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readDelta as readDetools } from '../../electron/platform/delta-engine/detools/container.ts'
import { readDelta as readHpatchLite } from '../../electron/platform/delta-engine/hpatch-lite/container.ts'

const page = readFileSync(new URL('../../docs/diff-formats.md', import.meta.url), 'utf8')
const base = Buffer.from('version=1.0.0;mode=fast;')
const next = 'version=1.0.1;debug;mode=fast;'

/** The bytes at the beginning of each line of the block that follows a paragraph. */
const bytesBehind = (paragraph: string): Buffer => {
  const block = page.slice(page.indexOf(`\n${paragraph} `)).match(/```text\n([\s\S]*?)```/)?.[1] ?? ''
  const last = block.trim().split('\n\n').at(-1) ?? ''
  const hex = last.split('\n').map((line) => /^(?:[0-9a-f]{2}(?: |$))+/.exec(line.replace(/ {2,}.*$/, ''))?.[0] ?? '')
  return Buffer.from(hex.join(' ').replace(/\s/g, ''), 'hex')
}

it('the hpatch-lite example of the document restores its new image', () => {
  expect(page).toContain(`Base \`${base}\``)
  const patch = bytesBehind('5.4')
  expect(patch.length).toBeGreaterThan(30)
  expect(Buffer.from(readHpatchLite(base, patch, 100)).toString()).toBe(next)
})

it('the detools example of the document restores its new image', () => {
  const patch = bytesBehind('6.4')
  expect(patch.length).toBeGreaterThan(20)
  expect(Buffer.from(readDetools(base, patch, 100)).toString()).toBe(next)
})
