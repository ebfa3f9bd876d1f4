import type { Phrase, Phrases } from './phrase.ts'
import type { nouns } from './texts/en/nouns.ts'

/** Every error code of the API, with its HTTP status and whether the same call may succeed later. */
export const errorCodes = {
  BAD_REQUEST: { status: 400, retryable: false },
  UNAUTHORIZED: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  BAD_JSON: { status: 400, retryable: false },
  /** JSON with more nesting levels than `data.limit`. */
  NESTED_TOO_DEEP: { status: 400, retryable: false },
  BODY_TOO_LARGE: { status: 413, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  /** No such route; `NOT_FOUND` is for a missing object. */
  UNKNOWN_ADDRESS: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  CONFLICT: { status: 409, retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  DISK_FULL: { status: 507, retryable: true },
  TOO_MANY_OPEN: { status: 503, retryable: true },
  INTERNAL: { status: 500, retryable: true },
  /** A value that must be unique is already used; `data.field` names the field. */
  ALREADY_EXISTS: { status: 409, retryable: false },
  /** A field's value is not allowed; `data.field` names the field, `data.rule` the rule. */
  INVALID_FIELD: { status: 422, retryable: false },
  /** Deleting would also delete devices, packages or campaigns; `force=true` does so. */
  STILL_IN_USE: { status: 409, retryable: false },
  /** The package is used by a running upgrade. */
  CAMPAIGN_OPEN: { status: 409, retryable: false },
  PROTOCOL_NOT_SERVED: { status: 422, retryable: false },
  /** The station runs with --no-tls. */
  TLS_OFF: { status: 409, retryable: false },
  /** A certificate authority is damaged; `data.file`, `data.problem`, `data.system` with the system's message. */
  CA_UNUSABLE: { status: 409, retryable: false },
  /** A port for TLS could not be opened after a new authority was made; `data.system`. */
  TLS_PORT: { status: 409, retryable: true },
  /** A rejected login names an unknown product; `data.key`. */
  KNOCK_NEEDS_PRODUCT: { status: 422, retryable: false },
  /** The login was signed: the secret cannot be read from it and must be given. */
  KNOCK_NEEDS_SECRET: { status: 422, retryable: false },
  /** The device is registered with another secret; only `replaceSecret` changes it. */
  KNOCK_KNOWN: { status: 409, retryable: false },
  /** The login has a format that this station does not know. */
  KNOCK_UNREADABLE: { status: 422, retryable: false },
  /** The login contains a plain secret, and the product allows only signed logins. */
  PLAIN_REFUSED: { status: 409, retryable: false },
  /** The product's protocol supports only one file per package. */
  SEVERAL_FILES: { status: 422, retryable: false },
  /** The product's protocol supports only MD5. */
  MD5_ONLY: { status: 422, retryable: false },
  /** The product's protocol has no modules, only the whole device. */
  MODULES_UNKNOWN: { status: 422, retryable: false },
  /** Devices of the product's protocol cannot query for upgrades. */
  ASKING_UNKNOWN: { status: 422, retryable: false },
  /** The product's protocol cannot notify devices to upgrade at a time of their own choice. */
  POLICY_UNKNOWN: { status: 422, retryable: false },
  /** Devices of the product's protocol cannot download files over MQTT. */
  MQTT_DOWNLOAD_UNKNOWN: { status: 422, retryable: false },
  MQTT_DOWNLOAD_FILES: { status: 422, retryable: false },
  MQTT_DOWNLOAD_SIZE: { status: 422, retryable: false },
  FILE_FORMAT: { status: 422, retryable: false },
  FILE_EMPTY: { status: 422, retryable: false },
  FILE_NAME: { status: 422, retryable: false },
  FILE_MISSING: { status: 422, retryable: false },
  UPLOAD_GONE: { status: 404, retryable: false },
  /** This station has no image of the version to compare with; `data.version`. */
  DIFF_NO_BASE: { status: 422, retryable: false },
  /** The delta would start from the target version itself. */
  DIFF_SAME: { status: 422, retryable: false },
  /** Deltas need packages with a single file. */
  DIFF_SEVERAL_FILES: { status: 422, retryable: false },
  /** The base version belongs to another product or module. */
  DIFF_OTHER_MODULE: { status: 422, retryable: false },
  /** A package of this version exists with another file; `data.file`. */
  DIFF_OTHER_IMAGE: { status: 409, retryable: false },
  /** Deltas from it are still waiting to be made; `data.patches`. */
  BASE_IN_USE: { status: 409, retryable: true },
  /** Devices are being upgraded with it; `data.devices`. */
  DIFF_IN_USE: { status: 409, retryable: false },
  /** The delta has no file yet. */
  DIFF_NOT_READY: { status: 409, retryable: true },
  /** An operator cancelled the job that made it. */
  DIFF_CANCELLED: { status: 409, retryable: true },
  /** A delta made elsewhere does not produce the package's file. */
  DIFF_WRONG_RESULT: { status: 422, retryable: false },
  /** A campaign with only deltas, for a package without any. */
  DIFF_MISSING: { status: 422, retryable: false },
  NOT_VERIFIED: { status: 409, retryable: false },
  /** A selected device belongs to another product than the package; `data.id`. */
  OTHER_PRODUCT: { status: 404, retryable: false },
  NO_DEVICE_MATCHES: { status: 422, retryable: false },
  /** The state machine does not allow this transition; `data.of` (what), `data.from`, `data.to`. */
  ILLEGAL_MOVE: { status: 409, retryable: false },
  IMPORT_ROWS: { status: 422, retryable: false },
  SIMULATOR_LIMIT: { status: 422, retryable: false },
  /** The worker of the virtual devices crashed; `data.detail` with its message. */
  SIMULATOR_CRASHED: { status: 500, retryable: true },
  /** A virtual device's login was refused; `data.device`, `data.detail`. */
  SIMULATOR_REFUSED: { status: 502, retryable: false },
  /** A virtual device cannot reach the broker; `data.device`, `data.detail`. */
  SIMULATOR_UNREACHABLE: { status: 502, retryable: true },
  /** The delta format does not support images of that size; `data.format`, `data.limit`. */
  DIFF_TOO_LARGE: { status: 422, retryable: false },
  /** The delta format does not support such an image, as zip supports only archives; `data.detail`. */
  DIFF_UNSUPPORTED: { status: 422, retryable: false },
  /** Making or restoring a delta needs more memory than is free; `data.needed`, `data.free`. */
  DIFF_MEMORY: { status: 409, retryable: true },
  /** The thread ran out of memory although the estimate allowed it. */
  DIFF_OUT_OF_MEMORY: { status: 500, retryable: true },
  /** A delta made here did not produce the new image and was deleted. `data.detail`. */
  DIFF_NOT_RESTORED: { status: 500, retryable: false },
  /** A delta made elsewhere does not have its format, or is not for that image; `data.detail`. */
  DIFF_BAD_PATCH: { status: 422, retryable: false },
  /** The thread that makes deltas exited; `data.detail` with its message. */
  DIFF_FAILED: { status: 500, retryable: true },
  /** The slot is being flashed; `data.slot`. */
  SLOT_BUSY: { status: 409, retryable: true },
  /** Neither the call nor the line selects a recipe. */
  NO_RECIPE: { status: 422, retryable: false },
  /** Nobody answers in the slot whose unit is to be tried again; `data.slot`. */
  SLOT_EMPTY: { status: 409, retryable: true },
  /** Another start of the line, ordered otherwise, still asks who is in its slots; `data.line`. */
  LINE_STARTING: { status: 409, retryable: true },
  /** Every slot of the line has a barcode or is being flashed. */
  NO_SLOT_WAITS: { status: 409, retryable: true },
  /** The serial number belongs to another unit; `data.serial`, `data.unit`, `data.at`. */
  SERIAL_TAKEN: { status: 409, retryable: false },
  /** The recipe gives the serial numbers, and one was scanned or given; `data.recipe`. */
  SERIALS_FROM_RECIPE: { status: 422, retryable: false },
  /** A slot of the line is being flashed; `data.slot`. */
  BENCH_BUSY: { status: 409, retryable: true },
  /** The port of the console is not open: unplugged, in use, or taken by a run. */
  CONSOLE_NOT_OPEN: { status: 409, retryable: true },
  /** The port did not take the bytes in time. */
  CONSOLE_STALLED: { status: 409, retryable: true },
  /** Too many consoles are open; `data.limit`. */
  CONSOLE_LIMIT: { status: 409, retryable: true },
  /** A file of the recipe is missing; `data.name`. */
  RECIPE_BROKEN: { status: 409, retryable: false },
  /** The file is not an exported recipe, or is incomplete; `data.detail`. */
  RECIPE_FILE_BAD: { status: 422, retryable: false },
  /** None of the files is a build of ESP-IDF, PlatformIO or Arduino. */
  BUILD_UNKNOWN: { status: 422, retryable: false },
  /** A file of a build cannot be used; `data.file`, `data.detail`. */
  BUILD_BAD: { status: 422, retryable: false },
  /** The build names files that were not sent; `data.names`. */
  BUILD_FILE_MISSING: { status: 422, retryable: false },
  /** There are several builds or apps; `data.names`. */
  BUILD_SEVERAL: { status: 422, retryable: false },
  /** A PIN is set and the caller has no valid ticket. */
  ENGINEER_ONLY: { status: 403, retryable: false },
  /** `data.left`: remaining tries in this minute. */
  PIN_WRONG: { status: 403, retryable: false },
  /** Too many wrong PINs; `data.seconds` until the next try. */
  PIN_WAIT: { status: 429, retryable: true },
  /** A stored file is damaged or missing on this station; `data.name`. */
  CONTENT_DAMAGED: { status: 409, retryable: false },
  /** Another backup or restore is in progress. */
  BACKUP_BUSY: { status: 409, retryable: true },
  /** An archive that cannot be restored; `data.reason`, `data.detail`. Nothing was replaced. */
  BACKUP_BAD: { status: 422, retryable: false },
  /** The database is damaged, so no backup is made of it; `data.detail`. */
  DATABASE_DAMAGED: { status: 409, retryable: false },
  /** Slots are being flashed, and a restore would interrupt them; `data.slots`. */
  RESTORE_FLASHING: { status: 409, retryable: true },
  PIN_NOT_SET: { status: 409, retryable: false },
  /** Deleting the receiver would drop events that wait for it; `data.name`, `data.backlog`; `force=true` does so. */
  SINK_BACKLOG: { status: 409, retryable: false },
  /** The URL hides a secret that is not stored for this receiver and user. */
  SINK_URL_HIDDEN: { status: 422, retryable: false },
  /** There are as many receivers as there may be; `data.limit`. */
  SINK_LIMIT: { status: 409, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

/** Values for an error's text, which programs also read. */
export type ErrorData = Readonly<
  Record<string, string | number | boolean | readonly string[] | Phrase | Phrases | undefined>
>

/** The kinds of objects for NOT_FOUND. */
export type Noun = keyof typeof nouns

/** The missing object: the text names it in the reader's language. */
export type NotFoundData = { readonly what: Noun; readonly id: string | number }

/**
 * An error of the domain: any module may throw it, and the API turns it into `{code, status, message, data}`. `error-texts.ts` selects
 * the text by code and language; `cause` is not sent and goes to the log.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly data: ErrorData

  constructor(code: 'NOT_FOUND', data: NotFoundData, options?: ErrorOptions)
  constructor(code: Exclude<ErrorCode, 'NOT_FOUND'>, data?: ErrorData, options?: ErrorOptions)
  constructor(code: ErrorCode, data: ErrorData = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.data = data
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }
}
