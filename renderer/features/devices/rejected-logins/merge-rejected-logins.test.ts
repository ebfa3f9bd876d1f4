import { describe, expect, it } from 'vitest'
import type { RejectedLogin } from '#shared/schema.ts'
import { answerOf, mergeRejectedLogins } from './merge-rejected-logins.ts'

const knock = (part: Partial<RejectedLogin>): RejectedLogin => ({
  id: 1,
  protocols: ['sagoo'],
  productKey: 'gw',
  deviceName: 'dev1',
  accessToken: null,
  username: null,
  address: '10.0.0.1',
  reason: 'unknown-device',
  productId: 1,
  deviceId: null,
  secret: 'presented',
  count: 1,
  firstAt: '2026-01-01T00:00:00.000Z',
  lastAt: '2026-01-01T00:00:00.000Z',
  ...part,
})
const later = '2026-01-01T00:00:09.000Z'

it('lays the newer word over what was read, leaves out what is gone, and shows the latest first', () => {
  const merged = mergeRejectedLogins(
    [knock({ id: 1 }), knock({ id: 2 }), knock({ id: 3 })],
    new Map([
      [1, knock({ id: 1, count: 5, lastAt: later })],
      [4, knock({ id: 4, lastAt: '2026-01-01T00:00:05.000Z' })],
    ]),
    new Set([3]),
  )
  expect(merged.map(({ id, count }) => [id, count])).toEqual([
    [1, 5],
    [4, 1],
    [2, 1],
  ])
})

describe('the way to let a device in', () => {
  const products = [
    { id: 1, protocol: 'sagoo' },
    { id: 2, protocol: 'thingspanel' },
  ] as const

  it('is one click where nothing is left to know', () => {
    expect(answerOf(knock({}), products)).toEqual({ kind: 'accept' })
    const token = knock({
      protocols: ['thingspanel'],
      productKey: null,
      deviceName: null,
      accessToken: 'T',
      productId: null,
      secret: 'none',
    })
    expect(answerOf(token, products)).toEqual({ kind: 'accept', productId: 2 })
    expect(answerOf(token, [...products, { id: 3, protocol: 'thingspanel' }])).toMatchObject({
      askProduct: true,
      askSecret: false,
    })
    expect(answerOf(token, [])).toEqual({ kind: 'product' })
  })

  it('asks for the secret of a device that signs', () => {
    expect(answerOf(knock({ secret: 'signed' }), products)).toMatchObject({
      kind: 'form',
      askSecret: true,
      replace: false,
    })
  })

  it('never takes another secret for a known device by one click', () => {
    expect(answerOf(knock({ reason: 'wrong-secret', deviceId: 7 }), products)).toEqual({ kind: 'use-presented' })
    expect(answerOf(knock({ reason: 'wrong-secret', deviceId: 7, secret: 'signed' }), products)).toMatchObject({
      kind: 'form',
      replace: true,
    })
  })

  it('begins with the product where there is none, and with the device where only that helps', () => {
    expect(answerOf(knock({ reason: 'unknown-product', productId: null }), products)).toEqual({ kind: 'product' })
    expect(answerOf(knock({ reason: 'plain-refused' }), products)).toEqual({ kind: 'allow-plain' })
    expect(answerOf(knock({ reason: 'unknown-form' }), products)).toEqual({ kind: 'none' })
    expect(answerOf(knock({ reason: 'token-expired' }), products)).toEqual({ kind: 'none' })
  })
})
