import fc from 'fast-check'
import { expect, it } from 'vitest'
import { auditDetail } from './audit-detail.ts'

it('keeps what was asked for without the id, which the subject names', () => {
  expect(auditDetail({ id: 5, reason: '现场紧急', force: true })).toEqual({ reason: '现场紧急', force: true })
  expect(auditDetail({ id: 5 })).toBeNull()
  expect(auditDetail(undefined)).toBeNull()
})

it('a long list and a long text are cut', () => {
  expect(auditDetail({ deviceIds: Array.from({ length: 5000 }, (_, index) => index) })).toEqual({
    deviceIds: [...Array.from({ length: 20 }, (_, index) => index), '… 5000'],
  })
  expect(String(auditDetail({ reason: 'x'.repeat(4000) })?.reason)).toHaveLength(301)
})

it('however deep a secret lies, it is not kept', () => {
  const secretName = fc.constantFrom('secret', 'accessToken', 'token', 'password', 'clientSecret', 'csv', 'customInfo')
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(1, true, null, 'plain'),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('tree')),
      fc
        .tuple(secretName, fc.constantFrom('TOP', ['TOP'], { deep: 'TOP' }))
        .map(([name, value]) => ({ [name]: value })),
    ),
  }))
  fc.assert(fc.property(tree, (input) => !JSON.stringify(auditDetail({ input })).includes('TOP')))
})
