import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createProtocolLog } from './protocol-log.ts'

const clock = { now: () => 0 }

it('keeps the last hundred messages of a device, oldest first', () => {
  const log = createProtocolLog({ clock })
  for (let n = 0; n < 250; n++) log.note(1, { direction: 'in', channel: `t${n}` })
  const channels = log.of(1).map(({ channel }) => channel)
  expect(channels).toHaveLength(100)
  expect([channels[0], channels.at(-1)]).toEqual(['t150', 't249'])
})

it('keeps text as text, cut at 4 KB with its whole length, and binary as the beginning in hex', () => {
  const log = createProtocolLog({ clock })
  log.note(1, { direction: 'in', channel: 'json', payload: '{"版本":"1"}' })
  log.note(1, { direction: 'in', channel: 'long', payload: 'é'.repeat(4000) })
  log.note(1, { direction: 'out', channel: 'binary', payload: Buffer.alloc(10_000, 0xff) })
  log.note(1, { direction: 'in', channel: 'nul', payload: 'a\0b' })
  expect(log.of(1)).toMatchObject([
    { text: '{"版本":"1"}', hex: null, bytes: 14 },
    { text: 'é'.repeat(2048), bytes: 8000 },
    { text: null, hex: 'ff'.repeat(64), bytes: 10_000 },
    { text: null, hex: '610062', bytes: 3 },
  ])
})

it('adds what becomes known later, and tells only what is new', () => {
  const log = createProtocolLog({ clock })
  const amend = log.note(1, { direction: 'out', channel: 'notice', qos: 1 })
  log.note(1, { direction: 'in', channel: 'inform', qos: 1 })
  const seen = log.of(1)
  expect(seen.map(({ acknowledged }) => acknowledged)).toEqual([false, null])
  amend({ acknowledged: true, detail: 'token=abcdef' })
  expect(log.of(1, seen.at(-1)?.revision)).toMatchObject([
    { channel: 'notice', acknowledged: true, detail: 'token=•••' },
  ])
})

it('counts what comes again and again instead of letting it push out the rest', () => {
  const log = createProtocolLog({ clock })
  log.note(1, { direction: 'in', channel: 'inform', kind: 'version' })
  for (let n = 0; n < 500; n++) log.note(1, { direction: 'in', channel: 'telemetry', payload: `${n}`, onlyLast: true })
  expect(log.of(1)).toMatchObject([{ channel: 'inform' }, { channel: 'telemetry', text: '499', times: 500 }])
})

it('shows frequent messages like those that are logged one by one, in their order among the others', () => {
  const kinds = fc.constantFrom('piece', 'other piece', 'inform')
  fc.assert(
    fc.property(fc.array(fc.tuple(kinds, fc.boolean())), (messages) => {
      const gathering = createProtocolLog({ clock })
      const plain = createProtocolLog({ clock })
      messages.forEach(([channel, looked], n) => {
        const note = { direction: 'in', channel, kind: 'download', detail: `${n}` } as const
        if (channel === 'inform') for (const log of [gathering, plain]) log.note(1, note)
        else {
          gathering.noteFrequent(1, { ...note, detail: () => note.detail })
          plain.note(1, { ...note, onlyLast: true })
        }
        if (looked) gathering.of(1)
      })
      const shown = (log: typeof plain) =>
        log.of(1).map(({ channel, detail, times }) => `${channel} ${detail} ${times}`)
      expect(shown(gathering)).toEqual(shown(plain))
    }),
  )
})

it('forgets frequent messages with their device', () => {
  const log = createProtocolLog({ clock })
  log.noteFrequent(1, { direction: 'in', channel: 'piece', detail: () => '' })
  log.forget(1)
  expect(log.of(1)).toEqual([])
})

it('is bounded in all: the devices silent for longest lose theirs', () => {
  const log = createProtocolLog({ clock }, { perDevice: 100, bytes: 100_000 })
  for (let device = 1; device <= 100; device++)
    log.note(device, { direction: 'in', channel: 'x', payload: 'a'.repeat(4000) })
  const kept = Array.from({ length: 100 }, (_, n) => n + 1).filter((device) => log.of(device).length > 0)
  expect(kept).toHaveLength(11)
  expect(kept[0]).toBe(90)
  log.forget(95)
  expect(log.of(95)).toEqual([])
})

it('has room again for others once a deleted device is forgotten', () => {
  const log = createProtocolLog({ clock }, { perDevice: 100, bytes: 100_000 })
  const fill = (device: number) => {
    for (let n = 0; n < 10; n++) log.note(device, { direction: 'in', channel: 'x', payload: 'a'.repeat(4000) })
  }
  for (let device = 1; device <= 50; device++) {
    fill(device)
    log.forget(device)
  }
  fill(51)
  expect(log.of(51)).toHaveLength(10)
})

it('keeps no secret', () => {
  const log = createProtocolLog({ clock })
  log.note(1, { direction: 'in', channel: 'POST /x?token=hunter2', payload: `${'x'.repeat(4080)}"secret":"hunter2"` })
  expect(JSON.stringify(log.of(1))).not.toContain('hunt')
})
