import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openScratch, removeScratch } from './scratch.mjs'

it('is made and removed with what is in it, also under a Node that knows no limits of memory', () => {
  const { availableMemory } = process
  onTestFinished(() => void Object.assign(process, { availableMemory }))
  for (const knows of [availableMemory, undefined]) {
    Object.assign(process, { availableMemory: knows })
    const folder = openScratch()
    writeFileSync(join(folder, 'left'), 'something')
    const said: string[] = []
    removeScratch(folder, (line) => said.push(line))
    expect([existsSync(folder), said]).toEqual([false, []])
  }
})

it('says what cannot be removed, and lets the tests have their sum', () => {
  const said: string[] = []
  removeScratch('no such name\0', (line) => said.push(line))
  expect(said).toHaveLength(1)
})
