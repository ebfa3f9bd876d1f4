import type { FactText } from '../fact-text.ts'

/** The features of a protocol: what the wizard offers and what a campaign of its products may request. */
export interface ProtocolFeatures {
  /** Files downloaded block by block over MQTT (docs/protocols/sagoo.md §8). */
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
  /** Devices have modules in addition to the whole device. */
  readonly modules: boolean
  /** Packages may use SHA-256, not only MD5. */
  readonly sha256: boolean
}

/** The limits of a package in one protocol; a product's protocol decides where the documents differ. */
export interface PackageLimits {
  /** Characters of the package name (code points). */
  readonly nameMax: number
  /** Characters of the target version. */
  readonly versionMax: number
  /** Bytes of one file; the station's setting `maxPackageBytes` may be lower. */
  readonly fileBytes: number
}

/** One setting that a device needs to log in. */
export interface LoginFact {
  /** The name of the setting: the screens have a text for each. */
  readonly label: 'username' | 'password' | 'clientId' | 'base' | 'header' | 'mqttToo'
  /** The value of the setting; `station-http`: the address of the station's HTTP side. */
  readonly value: FactText | 'station-http'
  /** The user types the value exactly as shown. */
  readonly verbatim?: true
  readonly hint?: FactText
}

/** How devices log in. */
export interface LoginForm {
  /** The MQTT user name of a device. */
  username(device: { readonly name: string; readonly accessToken: string }, productKey: string): string
  /**
   * What a login without a signature reveals, which a product may refuse: the plain secret of the device, or only the access token.
   * `none`: every login is signed.
   */
  readonly plain: 'secret' | 'token' | 'none'
  /** The settings that a technician makes on the device. */
  readonly facts: readonly LoginFact[]
}

/** The module of messages without a module name, which is the whole device; its name is never sent (docs/protocols/README.md §6.1). */
export const DEFAULT_MODULE = 'default'

/** All facts of a protocol except its messages. */
export interface ProtocolFacts {
  /** Its name in the API and in the database. */
  readonly id: string
  /** Its name on the screens. */
  readonly names: FactText
  /** A one-line description for the user who selects it. */
  readonly summary: FactText
  readonly features: ProtocolFeatures
  readonly packageLimits: PackageLimits
  /** The format that some of its devices expect of a version; another format causes a warning, not a refusal. Left out: any. */
  readonly versionForm?: RegExp
  readonly login: LoginForm
  /** The format of a generated secret. */
  readonly secretForm: 'base64url' | 'base64'
  /** The modules of a new product. */
  readonly defaultModules: readonly { readonly name: string; readonly kind: 'FOTA' | 'SOTA' }[]
  /** The event that counts as a successful upgrade on the vendor's own platform. */
  readonly defaultSuccessCriterion: 'version' | 'progress'
}

export const MB = 1024 * 1024
