/** `sync`: AT; `ask`: the version; `start`: the update command; `download`: each piece; `install`; `boot`: the first answer after it. */
export type AtStep = 'sync' | 'ask' | 'start' | 'download' | 'install' | 'boot'

/** A module as its dialect uses it. */
export interface TalkingModule {
  say(text: string): void
  prompt(text: string): void
  takeBytes(bytes: number, then: (bytes: Buffer) => void): void
  abandon(): void
  download(url: string): Promise<void>
  install(file: Buffer): void
}

/** What a simulated module knows of itself. */
interface Known {
  readonly version: string
  readonly unit: string
  readonly isBooted: boolean
}

/** How the modules of one maker speak. */
export interface AtDialect {
  /** IMEI or MAC of a module that was given none. */
  readonly unit: string
  readonly greeting: readonly string[]
  stepOf(command: string): AtStep
  /** The lines before OK; undefined: no such question. */
  answer(command: string, known: Known): readonly string[] | undefined
  /** Carries out a command of the update. @returns whether it is one. */
  start(command: string, module: TalkingModule): boolean
  downloading(percent: number, bytes: number): readonly string[]
  readonly downloaded: readonly string[]
  /** @param status of HTTP; 0 without a network. */
  downloadFailed(status: number): readonly string[]
  installing(percent: number): readonly string[]
  readonly installed: readonly string[]
  installFailed(why: 'package' | 'source'): readonly string[]
}
