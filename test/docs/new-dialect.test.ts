import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import type { MqttDialect } from '../../electron/platform/dialects/dialect.ts'
import { topicRights } from '../../electron/platform/dialects/topic-names.ts'

const dialectsFolder = fileURLToPath(new URL('../../electron/platform/dialects/', import.meta.url))

/** The dialect that the page writes, as it stands there: only where it finds its neighbours is another place. */
const fromThePage = async (): Promise<MqttDialect> => {
  const page = readFileSync(new URL('../../docs/new-dialect.md', import.meta.url), 'utf8')
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? ''
  const output = fileURLToPath(new URL('../output/', import.meta.url))
  mkdirSync(output, { recursive: true })
  const folder = mkdtempSync(join(output, 'acme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'acme.ts')
  writeFileSync(file, source.replaceAll("'./", `'${dialectsFolder}`))
  const { acme } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly acme: MqttDialect }
  return acme
}

it('shows a dialect that is complete', async () => {
  const acme = await fromThePage()
  const device = { productKey: 'pk', deviceName: 'dev1', accessToken: 'token' }
  const read = (topic: string, text: string) => acme.read(device, `acme/pk/dev1/${topic}`, Buffer.from(text))
  expect(read('version', '{"version":"1.0.0"}')).toEqual({
    ok: true,
    uplink: { kind: 'version', module: 'default', version: '1.0.0' },
  })
  expect(read('progress', '{"percent":"42.9","note":"fine"}')).toMatchObject({ uplink: { percent: 42, text: 'fine' } })
  expect(read('progress', '{"percent":-7}')).toMatchObject({ uplink: { kind: 'failure' } })
  expect(acme.senderOf('acme/pk/dev1/progress')).toEqual({ productKey: 'pk', deviceName: 'dev1' })
  const rights = topicRights(acme.names(device))
  expect(rights.owns('acme/pk/dev1/+')).toBe(true)
  expect(rights.owns('acme/pk/dev10/progress')).toBe(false)
  fc.assert(
    fc.property(fc.constantFrom(...acme.topics(device).publish), fc.uint8Array({ maxLength: 200 }), (topic, bytes) => {
      const reading = acme.read(device, topic, bytes)
      expect(reading.ok || reading.refused.length > 0).toBe(true)
    }),
  )
})
