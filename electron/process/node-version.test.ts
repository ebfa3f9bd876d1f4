import { expect, it } from 'vitest'
import { noNode } from '../launch/node.mjs'
import { nodeTooOld } from './node-version.ts'

it('a Node that is too old is named in both languages, with what to do', () => {
  for (const lines of [nodeTooOld('20.20.2')?.split('\n') ?? [], noNode('20.20.2')]) {
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/Node 22 .*20[.]20[.]2.*Node 26.*npm/)
    expect(lines[1]).toMatch(/需要 Node 22 或更高版本/)
  }
})

it('a Node that is new enough is not spoken of', () => {
  expect(nodeTooOld('22.0.0')).toBeUndefined()
  expect(nodeTooOld('24.21.0')).toBeUndefined()
})
