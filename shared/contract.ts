import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { benchContract } from './contract-bench.ts'
import { monitoringContract } from './contract-monitoring.ts'
import { packagesContract } from './contract-packages.ts'
import { byId, done, forced, get, patch, post, put, remove } from './contract-routes.ts'
import { languages } from './languages.ts'
import {
  AuditEntry,
  AuthorityReplacement,
  Backup,
  BackupLink,
  BackupName,
  BackupStatus,
  Campaign,
  CampaignInput,
  CampaignPreview,
  CampaignTarget,
  Device,
  DeviceFilter,
  DeviceInput,
  DeviceMessage,
  DevicePatch,
  DeviceTagChange,
  EngineerTicket,
  Flag,
  HeldRestore,
  Id,
  Job,
  JobWithEvents,
  Label,
  LiveEvent,
  LiveFilter,
  Module,
  ModuleInput,
  ModuleName,
  ModulePatch,
  ModuleStatistics,
  OperatorLock,
  Overview,
  PageInput,
  Pin,
  Product,
  ProductInput,
  ProductPatch,
  pageOf,
  RejectedLogin,
  RejectedLoginAcceptance,
  ReportFormat,
  SearchInput,
  SearchItem,
  SetAsideFolder,
  SetAsideName,
  Settings,
  SettingsPatch,
  SimulatorInput,
  SimulatorStatus,
  Sink,
  SinkInput,
  SinkPatch,
  SinkRemoval,
  SinkTest,
  StationAuthority,
  StationInfo,
  VersionShare,
  wholeOf,
} from './schema.ts'
import { campaignStatuses } from './states/campaign.ts'
import { jobStates } from './states/job.ts'

/*
 * Everything that the screen and a factory system can do, defined once: typed procedures over message port and WebSocket, and REST with
 * OpenAPI at the routes named here (docs/operator-api.md §1.2). `detailed` would add statuses; 200 is enough for all.
 */

export const contract = {
  station: {
    health: get('/health', 'Whether the station answers; needs no token').output(
      z.object({ status: z.literal('ok'), version: z.string() }),
    ),
    info: get('/station', 'Version, listeners, addresses').output(StationInfo),
    ca: get('/station/ca', 'The certificate that devices must trust for https and mqtts').output(StationAuthority),
    replaceCa: post(
      '/station/ca',
      'Make new certificate authorities: every device that trusts one of the old ones must be given the new one',
    )
      .input(AuthorityReplacement)
      .output(StationAuthority),
    overview: get('/overview', 'Numbers of the overview page').output(Overview),
    settings: get('/settings', 'Limits that can be set').output(Settings),
    updateSettings: patch('/settings', 'Change limits').input(SettingsPatch).output(Settings),
  },
  search: {
    find: get('/search', 'Units, devices, packages, campaigns, recipes and unit records by a part of their names')
      .input(SearchInput)
      .output(z.object({ items: z.array(SearchItem) })),
  },
  operator: {
    state: get('/operator', 'Whether a PIN is set, and whether the caller is an engineer').output(OperatorLock),
    unlock: post('/operator/unlock', 'Become an engineer: send the ticket back as X-OTA-Bench-Engineer')
      .input(z.strictObject({ pin: Pin }))
      .output(EngineerTicket),
    lock: post('/operator/lock', 'Be an operator again: the ticket that is sent along ends').output(done),
    setPin: put('/operator/pin', 'Set the engineer PIN; `current` is the present one, where there is one')
      .input(z.strictObject({ pin: Pin, current: Pin.optional() }))
      .output(EngineerTicket),
    // A DELETE has no body, and too many logs record addresses, so a PIN must not be in one.
    removePin: post('/operator/pin/remove', 'Remove the PIN: everything is open to everybody')
      .input(z.strictObject({ current: Pin }))
      .output(done),
  },
  backups: {
    list: get('/backups', "The station's own backups of its database, newest first").output(
      z.object({ items: z.array(Backup), nextCursor: z.null() }),
    ),
    status: get(
      '/backup/status',
      'Whether a backup or a restore is under way, and a restore that waits for a decision',
    ).output(BackupStatus),
    /** For a browser, which downloads a file only by its address; REST sends `GET /backup`. */
    link: oc.output(BackupLink),
    prepare: post('/backups/{name}/prepare', "Check one of the station's own backups and keep it for a decision")
      .input(z.object({ name: BackupName }))
      .output(HeldRestore),
    /** For the desktop window, which sends a path instead of bytes; refused over HTTP. */
    fromPath: oc.input(z.object({ path: z.string().min(1).max(4096) })).output(HeldRestore),
    confirm: post('/backup/restore/{id}', 'Decide on a restore that waits: the station starts again and carries it out')
      .input(z.object({ id: z.string().max(64) }))
      .output(HeldRestore),
    discard: remove('/backup/restore/{id}', 'Drop a restore that waits')
      .input(z.object({ id: z.string().max(64) }))
      .output(done),
  },
  setAside: {
    list: get('/set-aside', 'What the station put aside instead of deleting it, newest first').output(
      z.object({ items: z.array(SetAsideFolder), nextCursor: z.null() }),
    ),
    remove: remove('/set-aside/{name}', 'Delete a folder of what was put aside')
      .input(z.object({ name: SetAsideName }))
      .output(done),
  },
  products: {
    list: get('/products', 'Products').input(PageInput).output(pageOf(Product)),
    create: post('/products', 'Create a product').input(ProductInput).output(Product),
    get: get('/products/{id}', 'One product').input(byId).output(Product),
    update: patch('/products/{id}', 'Change a product')
      .input(ProductPatch.extend({ id: Id }))
      .output(Product),
    remove: remove('/products/{id}', 'Delete a product; with devices or packages only by force')
      .input(forced)
      .output(done),
    removeSelfRegistered: remove(
      '/products/{id}/self-registered',
      'Delete every device that registered by itself; registration is closed, unless keepOpen',
    )
      .input(byId.extend({ keepOpen: Flag.default(false) }))
      .output(z.object({ removed: z.number() })),
    modules: get('/products/{id}/modules', 'Modules of a product')
      .input(byId)
      .output(z.object({ items: z.array(Module), nextCursor: z.null() })),
    createModule: post('/products/{id}/modules', 'Add a module')
      .input(ModuleInput.extend({ id: Id }))
      .output(Module),
    updateModule: patch('/products/{id}/modules/{name}', 'Change a module')
      .input(ModulePatch.extend({ id: Id, name: ModuleName }))
      .output(Module),
    statistics: get('/products/{id}/statistics', 'Upgrades of a module by day, with versions and failure reasons')
      .input(
        byId.extend({
          module: ModuleName.default('default'),
          days: wholeOf(1, 366).default(30),
        }),
      )
      .output(ModuleStatistics),
    versions: get('/products/{id}/version-distribution', 'Devices by reported version')
      .input(byId.extend({ module: ModuleName.default('default') }))
      .output(z.object({ items: z.array(VersionShare) })),
  },
  audit: {
    list: get('/audit', 'Who did what, newest first')
      .input(PageInput.extend({ action: z.string().max(64).optional() }))
      .output(pageOf(AuditEntry)),
  },
  devices: {
    update: patch('/devices/{id}', 'Change the tags of a device')
      .input(DevicePatch.extend({ id: Id }))
      .output(Device),
    changeTags: post('/devices/tags', 'Give tags to many devices and take others from them; all or none')
      .input(DeviceTagChange)
      .output(z.object({ changed: z.number() })),
    tags: get('/devices/tags', 'Every tag in use')
      .input(z.object({ productId: Id.optional() }))
      .output(z.object({ items: z.array(z.object({ tag: z.string(), devices: z.number() })) })),
    list: get('/devices', 'Devices').input(PageInput.extend(DeviceFilter.shape)).output(pageOf(Device)),
    create: post('/devices', 'Register a device').input(DeviceInput).output(Device),
    import: post('/devices/import', 'Register devices from CSV text: name[,secret[,accessToken]]; all or none')
      .input(z.object({ productId: Id, csv: z.string().max(20_000_000) }))
      .output(z.object({ created: z.number(), existing: z.number() })),
    get: get('/devices/{id}', 'One device').input(byId).output(Device),
    remove: remove('/devices/{id}', 'Delete a device').input(byId).output(done),
    jobs: get('/devices/{id}/jobs', 'Upgrades of a device, newest first')
      .input(byId.extend(PageInput.shape))
      .output(pageOf(Job)),
    messages: get('/devices/{id}/messages', 'The last messages of its protocol both ways, oldest first; kept in memory')
      .input(
        byId.extend({
          /** Only messages that are new or have changed since this revision. */
          after: wholeOf(0, Number.MAX_SAFE_INTEGER).default(0),
          limit: wholeOf(1, 1000).default(100),
        }),
      )
      .output(z.object({ items: z.array(DeviceMessage), nextCursor: z.null() })),
  },
  knocks: {
    list: get('/devices/knocks', 'Devices that tried to log in and were refused, latest first')
      .input(PageInput)
      .output(pageOf(RejectedLogin)),
    accept: post(
      '/devices/knocks/{id}/accept',
      'Register the device; a known one takes another secret only by replaceSecret',
    )
      .input(RejectedLoginAcceptance.extend({ id: Id }))
      .output(Device),
    dismiss: remove('/devices/knocks/{id}', 'Forget it until it knocks again').input(byId).output(done),
  },
  ...monitoringContract,
  ...packagesContract,
  campaigns: {
    list: get('/campaigns', 'Campaigns, newest first')
      .input(
        PageInput.extend({
          status: z.enum(campaignStatuses).optional(),
          packageId: Id.optional(),
          q: z.string().max(64).optional(),
        }),
      )
      .output(pageOf(Campaign)),
    preview: post('/campaigns/preview', 'How many devices a campaign would reach, and why others not')
      .input(CampaignTarget)
      .output(CampaignPreview),
    create: post('/campaigns', 'Create and start a campaign').input(CampaignInput).output(Campaign),
    get: get('/campaigns/{id}', 'One campaign').input(byId).output(Campaign),
    start: post('/campaigns/{id}/start', 'Start a scheduled campaign now').input(byId).output(Campaign),
    pause: post('/campaigns/{id}/pause', 'Offer nothing new').input(byId).output(Campaign),
    resume: post('/campaigns/{id}/resume', 'Go on; paused before its start time: scheduled again')
      .input(byId)
      .output(Campaign),
    cancel: post('/campaigns/{id}/cancel', 'Cancel every open job').input(byId).output(Campaign),
    proceed: post(
      '/campaigns/{id}/proceed',
      'Open the next group of a rollout that waits for a person, or go on after a halt',
    )
      .input(byId)
      .output(Campaign),
    clone: post('/campaigns/{id}/clone', 'Create the same campaign again, for all it matches now or for some devices')
      .input(byId.extend({ name: Label.optional(), deviceIds: z.array(Id).max(100_000).optional() }))
      .output(Campaign),
    jobs: get('/campaigns/{id}/jobs', 'Jobs in a fixed order')
      .input(
        byId.extend(PageInput.shape).extend({ state: z.enum(jobStates).optional(), q: z.string().max(64).optional() }),
      )
      .output(pageOf(Job)),
    /** The report as text, in pieces; REST serves it at `GET /campaigns/{id}/report`. */
    report: oc
      .input(byId.extend({ format: ReportFormat.default('csv'), language: z.enum(languages).optional() }))
      .output(eventIterator(z.object({ fileName: z.string(), text: z.string() }))),
    retryFailed: post('/campaigns/{id}/retry-failed', 'Retry every failed job')
      .input(byId)
      .output(z.object({ retried: z.number() })),
  },
  jobs: {
    get: get('/jobs/{id}', 'One job with its events').input(byId).output(JobWithEvents),
    retry: post('/jobs/{id}/retry', 'Retry a failed job').input(byId).output(Job),
    cancel: post('/jobs/{id}/cancel', 'Cancel an open job').input(byId).output(Job),
  },
  bench: benchContract,
  sinks: {
    list: get('/sinks', 'Receivers of outgoing records, with backlog and last error').output(
      z.object({ items: z.array(Sink), nextCursor: z.null() }),
    ),
    create: post('/sinks', 'Add a receiver: it gets what happens from now on').input(SinkInput).output(Sink),
    update: patch('/sinks/{id}', 'Change, pause or resume a receiver; an error is tried again at once')
      .input(SinkPatch.extend({ id: Id }))
      .output(Sink),
    remove: remove('/sinks/{id}', 'Delete a receiver; one with a backlog only by force')
      .input(SinkRemoval)
      .output(done),
    test: post('/sinks/{id}/test', 'Connect to the receiver with its settings; no record is handed over')
      .input(byId)
      .output(SinkTest),
  },
  simulator: {
    status: get('/simulator', 'What the virtual devices do').output(SimulatorStatus),
    start: post('/simulator/start', 'Run virtual devices').input(SimulatorInput).output(SimulatorStatus),
    stop: post('/simulator/stop', 'Disconnect them').output(SimulatorStatus),
  },
  events: {
    /** Changes in batches, at most ten a second; every object at most once per batch. REST serves them one by one at GET /events. */
    stream: oc.input(LiveFilter).output(eventIterator(z.object({ events: z.array(LiveEvent) }))),
  },
}

export type Contract = typeof contract
