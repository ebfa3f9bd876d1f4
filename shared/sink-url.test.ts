import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sinkFaults } from './sink-rules.ts'
import { sinkNeed } from './sink-texts.ts'
import { revealedUrl, shownUrl } from './sink-url.ts'

describe('the address of a receiver', () => {
  it('is shown without its password and keys', () => {
    expect(shownUrl('postgres://ota:s3cret@db:5432/x?sslmode=require')).toBe(
      'postgres://ota:***@db:5432/x?sslmode=require',
    )
    expect(shownUrl('https://mes.example/in?token=abc&line=3')).toBe('https://mes.example/in?token=***&line=3')
    expect(shownUrl('mqtt://10.0.0.6')).toBe('mqtt://10.0.0.6')
  })

  it('keeps its secret when it is sent back as shown, for the same receiver and user alone', () => {
    const stored = 'postgres://ota:s3cret@db:5432/x'
    expect(revealedUrl(shownUrl(stored), stored)).toBe(stored)
    expect(revealedUrl('postgres://ota:***@db:5432/y', stored)).toBe('postgres://ota:s3cret@db:5432/y')
    expect(revealedUrl('postgres://ota:***@elsewhere:5432/x', stored)).toBeUndefined()
    expect(revealedUrl('postgres://ota:***@db:5433/x', stored)).toBeUndefined()
    expect(revealedUrl('postgres://root:***@db:5432/x', stored)).toBeUndefined()
    expect(revealedUrl('postgres://ota:***@db:5432/x', undefined)).toBeUndefined()
    expect(revealedUrl('postgres://ota:new@elsewhere/x', stored)).toBe('postgres://ota:new@elsewhere/x')
    expect(revealedUrl('https://mes.example/in?token=***', 'https://mes.example/in?token=abc')).toBe(
      'https://mes.example/in?token=abc',
    )
    expect(revealedUrl('https://mes.example/in?key=***', 'https://mes.example/in?token=abc')).toBeUndefined()
  })

  it('never shows the password, whatever it is', () => {
    const password = fc.string({ minLength: 3 }).filter((text) => /[a-z]{3}/i.test(text))
    fc.assert(
      fc.property(password, (text) => {
        const url = new URL('postgres://db/x')
        url.username = 'ota'
        url.password = text
        expect(shownUrl(url.href)).toBe('postgres://ota:***@db/x')
        expect(revealedUrl(shownUrl(url.href), url.href)).toBe(url.href)
      }),
    )
  })
})

it.each([
  ['postgres', 'postgres://ota@db/factory', []],
  ['postgres', 'postgres://localhost/factory?host=/run/postgresql', []],
  ['postgres', 'postgres://ota@db', ['url']],
  ['postgres', 'https://db/factory', ['url']],
  ['webhook', 'https://mes.example/in', []],
  ['webhook', 'mes.example/in', ['url']],
  ['webhook', 'file:///etc/passwd', ['url']],
  ['mqtt', 'mqtts://10.0.0.6:8883', []],
  ['mqtt', 'tcp://10.0.0.6', ['url']],
] as const)('a receiver %s at %s has faults in %j', (kind, url, fields) => {
  expect(sinkFaults({ kind, url }).map(({ field }) => field)).toEqual(fields)
})

it.each([
  ['ota-bench/{station}/{kind}', true],
  ['factory/records', true],
  ['factory/+', false],
  ['factory/#', false],
  ['{device}/x', false],
  ['$SYS/x', false],
  ['a\u0000b', false],
])('a topic %j is allowed: %s', (topic, allowed) => {
  expect(sinkFaults({ kind: 'mqtt', url: 'mqtt://b', topic }).length === 0).toBe(allowed)
})

it('a receiver needs somebody when it is full, far behind, or refuses for ten minutes', () => {
  const now = Date.parse('2026-12-01T08:00:00Z')
  const fault = { at: '2026-12-01T07:00:00Z', code: 'TIMEOUT', data: {}, message: '' } as const
  const sink = { backlog: 0, backlogSince: null, full: false, enabled: true, lastError: null }
  expect(sinkNeed(sink, now)).toBeUndefined()
  expect(sinkNeed({ ...sink, full: true, backlog: 500_000 }, now)).toBe('full')
  expect(sinkNeed({ ...sink, enabled: false, backlog: 10_000, backlogSince: '2026-12-01T07:59:00Z' }, now)).toBe(
    'behind',
  )
  const late = { ...sink, backlog: 3, backlogSince: '2026-12-01T07:50:00Z' }
  expect(sinkNeed({ ...late, lastError: fault }, now)).toBe('behind')
  expect(sinkNeed(late, now)).toBeUndefined()
  expect(sinkNeed({ ...late, lastError: fault, enabled: false }, now)).toBeUndefined()
  expect(sinkNeed({ ...late, lastError: fault, backlogSince: '2026-12-01T07:59:00Z' }, now)).toBeUndefined()
})
