import { expect, it } from 'vitest'
import { stm32Target } from './stm32.ts'

const ack = 0x79
const nack = 0x1f
const clock = { now: () => 0, after: () => () => {} }

/** The replies to frames of bytes, one array each. */
const talk = (options: { readonly isProtected?: boolean }, ...frames: readonly (readonly number[])[]): number[][] => {
  let replies: number[] = []
  const target = stm32Target({ clock, ...options })({
    send: (bytes) => void replies.push(...bytes),
    unplug: () => undefined,
  })
  return frames.map((frame) => {
    replies = []
    target.receive(Uint8Array.from(frame))
    return replies
  })
}

const command = (code: number): number[] => [code, code ^ 0xff]

it('names the commands of AN3155 that it knows, and refuses the special ones and Get Checksum', () => {
  const [, get = [], ...refused] = talk(
    {},
    [0x7f],
    command(0),
    command(0x50),
    command(0x51),
    command(0xa1),
    command(0x63),
  )
  expect(get).toEqual([ack, 10, 0x31, 0, 1, 2, 0x11, 0x21, 0x31, 0x44, 0x73, 0x82, 0x92, ack])
  expect(refused).toEqual([[nack], [nack], [nack], [nack]])
})

it('answers under read-out protection who it is, and refuses everything but the end of it', () => {
  const codes = [0x11, 0x21, 0x31, 0x44, 0x73, 0x82]
  const [, id, ...refused] = talk({ isProtected: true }, [0x7f], command(2), ...codes.map(command))
  expect(id).toEqual([ack, 1, 0x04, 0x13, ack])
  expect(refused).toEqual(codes.map(() => [nack]))
})
