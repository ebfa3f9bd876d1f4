import type { Contract } from '#shared/contract.ts'
import type { Settings } from '#shared/schema.ts'
import type { besideTheContract } from './raw-routes.ts'

/*
 * Who may do what while an engineer PIN is set: one table for every procedure, and one for the REST calls outside of the contract. Both
 * tables must be complete to compile, so that nobody adds a call without deciding who may use it. Without a PIN every call is open to
 * everybody.
 * Only an engineer changes recipes, slots and settings, deletes what cannot be restored, renames things, replaces secrets, and exports
 * secrets in bulk. Every transport checks this table. The desktop's menu has no calls of its own: its entries go through the page.
 */

/** Settings that keep a right for engineers. */
export type AccessSettings = Pick<Settings, 'repeatByEngineers'>

/** `everybody`, `engineer`, or a function that decides by the input (as it was sent, before any check) and the settings. */
type Rule = 'everybody' | 'engineer' | ((input: unknown, settings: AccessSettings) => boolean)

type Action = { [Room in keyof Contract & string]: `${Room}.${keyof Contract[Room] & string}` }[keyof Contract & string]

type Beside = typeof besideTheContract
type BesideRoute = {
  [Path in keyof Beside & string]: `${Uppercase<keyof Beside[Path] & string>} ${Path}`
}[keyof Beside & string]

/** Operators choose which recipe a line flashes and who works at it; everything else of a line belongs to the engineer. */
const openOfLine: ReadonlySet<string> = new Set(['id', 'recipeId', 'operator'])
const changesMoreThanRecipe = (input: unknown): boolean =>
  typeof input !== 'object' || input === null || Object.keys(input).some((field) => !openOfLine.has(field))

/** This replaces the secret of a known device: whoever has the new secret can act as that device. */
const replacesSecret = (input: unknown): boolean =>
  typeof input !== 'object' || input === null || ('replaceSecret' in input && input.replaceSecret !== false)

/** A unit that is already done is flashed again on purpose. */
const repeats = (input: unknown, { repeatByEngineers }: AccessSettings): boolean =>
  repeatByEngineers &&
  (typeof input !== 'object' || input === null || ('repeat' in input && input.repeat !== false && input.repeat != null))

/** The lines reset the unit or start its loader; speed and parity only change what is seen. */
const drivesLines = (input: unknown): boolean =>
  typeof input !== 'object' || input === null || 'dtr' in input || 'rts' in input

export const access = {
  'station.health': 'everybody',
  'station.info': 'everybody',
  'station.ca': 'everybody',
  'station.overview': 'everybody',
  'station.settings': 'everybody',
  'station.updateSettings': 'engineer',
  'station.replaceCa': 'engineer',
  'search.find': 'everybody',
  'metrics.token': 'everybody',
  'metrics.renewToken': 'engineer',
  'metrics.revokeToken': 'engineer',
  'logs.list': 'everybody',
  'logs.recent': 'everybody',
  'logs.read': 'everybody',
  'logs.diagnostics': 'everybody',
  'backups.list': 'everybody',
  'setAside.list': 'everybody',
  'setAside.remove': 'engineer',
  'backups.status': 'everybody',
  // A backup holds every secret and private key, and a restore replaces all there is.
  'backups.link': 'engineer',
  'backups.prepare': 'engineer',
  'backups.fromPath': 'engineer',
  'backups.confirm': 'engineer',
  'backups.discard': 'engineer',
  // Changing the PIN requires the present one, so it needs no ticket.
  'operator.state': 'everybody',
  'operator.unlock': 'everybody',
  'operator.lock': 'everybody',
  'operator.setPin': 'everybody',
  'operator.removePin': 'everybody',
  'products.list': 'everybody',
  'products.create': 'everybody',
  'products.get': 'everybody',
  'products.update': 'engineer',
  'products.remove': 'engineer',
  'products.removeSelfRegistered': 'engineer',
  'products.modules': 'everybody',
  'products.createModule': 'everybody',
  'products.updateModule': 'engineer',
  'products.statistics': 'everybody',
  'products.versions': 'everybody',
  'audit.list': 'everybody',
  'devices.update': 'everybody',
  'devices.changeTags': 'everybody',
  'devices.tags': 'everybody',
  'devices.list': 'everybody',
  'devices.create': 'everybody',
  'devices.import': 'everybody',
  'devices.get': 'everybody',
  'devices.remove': 'engineer',
  'devices.jobs': 'everybody',
  'devices.messages': 'everybody',
  'knocks.list': 'everybody',
  'knocks.accept': replacesSecret,
  'knocks.dismiss': 'everybody',
  'packages.list': 'everybody',
  'packages.create': 'everybody',
  'packages.get': 'everybody',
  'packages.remove': 'engineer',
  'packages.check': 'everybody',
  'packages.skipVerification': 'everybody',
  'diffs.create': 'everybody',
  'diffs.upload': 'everybody',
  'diffs.list': 'everybody',
  'diffs.fieldVersions': 'everybody',
  'diffs.get': 'everybody',
  'diffs.download': 'everybody',
  'diffs.cancel': 'everybody',
  'diffs.retry': 'everybody',
  'diffs.remove': 'engineer',
  'bases.list': 'everybody',
  'bases.remove': 'engineer',
  'uploads.fromPath': 'everybody',
  'uploads.discard': 'everybody',
  'campaigns.list': 'everybody',
  'campaigns.preview': 'everybody',
  'campaigns.create': 'everybody',
  'campaigns.get': 'everybody',
  'campaigns.start': 'everybody',
  'campaigns.pause': 'everybody',
  'campaigns.resume': 'everybody',
  'campaigns.cancel': 'everybody',
  'campaigns.proceed': 'everybody',
  'campaigns.clone': 'everybody',
  'campaigns.jobs': 'everybody',
  'campaigns.report': 'everybody',
  'campaigns.retryFailed': 'everybody',
  'jobs.get': 'everybody',
  'jobs.retry': 'everybody',
  'jobs.cancel': 'everybody',
  'bench.ports': 'everybody',
  'bench.atProfiles': 'everybody',
  // It starts a program of this computer.
  'bench.testProgrammer': 'engineer',
  'bench.lines': 'everybody',
  'bench.createLine': 'engineer',
  'bench.getLine': 'everybody',
  'bench.updateLine': changesMoreThanRecipe,
  'bench.removeLine': 'engineer',
  'bench.learn': 'engineer',
  'bench.scan': 'everybody',
  'bench.retryFailed': 'everybody',
  'bench.clear': 'everybody',
  'bench.recipes': 'everybody',
  'bench.createRecipe': 'engineer',
  'bench.getRecipe': 'everybody',
  'bench.updateRecipe': 'engineer',
  'bench.removeRecipe': 'engineer',
  'bench.copyRecipe': 'engineer',
  'bench.exportRecipe': 'everybody',
  'bench.importRecipe': 'engineer',
  'bench.fromBuild': 'engineer',
  'bench.check': 'everybody',
  'bench.runs': 'everybody',
  'bench.start': repeats,
  'bench.getRun': 'everybody',
  'bench.cancelRun': 'everybody',
  'bench.retryRun': 'everybody',
  'bench.records': 'everybody',
  'bench.getRecord': 'everybody',
  'bench.exportRecords': 'everybody',
  'bench.values': 'everybody',
  'bench.value': 'everybody',
  'bench.units': 'everybody',
  'bench.getUnit': 'everybody',
  'bench.relabel': 'engineer',
  'bench.report': 'everybody',
  'bench.reportText': 'everybody',
  'bench.consoles': 'everybody',
  'bench.openConsole': 'everybody',
  'bench.getConsole': 'everybody',
  'bench.updateConsole': drivesLines,
  'bench.closeConsole': 'everybody',
  'bench.readConsole': 'everybody',
  'bench.followConsole': 'everybody',
  // A line may do anything to the unit; what operators may send is in the checks of a recipe.
  'bench.sendConsole': 'engineer',
  'bench.demo': 'everybody',
  'bench.startDemo': 'engineer',
  'bench.stopDemo': 'engineer',
  'sinks.list': 'everybody',
  // Records leave the station for an address that the caller names.
  'sinks.create': 'engineer',
  'sinks.update': 'engineer',
  'sinks.remove': 'engineer',
  'sinks.test': 'engineer',
  'simulator.status': 'everybody',
  'simulator.start': 'everybody',
  'simulator.stop': 'everybody',
  'events.stream': 'everybody',
} as const satisfies Record<Action, Rule>

/** The REST calls outside of the contract, by method and path. */
export const accessBeside = {
  'POST /uploads': 'everybody',
  'GET /packages/{id}/files/{name}': 'everybody',
  'GET /diffs/{id}/file': 'everybody',
  'GET /campaigns/{id}/report': 'everybody',
  'GET /bench/records/export': 'everybody',
  'GET /bench/recipes/{id}/export': 'everybody',
  'GET /events': 'everybody',
  'GET /metrics': 'everybody',
  'GET /logs/{name}': 'everybody',
  'GET /diagnostics': 'everybody',
  'GET /backup': 'engineer',
  'POST /backup/restore': 'engineer',
} as const satisfies Record<BesideRoute, Rule>

const isEngineers = (
  rules: Readonly<Record<string, Rule>>,
  name: string,
  input: unknown,
  settings: AccessSettings,
): boolean => {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
  return typeof rule === 'function' ? rule(input, settings) : rule === 'engineer'
}

/** @param action a procedure's name, `bench.createLine`. */
export const isForEngineers = (action: string, input: unknown, settings: AccessSettings): boolean =>
  isEngineers(access, action, input, settings)

/** @param route a REST call outside of the contract, `GET /diffs/{id}/file`. No setting concerns one. */
export const isRouteForEngineers = (route: string): boolean =>
  isEngineers(accessBeside, route, undefined, { repeatByEngineers: false })
