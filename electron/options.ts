import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { downloadBase } from './options/download-base.ts'
import { type OptionHost, systemHost } from './options/host.ts'
import { helpText, type OptionName, optionTable } from './options/table.ts'

/** The options of a station (docs/operator-api.md §2); the same for both hosts. */
export interface StationOptions {
  /** Data directory, absolute. */
  readonly data: string
  /** Device-facing listen address. */
  readonly host: string
  readonly mqttPort: number
  readonly mqttsPort: number
  readonly httpPort: number
  readonly httpsPort: number
  readonly uiHost: string
  readonly uiPort: number
  readonly token: string
  /** The host in download URLs; left out: the local address by which the device reached us. */
  readonly publicHost?: string
  /** Base of download URLs instead of the station's own address: a cache in front of it. Without a slash at its end. */
  readonly downloadUrl?: string
  /** URL of an external MQTT broker used instead of the embedded one. */
  readonly broker?: string
  /** Name of the stations that stand by for each other at that broker. */
  readonly brokerGroup?: string
  readonly tls: boolean
  readonly demo: boolean
  /** Removes a forgotten engineer PIN at this start. */
  readonly resetPin: boolean
  /** A backup to restore before the start: an absolute path, a name in `backups/`, or `newest`. */
  readonly restoreBackup?: string
  /** Where the database cannot be used: this start creates a new station and moves all old data into a separate folder. */
  readonly setAside: boolean
}

/** `error` names the option and its allowed values; the process ends with exit code 2. */
type ParsedOptions =
  | { readonly kind: 'options'; readonly options: StationOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'error'; readonly message: string }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the command line (without program and script) and the environment; the command line wins.
 * An empty variable counts as not set. Never throws.
 */
export const parseOptions = (
  argv: readonly string[],
  env: Environment,
  host: OptionHost = systemHost,
): ParsedOptions => {
  try {
    const { values } = parseArgs({
      args: withNewest(argv),
      options: {
        ...Object.fromEntries(optionTable.map(({ name, value }) => [name, { type: value ? 'string' : 'boolean' }])),
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
      strict: true,
      allowPositionals: false,
    })
    if (values.help) return { kind: 'help', text: helpText(host.defaultData(env)) }
    if (values.version) return { kind: 'version' }
    return { kind: 'options', options: read(new Source(values, env), host, env) }
  } catch (error) {
    return { kind: 'error', message: firstLine(error) }
  }
}

const read = (from: Source, host: OptionHost, env: Environment): StationOptions => {
  const publicHost = from.text('public-host', address)
  const downloadUrl = from.text('download-url', downloadBase)
  const broker = from.text('broker', brokerUrl)
  const brokerGroup = from.text('broker-group', group)
  if (brokerGroup !== undefined && broker === undefined)
    throw new Error('--broker-group needs --broker: it names stations at one broker')
  const restoreBackup = from.text('restore-backup', present)
  return {
    data: host.absolute(from.text('data', present) ?? host.defaultData(env)),
    host: from.text('host', address) ?? '0.0.0.0',
    mqttPort: from.port('mqtt-port', 1883),
    mqttsPort: from.port('mqtts-port', 8883),
    httpPort: from.port('http-port', 8070),
    httpsPort: from.port('https-port', 8443),
    uiHost: from.text('ui-host', address) ?? '127.0.0.1',
    uiPort: from.port('ui-port', 7420),
    token: from.text('token', token) ?? host.randomToken(),
    ...(publicHost === undefined ? {} : { publicHost }),
    ...(downloadUrl === undefined ? {} : { downloadUrl: downloadUrl.replace(/\/+$/, '') }),
    ...(broker === undefined ? {} : { broker }),
    ...(brokerGroup === undefined ? {} : { brokerGroup }),
    tls: !from.flag('no-tls'),
    demo: from.flag('demo'),
    resetPin: from.flag('reset-pin'),
    ...(restoreBackup === undefined ? {} : { restoreBackup }),
    setAside: from.flag('set-aside'),
  }
}

/** `--restore-backup` without a file takes the newest backup; the parser knows no option with an optional value. */
const withNewest = (argv: readonly string[]): string[] =>
  argv.flatMap((argument, at) =>
    argument === '--restore-backup' && (argv[at + 1] ?? '-').startsWith('-') ? ['--restore-backup=newest'] : [argument],
  )

/** The rule of a value: an error text where the value is not allowed, undefined where it is. */
type Rule = (value: string) => string | undefined

const present: Rule = (value) => (value.trim() === '' ? 'must not be empty' : undefined)
// RFC 1123 section 2.1 host names; no port, no brackets
const address: Rule = (value) =>
  isIP(value) ||
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(value)
    ? undefined
    : 'takes an IP address or a host name'
// The token is sent as a Bearer token and in the screen's address.
const token: Rule = (value) =>
  /^[\x21-\x7e]{1,256}$/.test(value) ? undefined : 'takes 1 to 256 printable ASCII characters without blanks'
const brokerUrl: Rule = (value) =>
  URL.canParse(value) && /^mqtts?:$/.test(new URL(value).protocol) && new URL(value).hostname !== ''
    ? undefined
    : 'takes an address such as mqtt://user:password@192.168.1.10:1883'

const group: Rule = (value) =>
  /^[A-Za-z0-9_-]{1,32}$/.test(value) ? undefined : 'takes 1 to 32 letters, digits, _ and -'

const flagWords: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  on: true,
  '0': false,
  false: false,
  no: false,
  off: false,
}

/** The source of a value: the command line, else the option's environment variable. */
class Source {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #env: Environment

  constructor(values: Readonly<Record<string, unknown>>, env: Environment) {
    this.#values = values
    this.#env = env
  }

  text(name: OptionName, rule: Rule): string | undefined {
    const { value, label } = this.#find(name)
    if (typeof value !== 'string') return undefined
    const broken = rule(value)
    if (broken) throw new Error(`${label} ${broken}${name === 'token' ? '' : `, not "${value}"`}`)
    return value
  }

  port(name: OptionName, otherwise: number): number {
    const text = this.text(name, (value) =>
      /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? undefined : 'takes a port number from 0 to 65535',
    )
    return text === undefined ? otherwise : Number(text)
  }

  flag(name: OptionName): boolean {
    const { value, label } = this.#find(name)
    if (typeof value !== 'string') return value === true
    const flag = flagWords[value.toLowerCase()]
    if (flag === undefined) throw new Error(`${label} takes 1 or 0, not "${value}"`)
    return flag
  }

  #find(name: OptionName): { value: unknown; label: string } {
    if (this.#values[name] !== undefined) return { value: this.#values[name], label: `--${name}` }
    const variable = optionTable.find((row) => row.name === name)?.variable ?? ''
    return { value: this.#env[variable] || undefined, label: variable }
  }
}

/** Node's message for an unknown option ends in hints about escaping; only the first sentence is useful. */
const firstLine = (error: unknown): string => {
  const words = error instanceof Error ? error.message : String(error)
  return words.split(/\n|\. To specify/)[0] ?? words
}
