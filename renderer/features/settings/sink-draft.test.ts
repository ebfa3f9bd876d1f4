import { expect, it } from 'vitest'
import { SinkInput } from '#shared/schema.ts'
import { emptySink, newKey, sinkDraftFaults, sinkIn } from './sink-draft.ts'

it('an empty form names what has to be filled in', () => {
  expect(Object.keys(sinkDraftFaults(emptySink('postgres'), []))).toEqual(['name', 'url'])
})

it('a filled form is what the station takes; a topic only for MQTT', () => {
  const draft = { ...emptySink('mqtt'), name: ' Hall ', url: 'mqtt://10.0.0.6', topic: ' a/{kind} ' }
  expect(sinkDraftFaults(draft, [])).toEqual({})
  expect(sinkIn(draft)).toEqual({ name: 'Hall', url: 'mqtt://10.0.0.6', topic: 'a/{kind}', ca: null })
  expect(sinkIn({ ...draft, kind: 'webhook' }).topic).toBeNull()
})

it('a name that another receiver has, a bad topic and a short key are named', () => {
  const draft = { ...emptySink('mqtt'), name: 'Hall', url: 'mqtt://10.0.0.6', topic: 'a/#', secret: 'short' }
  expect(sinkDraftFaults(draft, ['Hall'])).toMatchObject({ topic: 'rules.sinkTopic', name: 'rules.unique' })
  expect(sinkDraftFaults(draft, []).secret).toBeDefined()
})

it('a generated key is long enough, new each time, and taken', () => {
  const key = newKey()
  expect(key).toMatch(/^[\w-]{43}$/)
  expect(newKey()).not.toBe(key)
  expect(SinkInput.safeParse({ kind: 'webhook', name: 'a', url: 'http://a/', secret: key }).success).toBe(true)
})
