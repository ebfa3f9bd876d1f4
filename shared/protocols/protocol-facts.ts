import type { Language } from '../languages.ts'

/** A text that belongs to one protocol. */
export type ProtocolText = { readonly en: string; readonly zh: string } & Readonly<Partial<Record<Language, string>>>

/** @returns the text in a language, in English where it has none in that one */
export const protocolText = (text: ProtocolText, language: Language): string => text[language] ?? text.en

/** What a protocol can carry: what the wizard offers and what a campaign of its products may ask for. */
export interface ProtocolFeatures {
  /** Files fetched block by block over MQTT (docs/protocols/sagoo.md §8). */
  readonly mqttDownload: boolean
  /** Packages of several files in one notice. */
  readonly severalFiles: boolean
  /** The policy standard or silent in the notice (docs/protocols/iot-engine.md §5.2). */
  readonly policy: boolean
  /** Retries, signal and battery as hints for the device (docs/protocols/onenet.md §6.3). */
  readonly hints: boolean
  /** The station notifies devices; otherwise they only query. */
  readonly push: boolean
  /** Devices can query; otherwise they wait for a notice. */
  readonly queries: boolean
  /** Devices have modules beside the whole device. */
  readonly modules: boolean
  /** Packages may be signed by SHA-256, not by MD5 alone. */
  readonly sha256: boolean
}

/** What a package of one protocol may look like; a product's protocol decides where the documents differ. */
export interface PackageLimits {
  /** Characters of the package name (code points). */
  readonly nameMax: number
  /** Characters of the target version. */
  readonly versionMax: number
  /** Bytes of one file; the station's setting `maxPackageBytes` may lower it further. */
  readonly fileBytes: number
}

/** One line of what a device must be set to in order to log in. */
export interface LoginFact {
  /** What is set: the screens have a text for each. */
  readonly label: 'username' | 'password' | 'clientId' | 'base' | 'header' | 'mqttToo'
  /** What to set it to; `station-http`: the address of the station's HTTP side. */
  readonly value: ProtocolText | 'station-http'
  /** The value is typed as it stands. */
  readonly verbatim?: true
  readonly hint?: ProtocolText
}

/** How devices log in. */
export interface LoginForm {
  /** The MQTT user name of a device. */
  username(device: { readonly name: string; readonly accessToken: string }, productKey: string): string
  /**
   * What a login without a signature shows, which a product may refuse: the device's secret as it is, or the access token alone. `none`:
   * every login is signed.
   */
  readonly plain: 'secret' | 'token' | 'none'
  /** What a technician sets on the device. */
  readonly facts: readonly LoginFact[]
}

/** The module that messages without a name mean, the whole device; its name is never sent (docs/protocols/README.md §6.1). */
export const DEFAULT_MODULE = 'default'

/** All that is known of a protocol beside its messages. */
export interface ProtocolFacts {
  /** Its name in the API and in the database. */
  readonly id: string
  /** Its name on the screens. */
  readonly names: ProtocolText
  /** One line for whoever chooses it. */
  readonly summary: ProtocolText
  readonly features: ProtocolFeatures
  readonly packageLimits: PackageLimits
  /** The form that some of its devices expect of a version; another one is warned of, not refused. Left out: any. */
  readonly versionForm?: RegExp
  readonly login: LoginForm
  /** How a secret made at random is written. */
  readonly secretForm: 'base64url' | 'base64'
  /** The modules that a new product has. */
  readonly defaultModules: readonly { readonly name: string; readonly kind: 'FOTA' | 'SOTA' }[]
  /** By what the vendor's own platform tells that an upgrade has succeeded. */
  readonly defaultSuccessCriterion: 'version' | 'progress'
}

export const MB = 1024 * 1024
