import { AtFotaOptions } from '#shared/targets/at-fota.ts'
import type { AtPackage } from '../../at-profiles/placeholders.ts'
import type { AtWay } from '../../at-profiles/profile.ts'
import { FlashError, type FlashJob, type Identity, type Region } from '../../flasher.ts'
import { LinkLostError, type OfferedFile } from '../../transport.ts'
import { AtSession } from './at-session.ts'
import { faultError } from './fault-error.ts'
import { type KnownModule, meetModule, noPackage } from './identify.ts'
import { type Proof, proofOf } from './proof.ts'
import { type UpdateFault, UpdateWatch } from './update-watch.ts'

/** How often the station looks what was sent. */
const LOOK_MS = 500
/** A silent module is asked again after this time whether it is back. */
const QUIET_MS = 5000
/** A module that restarts answers the first AT within this time, or is still away. */
const ATTEND_SECONDS = 3

type Job = FlashJob<'at'>

/** One update of one module. */
class Update {
  readonly #job: Job
  readonly #options: AtFotaOptions
  readonly #session: AtSession
  #watch: UpdateWatch | undefined
  #offered: OfferedFile | undefined
  #fault: UpdateFault | undefined
  readonly #toSend: string[] = []
  #bar = -1
  /** Bytes that went over the port. */
  #handed = 0

  constructor(job: Job) {
    this.#job = job
    this.#options = AtFotaOptions.parse(job.options)
    this.#session = new AtSession(job, {
      heard: (line) => this.#heard(line),
      log: (text) => job.emit({ kind: 'log', level: 'info', text }),
    })
  }

  async run(): Promise<Identity> {
    const { emit, signal, regions, link } = this.#job
    const [region, ...more] = regions
    if (!region) throw new FlashError('NO_IMAGE')
    if (more.length > 0) throw new FlashError('AT_ONE_PACKAGE', { count: regions.length })
    emit({ kind: 'phase', phase: 'connecting' })
    await this.#session.attend(this.#options.startSeconds)
    emit({ kind: 'phase', phase: 'identifying' })
    const met = await meetModule(this.#session, link.profile, emit)
    emit({ kind: 'identity', identity: met.identity })
    emit({ kind: 'log', level: 'info', text: `version before: ${met.version}` })
    const way = met.profile.ways[this.#options.way]
    if (!way)
      throw new FlashError('AT_NO_WAY', { profile: link.profile.name, model: met.model, way: this.#options.way })
    signal.throwIfAborted()
    await this.#job.beforeErase(met.identity)
    emit({ kind: 'phase', phase: 'writing' })
    signal.throwIfAborted()
    try {
      await this.#start(met, way, region)
      await this.#download()
      return await this.#prove(met)
    } finally {
      this.#offered?.close()
    }
  }

  /** Gives the module its package, or the address of it. */
  async #start(met: KnownModule, way: AtWay, { name, bytes }: Region): Promise<void> {
    const { link } = this.#job
    const isServed = this.#options.way === 'http'
    if (isServed) this.#offered = await link.offer({ name, bytes, urlMax: way.urlMax })
    const file: AtPackage = { name, size: bytes.length, url: this.#offered?.url ?? '' }
    const { idleSeconds, rebootSeconds } = this.#options
    const limits = { idleMs: idleSeconds * 1000, rebootMs: rebootSeconds * 1000 }
    const watch = new UpdateWatch(way, met.profile.codes, limits, bytes.length, this.#session.now)
    this.#watch = watch
    for (const step of way.start)
      await this.#session.step(step, file, {
        bytes,
        sent: (sent) => {
          if (step.payload !== 'package') return
          this.#handed = sent
          watch.answered({ requests: 1, bytes: sent }, this.#session.now)
          this.#progress()
        },
      })
    if (!isServed) watch.handedOver(this.#session.now)
    await this.#react()
  }

  get #following(): UpdateWatch {
    if (!this.#watch) throw new Error('no update was started')
    return this.#watch
  }

  /** Until the module has its package and says so, or leaves. */
  async #download(): Promise<void> {
    const watch = this.#following
    while (watch.stage === 'download') {
      try {
        await this.#session.line(LOOK_MS)
      } catch (error) {
        this.#look()
        if (!(error instanceof LinkLostError) || this.#job.link.closed || !watch.hasPackage) throw error
        watch.gone(this.#session.now)
        return
      }
      this.#look()
      await this.#react()
      if (this.#session.now < watch.due) continue
      const fault = watch.late(this.#session.now)
      if (fault) throw this.#failure(fault)
    }
  }

  /** Until the module is back with the version that proves the update. */
  async #prove(met: KnownModule): Promise<Identity> {
    const watch = this.#following
    const { emit } = this.#job
    this.#fillBar()
    emit({ kind: 'phase', phase: 'resetting' })
    this.#bar = -1
    let last: { readonly version: string; readonly proof: Proof } | undefined
    for (let heardAt = watch.sign; this.#session.now < watch.due; heardAt = watch.sign) {
      await this.#listen(Math.min(QUIET_MS, watch.due - this.#session.now))
      await this.#react()
      // A module that tells of its work is not disturbed by questions.
      if (watch.sign !== heardAt && watch.stage === 'install') continue
      const version = (await this.#isBack()) ? await this.#versionNow(met) : undefined
      last = undefined
      if (version === undefined) continue
      const started = watch.restarted || watch.stage === 'done'
      last = { version, proof: proofOf(met.version, version, this.#options.version, started) }
      if (last.proof === 'proven') return this.#passed(met, version)
    }
    if (last === undefined)
      throw new FlashError('AT_NOT_BACK', { seconds: this.#options.rebootSeconds, ...this.#sent() })
    if (last.proof === 'kept') {
      emit({ kind: 'warning', code: 'AT_VERSION_KEPT', data: { version: last.version } })
      return this.#passed(met, last.version)
    }
    this.#tellVersion(last.version)
    if (last.proof === 'other')
      throw new FlashError('AT_VERSION_OTHER', {
        version: last.version,
        before: met.version,
        wanted: this.#options.version,
      })
    throw new FlashError('AT_VERSION_SAME', { version: last.version, ...this.#sent() })
  }

  #passed(met: KnownModule, version: string): Identity {
    this.#fillBar()
    this.#job.signal.throwIfAborted()
    this.#tellVersion(version)
    return met.identity
  }

  #tellVersion(version: string): void {
    this.#job.emit({ kind: 'log', level: 'info', text: `version after: ${version}` })
    this.#job.emit({ kind: 'facts', facts: { versionAfter: version } })
  }

  /** Whether the module answers, over its port as it is now. */
  async #isBack(): Promise<boolean> {
    return this.#orAway(async () => {
      await this.#session.attend(ATTEND_SECONDS)
      return true
    })
  }

  async #versionNow({ profile }: KnownModule): Promise<string | undefined> {
    let version: string | undefined
    await this.#orAway(async () => {
      await this.#session.introduce(profile.setup, noPackage)
      version = await this.#session.ask(profile.version)
      return true
    })
    return version
  }

  /** Lines of a module that restarts; its port may go and come meanwhile. */
  async #listen(ms: number): Promise<void> {
    const watch = this.#following
    const until = this.#session.now + ms
    const { stage } = watch
    await this.#orAway(async () => {
      while (this.#session.now < until && watch.stage === stage) {
        await this.#session.line(until - this.#session.now)
        await this.#react()
      }
      return true
    })
  }

  /** Does something with a module that may leave; if it leaves, its port is opened again once it is there. */
  async #orAway(work: () => Promise<boolean>): Promise<boolean> {
    const { link } = this.#job
    try {
      return await work()
    } catch (error) {
      if (error instanceof FlashError && (error.code === 'AT_SILENT' || error.code === 'AT_NO_OK')) return false
      if (!(error instanceof LinkLostError) || link.closed) throw error
      this.#following.gone(this.#session.now)
    }
    for (;;) {
      await this.#pause()
      try {
        await this.#session.reopen()
        return false
      } catch (error) {
        if (!(error instanceof FlashError)) throw error
        if (this.#session.now >= this.#following.due) return false
      }
    }
  }

  /** The line is closed now, so the job's clock counts. */
  #pause(): Promise<void> {
    return this.#session.pause(LOOK_MS)
  }

  #heard(line: string): void {
    const reaction = this.#watch?.line(line, this.#session.now)
    if (!reaction?.isBar) this.#job.emit({ kind: 'log', level: 'info', text: `< ${line.slice(0, 200)}` })
    if (reaction?.fault) this.#fault ??= reaction.fault
    if (reaction?.send !== undefined) this.#toSend.push(reaction.send)
    if (reaction?.isBar) this.#progress()
  }

  /** @throws FlashError AT_RESULT_…: the module reported a failure. */
  async #react(): Promise<void> {
    if (this.#fault) throw this.#failure(this.#fault)
    for (const command of this.#toSend.splice(0)) await this.#session.tell(command)
  }

  #look(): void {
    if (!this.#offered) return
    this.#watch?.answered(this.#offered.answered(), this.#session.now)
    this.#progress()
  }

  #progress(): void {
    const { done, total } = this.#following.progress
    if (done <= this.#bar) return
    this.#bar = done
    this.#job.emit({ kind: 'progress', done, total })
  }

  #fillBar(): void {
    const { total } = this.#following.progress
    if (this.#bar < total) this.#job.emit({ kind: 'progress', done: total, total })
  }

  /** What the station sent, for the words of a failure. */
  #sent(): { readonly status: string | number; readonly bytes: number; readonly size: number } {
    const size = this.#job.regions[0]?.bytes.length ?? 0
    const { status, bytes } = this.#offered?.answered() ?? { status: undefined, bytes: this.#handed }
    return { status: status ?? '—', bytes: Math.min(bytes, size), size }
  }

  #failure(fault: UpdateFault): FlashError {
    const { idleSeconds } = this.#options
    return faultError(fault, { ...this.#sent(), url: this.#offered?.url ?? '—', seconds: idleSeconds })
  }
}

/** Updates a module. @throws FlashError AT_…, NO_IMAGE; LinkLostError; the signal's reason. */
export const updateModule = (job: Job): Promise<Identity> => new Update(job).run()
