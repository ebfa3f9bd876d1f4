import { isContractProcedure } from '@orpc/contract'
import { expect, it } from 'vitest'
import { contract } from '#shared/contract.ts'
import { access, accessBeside, isForEngineers, isRouteForEngineers } from './access.ts'
import { besideTheContract } from './raw-routes.ts'

const procedures = Object.entries(contract).flatMap(([room, all]) =>
  Object.entries<unknown>(all).flatMap(([name, value]) =>
    isContractProcedure(value) ? [{ action: `${room}.${name}`, ...value['~orpc'].route }] : [],
  ),
)
const routesBeside = Object.entries(besideTheContract).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
)

it('says of every procedure and of every REST call beside them whose it is, and of nothing else', () => {
  expect(Object.keys(access).sort()).toEqual(procedures.map(({ action }) => action).sort())
  expect(Object.keys(accessBeside).sort()).toEqual(routesBeside.sort())
})

/** Actions whose names suggest deleting, renaming or exporting secrets, but that every operator may do. */
const harmless: Readonly<Record<string, string>> = {
  'backups.list': 'names and times alone',
  'setAside.list': 'names, times and sizes alone',
  'backups.status': 'how far one is, and how much is in it',
  'operator.removePin': 'proves the PIN itself',
  'knocks.dismiss': 'comes back with the next knock',
  'uploads.discard': 'a file of the caller that nothing names yet',
  'bench.closeConsole': 'nothing is lost; a run takes the port anyway',
  'bench.exportRecipe': 'what everybody reads of a recipe, as one file',
  'bench.exportRecords': 'what everybody reads of records, as one file',
  'GET /bench/records/export': 'what everybody reads of records, as one file',
  'GET /bench/recipes/{id}/export': 'what everybody reads of a recipe, as one file',
}

const everybodyRepeats = { repeatByEngineers: false }

it('leaves nothing to everybody that deletes, renames or hands out secrets', () => {
  const grave = /remove|delete|rename|restore|backup|authority|reset|secret|export|setAside|wipe|purge/i
  const calls = [
    ...procedures.map(({ action, method, path }) => ({ name: action, words: `${action} ${path ?? ''}`, method })),
    ...routesBeside.map((name) => ({ name, words: name, method: undefined })),
  ]
  const open = calls.filter(({ name, words, method }) => {
    const isGrave = method === 'DELETE' || grave.test(words)
    return isGrave && !isForEngineers(name, { id: 1 }, everybodyRepeats) && !isRouteForEngineers(name)
  })
  expect(open.map(({ name }) => name).sort()).toEqual(Object.keys(harmless).sort())
})

it('leaves what products and modules are called, and what opens a device, to engineers', () => {
  for (const action of ['products.update', 'products.updateModule', 'devices.remove', 'diffs.remove', 'bases.remove'])
    expect(isForEngineers(action, { id: 1, name: 'other' }, everybodyRepeats), action).toBe(true)
  expect(isForEngineers('knocks.accept', { id: 1 }, everybodyRepeats)).toBe(false)
  expect(isForEngineers('knocks.accept', { id: 1, replaceSecret: false }, everybodyRepeats)).toBe(false)
  for (const replaceSecret of [true, 'true', '1'])
    expect(isForEngineers('knocks.accept', { id: 1, replaceSecret }, everybodyRepeats)).toBe(true)
})

it('leaves to operators what they do all day', () => {
  for (const action of ['start', 'cancelRun', 'retryRun', 'retryFailed', 'scan', 'clear', 'lines', 'report'])
    expect(isForEngineers(`bench.${action}`, { id: 1 }, everybodyRepeats), action).toBe(false)
  expect(isForEngineers('toString', {}, everybodyRepeats)).toBe(false)
})

it('lets operators choose the recipe of a line, and nothing else of it', () => {
  expect(isForEngineers('bench.updateLine', { id: 1, recipeId: 2 }, everybodyRepeats)).toBe(false)
  expect(isForEngineers('bench.updateLine', { id: 1, recipeId: 2, autoStart: true }, everybodyRepeats)).toBe(true)
  expect(isForEngineers('bench.updateLine', { id: 1, slots: [] }, everybodyRepeats)).toBe(true)
})

it('keeps the repeat of done units for engineers where the settings say so, and no other run', () => {
  const kept = { repeatByEngineers: true }
  for (const input of [{ lineId: 1 }, { lineId: 1, repeat: false }, { slotIds: [1] }])
    expect(isForEngineers('bench.start', input, kept), JSON.stringify(input)).toBe(false)
  for (const input of [
    { lineId: 1, repeat: true },
    { slotIds: [1], repeat: 1 },
  ])
    expect(isForEngineers('bench.start', input, kept), JSON.stringify(input)).toBe(true)
  expect(isForEngineers('bench.start', { lineId: 1, repeat: true }, everybodyRepeats)).toBe(false)
})
