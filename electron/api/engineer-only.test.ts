import { isContractProcedure } from '@orpc/contract'
import { expect, it } from 'vitest'
import { contract } from '#shared/contract.ts'
import { mutatingActions } from './audit.ts'
import { engineerOnly, isForEngineers } from './engineer-only.ts'

it('names procedures that exist and change something, alone', () => {
  const existing = Object.entries(contract).flatMap(([room, procedures]) =>
    Object.entries<unknown>(procedures).flatMap(([name, value]) =>
      isContractProcedure(value) ? [`${room}.${name}`] : [],
    ),
  )
  const locked = Object.keys(engineerOnly)
  expect(existing).toEqual(expect.arrayContaining(locked))
  expect([...mutatingActions]).toEqual(expect.arrayContaining(locked))
})

it('leaves to operators what they do all day', () => {
  for (const action of ['start', 'cancelRun', 'retryRun', 'retryFailed', 'scan', 'clear', 'lines', 'report'])
    expect(isForEngineers(`bench.${action}`, { id: 1 }), action).toBe(false)
  expect(isForEngineers('toString', {})).toBe(false)
})

it('lets operators choose the recipe of a line, and nothing else of it', () => {
  expect(isForEngineers('bench.updateLine', { id: 1, recipeId: 2 })).toBe(false)
  expect(isForEngineers('bench.updateLine', { id: 1, recipeId: 2, autoStart: true })).toBe(true)
  expect(isForEngineers('bench.updateLine', { id: 1, slots: [] })).toBe(true)
})
