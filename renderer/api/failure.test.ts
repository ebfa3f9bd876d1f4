import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { OfflineError } from './connection.ts'
import { codedFailure, failureOf } from './failure.ts'

describe('a failure', () => {
  it('keeps the code and the values that its text is filled with', () => {
    const failure = failureOf(
      new ORPCError('ALREADY_EXISTS', { data: { field: 'name', value: 'gw', nested: { a: 1 } } }),
    )
    expect(failure).toEqual({
      kind: 'coded',
      code: 'ALREADY_EXISTS',
      data: { field: 'name', value: 'gw' },
      fields: [],
    })
  })

  it('names each field that validation names once', () => {
    const issues = [{ path: ['name'] }, { path: ['uploads', 0] }, { path: ['name'] }, { path: [] }, 'odd']
    expect(codedFailure('BAD_REQUEST', { issues })).toMatchObject({ fields: [{ name: 'name' }, { name: 'uploads' }] })
  })

  it('keeps the rule of a field in both languages, so that a switch of the language turns the message', () => {
    const texts = { zh: '最多 64 个字符', en: 'must be at most 64 characters' }
    expect(codedFailure('BAD_REQUEST', { issues: [{ path: 'name', texts }] })).toMatchObject({
      fields: [{ name: 'name', rule: texts }],
    })
  })

  it('is offline without a line, and INTERNAL when nobody knows better', () => {
    expect(failureOf(new OfflineError())).toEqual({ kind: 'offline' })
    expect(failureOf(new TypeError('oops'))).toMatchObject({ code: 'INTERNAL' })
    expect(codedFailure('INTERNAL', null)).toMatchObject({ data: {}, fields: [] })
  })
})
