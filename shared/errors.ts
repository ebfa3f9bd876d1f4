import type { Phrase, Phrases } from './phrase.ts'
import type { nouns } from './texts/en/nouns.ts'

/** Every error code that crosses a border, with its HTTP status and whether the same call may succeed later. */
export const errorCodes = {
  BAD_REQUEST: { status: 400, retryable: false },
  UNAUTHORIZED: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  BAD_JSON: { status: 400, retryable: false },
  /** JSON with more levels than `data.limit`. */
  NESTED_TOO_DEEP: { status: 400, retryable: false },
  BODY_TOO_LARGE: { status: 413, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  /** No such route; `NOT_FOUND` is an object that is not there. */
  UNKNOWN_ADDRESS: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  CONFLICT: { status: 409, retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false },
  DISK_FULL: { status: 507, retryable: true },
  TOO_MANY_OPEN: { status: 503, retryable: true },
  INTERNAL: { status: 500, retryable: true },
  /** A value is taken that must be unique; `data.field` names it. */
  ALREADY_EXISTS: { status: 409, retryable: false },
  /** A field's value is not allowed; `data.field` names it, `data.rule` says which rule. */
  INVALID_FIELD: { status: 422, retryable: false },
  /** Deleting would take devices, packages or campaigns with it; `force=true` does it. */
  STILL_IN_USE: { status: 409, retryable: false },
  /** The package is being upgraded from right now. */
  CAMPAIGN_OPEN: { status: 409, retryable: false },
  PROTOCOL_NOT_SERVED: { status: 422, retryable: false },
  /** The station runs with --no-tls. */
  TLS_OFF: { status: 409, retryable: false },
  /** A certificate authority is damaged; `data.file`, `data.problem`, `data.system` in the system's words. */
  CA_UNUSABLE: { status: 409, retryable: false },
  /** A port for TLS could not be opened after a new authority was made; `data.system`. */
  TLS_PORT: { status: 409, retryable: true },
  /** A knocking device names a product that is not there; `data.key`. */
  KNOCK_NEEDS_PRODUCT: { status: 422, retryable: false },
  /** It signed its login: its secret cannot be known from it and must be given. */
  KNOCK_NEEDS_SECRET: { status: 422, retryable: false },
  /** Its device is known with another secret; only `replaceSecret` changes it. */
  KNOCK_KNOWN: { status: 409, retryable: false },
  /** Its login is in no form this station knows. */
  KNOCK_UNREADABLE: { status: 422, retryable: false },
  /** It sends its secret as it is, and its product allows signed logins alone. */
  PLAIN_REFUSED: { status: 409, retryable: false },
  /** Devices of the product's protocol know one file a package. */
  SEVERAL_FILES: { status: 422, retryable: false },
  /** Devices of the product's protocol check MD5 alone. */
  MD5_ONLY: { status: 422, retryable: false },
  /** The product's protocol knows the whole device alone. */
  MODULES_UNKNOWN: { status: 422, retryable: false },
  /** Devices of the product's protocol cannot ask for upgrades. */
  ASKING_UNKNOWN: { status: 422, retryable: false },
  /** The product's protocol cannot tell devices to upgrade when they see fit. */
  POLICY_UNKNOWN: { status: 422, retryable: false },
  /** Devices of the product's protocol cannot fetch files over MQTT. */
  MQTT_DOWNLOAD_UNKNOWN: { status: 422, retryable: false },
  MQTT_DOWNLOAD_FILES: { status: 422, retryable: false },
  MQTT_DOWNLOAD_SIZE: { status: 422, retryable: false },
  FILE_FORMAT: { status: 422, retryable: false },
  FILE_EMPTY: { status: 422, retryable: false },
  FILE_NAME: { status: 422, retryable: false },
  FILE_MISSING: { status: 422, retryable: false },
  UPLOAD_GONE: { status: 404, retryable: false },
  /** No image of the version is here to compare with; `data.version`. */
  DIFF_NO_BASE: { status: 422, retryable: false },
  /** A delta from a version to itself. */
  DIFF_SAME: { status: 422, retryable: false },
  /** Deltas are between single files. */
  DIFF_SEVERAL_FILES: { status: 422, retryable: false },
  /** The base is of another product or module. */
  DIFF_OTHER_MODULE: { status: 422, retryable: false },
  /** The version has a package here with another file; `data.file`. */
  DIFF_OTHER_IMAGE: { status: 409, retryable: false },
  /** Deltas are still to be made from it; `data.patches`. */
  BASE_IN_USE: { status: 409, retryable: true },
  /** Devices are being upgraded by it; `data.devices`. */
  DIFF_IN_USE: { status: 409, retryable: false },
  /** Its bytes were asked for while there are none. */
  DIFF_NOT_READY: { status: 409, retryable: true },
  /** A person stopped its making. */
  DIFF_CANCELLED: { status: 409, retryable: true },
  /** A delta made elsewhere does not lead to the package's file. */
  DIFF_WRONG_RESULT: { status: 422, retryable: false },
  /** A campaign of deltas alone, and the package has none. */
  DIFF_MISSING: { status: 422, retryable: false },
  NOT_VERIFIED: { status: 409, retryable: false },
  /** A device that was named is of another product than the package; `data.id`. */
  OTHER_PRODUCT: { status: 404, retryable: false },
  NO_DEVICE_MATCHES: { status: 422, retryable: false },
  /** The state machine has no such move; `data.of` (what), `data.from`, `data.to`. */
  ILLEGAL_MOVE: { status: 409, retryable: false },
  IMPORT_ROWS: { status: 422, retryable: false },
  SIMULATOR_LIMIT: { status: 422, retryable: false },
  /** The worker of the virtual devices died; `data.detail` in its own words. */
  SIMULATOR_CRASHED: { status: 500, retryable: true },
  /** A virtual device's login was refused; `data.device`, `data.detail`. */
  SIMULATOR_REFUSED: { status: 502, retryable: false },
  /** A virtual device cannot reach the broker; `data.device`, `data.detail`. */
  SIMULATOR_UNREACHABLE: { status: 502, retryable: true },
  /** The delta format takes no images of that size; `data.format`, `data.limit`. */
  DIFF_TOO_LARGE: { status: 422, retryable: false },
  /** The delta format takes no such image, as zip takes archives alone; `data.detail`. */
  DIFF_UNSUPPORTED: { status: 422, retryable: false },
  /** Making or restoring a delta takes more memory than there is; `data.needed`, `data.free`. */
  DIFF_MEMORY: { status: 409, retryable: true },
  /** The thread ran out of memory all the same. */
  DIFF_OUT_OF_MEMORY: { status: 500, retryable: true },
  /** A delta made here did not lead to the new image; it was thrown away. `data.detail`. */
  DIFF_NOT_RESTORED: { status: 500, retryable: false },
  /** A delta made elsewhere is none of its format, or not for that image; `data.detail`. */
  DIFF_BAD_PATCH: { status: 422, retryable: false },
  /** The thread that makes deltas ended; `data.detail` in its own words. */
  DIFF_FAILED: { status: 500, retryable: true },
  /** The slot is being flashed; `data.slot`. */
  SLOT_BUSY: { status: 409, retryable: true },
  /** Neither the call nor the line names a recipe. */
  NO_RECIPE: { status: 422, retryable: false },
  /** No slot of the line has a unit that is to be flashed. */
  NOTHING_TO_FLASH: { status: 422, retryable: false },
  /** Every slot of the line has a barcode or is being flashed. */
  NO_SLOT_WAITS: { status: 409, retryable: true },
  /** Something of it is being flashed; `data.slot`. */
  BENCH_BUSY: { status: 409, retryable: true },
  /** A file of the recipe is gone; `data.name`. */
  RECIPE_BROKEN: { status: 409, retryable: false },
  /** The file is no exported recipe, or not all of it; `data.detail`. */
  RECIPE_FILE_BAD: { status: 422, retryable: false },
  /** A PIN is set and the caller has no good ticket. */
  ENGINEER_ONLY: { status: 403, retryable: false },
  /** `data.left`: tries that are left this minute. */
  PIN_WRONG: { status: 403, retryable: false },
  /** Too many wrong PINs; `data.seconds` until the next try. */
  PIN_WAIT: { status: 429, retryable: true },
  /** A stored file is damaged or missing on this station; `data.name`. */
  CONTENT_DAMAGED: { status: 409, retryable: false },
  /** A backup or a restore is under way already. */
  BACKUP_BUSY: { status: 409, retryable: true },
  /** An archive that cannot be restored; `data.reason`, `data.detail`. Nothing was replaced. */
  BACKUP_BAD: { status: 422, retryable: false },
  /** The database is damaged, so no backup is made of it; `data.detail`. */
  DATABASE_DAMAGED: { status: 409, retryable: false },
  /** Slots are being flashed, and a restore would break them off; `data.slots`. */
  RESTORE_FLASHING: { status: 409, retryable: true },
  PIN_NOT_SET: { status: 409, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

/** Values that an error's text is filled with and a program reads. */
export type ErrorData = Readonly<
  Record<string, string | number | boolean | readonly string[] | Phrase | Phrases | undefined>
>

/** What NOT_FOUND can name. */
export type Noun = keyof typeof nouns

/** What is not there: the text names it in the reader's language. */
export type NotFoundData = { readonly what: Noun; readonly id: string | number }

/**
 * An error in the words of the domain: thrown by any room, turned into `{code, status, message, data}` at the border.
 * The text is chosen by code and language in `error-texts.ts`; `cause` stays on this side and goes to the log.
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
