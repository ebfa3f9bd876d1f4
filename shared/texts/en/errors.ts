import type { ErrorCode } from '../../errors.ts'

/** What went wrong and what to do, in both languages; `{name}` is filled from the error's data. */
export const errors = {
  BAD_REQUEST: 'Invalid request: {detail}',
  UNAUTHORIZED: 'Missing or wrong token. Open the address shown at start-up, or send Authorization: Bearer <token>.',
  FORBIDDEN:
    'This request came from an untrusted page or address. Open the address shown at start-up on this computer.',
  BAD_JSON: 'The body is not valid JSON: {detail}',
  NESTED_TOO_DEEP: 'The JSON of this request is nested deeper than {limit} levels. Send it with fewer.',
  BODY_TOO_LARGE: 'The body is larger than the limit of {limit}. Send it in parts.',
  NOT_FOUND: '{what} {id} not found; it may have been deleted. Refresh and try again.',
  UNKNOWN_ADDRESS: '{path} does not exist. See /api/v1/docs.',
  METHOD_NOT_ALLOWED: 'Method not allowed here. Allowed: {allow}.',
  CONFLICT: 'Conflict with existing data: {detail}. Refresh and try again.',
  PAYLOAD_TOO_LARGE:
    'The file is larger than the limit of {limit}. Use a smaller file, or raise the limit in Settings.',
  TOO_MANY_OPEN:
    'Too many files and connections are open on this computer. Try again in a moment; if it happens again, raise the limit (ulimit -n).',
  DISK_FULL: 'Disk full; nothing was saved. Free some space and try again.',
  INTERNAL:
    "Internal error. Try again; if it repeats, note the time and send the program's output (its log) to support.",
  ALREADY_EXISTS: '{field} "{value}" is already in use. Choose another.',
  INVALID_FIELD: '{field} is invalid: {rule}',
  STILL_IN_USE:
    'Still in use (devices: {devices}, packages: {packages}, campaigns: {campaigns}). Delete with force=true to remove them too.',
  CAMPAIGN_OPEN: 'Campaign "{campaign}" is still running. Cancel it first.',
  PROTOCOL_NOT_SERVED: 'Protocol {protocol} is not supported. Supported: {served}',
  TLS_OFF: 'TLS is off (--no-tls). Use HTTP, or restart without --no-tls.',
  CA_UNUSABLE:
    'The certificate authority of this station cannot be used: {file} {problem}{system}. HTTPS and MQTTS need it. Restore the file from a backup, or create a new CA in the settings; every device that trusts it then needs the new certificate.',
  TLS_PORT: 'The new certificate authority is there, but a port cannot be opened: {system}',
  KNOCK_NEEDS_PRODUCT: 'No product with key {key} and this protocol. Create it first, then accept the device.',
  KNOCK_NEEDS_SECRET: 'Device {device} uses a signed login. Enter the secret stored in the device.',
  KNOCK_KNOWN:
    'Device {device} is registered with another secret. Check the device; to change it, press "Use its secret" (API: replaceSecret=true).',
  KNOCK_UNREADABLE: 'This login matches no protocol, so the device cannot be registered. Check its user name.',
  PLAIN_REFUSED:
    'Device {device} sends a plain secret; product "{product}" accepts signed logins only. Allow plain secrets in the product, or change the device.',
  SEVERAL_FILES: 'Protocol {protocol} allows one file per package. Merge the files, or create several packages.',
  MD5_ONLY: 'Protocol {protocol} supports MD5 only. Select MD5 as the signature method.',
  MODULES_UNKNOWN: 'Protocol {protocol} upgrades the whole device only. Use module "default".',
  ASKING_UNKNOWN: 'Devices of protocol {protocol} cannot query. Select "Push".',
  POLICY_UNKNOWN: 'Protocol {protocol} does not support silent upgrades. Set the mode to "Standard".',
  MQTT_DOWNLOAD_UNKNOWN: 'Protocol {protocol} does not support MQTT download. Select http or https.',
  MQTT_DOWNLOAD_FILES: 'MQTT download supports one file; this package has {files}. Select http or https.',
  MQTT_DOWNLOAD_SIZE: 'MQTT download is limited to {limit}; {file} is larger. Select http or https.',
  FILE_FORMAT: 'File type of {file} not supported. Supported: {formats}',
  FILE_EMPTY: 'File {file} is empty. Choose the right firmware file.',
  FILE_NAME: 'File name {file}: use letters, digits and common symbols only. Rename it and try again.',
  FILE_MISSING: 'No file selected. Choose a file and try again.',
  UPLOAD_GONE: 'The uploaded file no longer exists. Choose the file again.',
  DIFF_NO_BASE: 'No image of version {version} here. Upload the file that devices on that version run.',
  DIFF_SAME: 'Base version {version} is the target version of the package. Select another base version.',
  DIFF_SEVERAL_FILES: '"{package}" has several files; deltas need a single file. Select Full, or merge the files.',
  DIFF_OTHER_MODULE: 'Package "{package}" belongs to another product or module. Select one of the same module.',
  DIFF_OTHER_IMAGE:
    'Version {version} already has a package, and its file {file} differs. Use that package, or check the version.',
  BASE_IN_USE: '{patches} deltas still need this image. Wait for them, or cancel them first.',
  DIFF_IN_USE: '{devices} devices are upgrading with this delta. Wait for them, or cancel the campaign first.',
  DIFF_NOT_READY: 'Delta not ready yet. Wait until it is generated; if it failed, generate it again.',
  DIFF_CANCELLED: 'Generation of this delta was cancelled. Generate it again if needed.',
  DIFF_WRONG_RESULT: 'The restored delta does not match {file}. Check base version and format, or generate it again.',
  DIFF_MISSING: 'Package "{package}" has no delta. Generate one, or select Automatic or Full.',
  NOT_VERIFIED: 'Package "{package}" is not verified. Verify it, or skip verification.',
  OTHER_PRODUCT:
    'Device {device} (ID {id}) belongs to another product; the package is for "{product}". Select only devices of that product.',
  NO_DEVICE_MATCHES: 'No device matches. Check product, module, current version and selected devices.',
  IMPORT_ROWS: 'Nothing was imported. {detail}',
  SIMULATOR_LIMIT: 'At most {max} virtual devices can run.',
  SLOT_BUSY: 'Slot "{slot}" is flashing. Wait until it ends, or stop it first.',
  NO_RECIPE: 'No recipe selected. Select one for the line and retry.',
  SLOT_EMPTY: 'Slot "{slot}" is empty: no unit answers. Insert the unit, check its contacts and power, then retry.',
  LINE_STARTING:
    'Line "{line}" was started elsewhere and its slots are still being identified. Retry in a few seconds.',
  NO_SLOT_WAITS: 'No slot is waiting for a barcode. Clear a slot, or scan again after a run ends.',
  SERIAL_TAKEN: 'SN {serial} already belongs to unit {unit} (since {at}). Choose another SN, or check the label.',
  SERIALS_FROM_RECIPE:
    'Recipe "{recipe}" gives the SNs itself; a scanned one does not count. Start the slot, or set the recipe to scanned SNs.',
  CONSOLE_NOT_OPEN:
    'The console cannot send now: its port is unplugged, in use, or being flashed. Wait until the console is open again.',
  CONSOLE_STALLED: 'The port did not take what was sent within 5 s. Check the cable and the unit, then try again.',
  CONSOLE_LIMIT: 'There are {limit} open consoles already. Close one that is no longer needed.',
  BENCH_BUSY: 'Slot {slot} is flashing. Wait until it ends, or stop it first.',
  RECIPE_BROKEN:
    'File {name} of the recipe is missing; its package may have been deleted. Edit the recipe and add it again.',
  BUILD_UNKNOWN:
    'No build found. Drop the build folder of ESP-IDF (with flasher_args.json), the folder .pio/build/<env> of PlatformIO, or a ZIP of it.',
  BUILD_BAD: '{file} of the build cannot be used ({detail}). Build again, or send the files without it.',
  BUILD_FILE_MISSING: 'Files of the build are missing: {names}. Drop the whole build folder, or a ZIP of it.',
  BUILD_SEVERAL: 'Several builds or apps were found: {names}. Drop only one of them.',
  RECIPE_FILE_BAD: 'Not a complete recipe file ({detail}). Export and copy it again.',
  ENGINEER_ONLY: 'Only engineers may do this. Unlock with the engineer PIN and try again.',
  PIN_WRONG: 'Wrong PIN. {left} tries left this minute.',
  PIN_WAIT: 'Too many wrong PINs. Wait {seconds} s, then try again.',
  CONTENT_DAMAGED:
    'File {name} is damaged or missing on this station, so it is not handed out. Upload the same file again to heal it.',
  BACKUP_BUSY: 'A backup or a restore is under way. Try again when it is done.',
  BACKUP_BAD: 'This backup cannot be restored: {detail}. Nothing was changed. Choose another backup.',
  DATABASE_DAMAGED:
    'The database is damaged ({detail}), so this cannot be done. Restore the newest backup in Settings, Backup and restore.',
  RESTORE_FLASHING:
    'Slots are being flashed ({slots}), and a restore would break them off. Try again when they are done.',
  SINK_BACKLOG:
    'Receiver "{name}" has not taken {backlog} records yet; deleting it drops them. Delete with force=true to do so.',
  SINK_URL_HIDDEN: 'The URL hides a secret (***) that is not stored for this host and user. Enter the secret itself.',
  SINK_LIMIT: 'There are already {limit} receivers. Delete one first.',
  PIN_NOT_SET: 'No engineer PIN set; nothing is locked.',
  SIMULATOR_CRASHED: 'The virtual devices stopped unexpectedly: {detail}. Start them again.',
  SIMULATOR_REFUSED: 'Virtual device {device} was rejected ({detail}). Check its secret, or restart the simulator.',
  SIMULATOR_UNREACHABLE:
    'Virtual device {device} cannot reach the station ({detail}); retrying. Check the MQTT and HTTP ports.',
  DIFF_TOO_LARGE: '{format} supports images up to {limit}. Select bsdiff, or send the full package.',
  DIFF_UNSUPPORTED:
    'This format does not support the image (zip is for ZIP, APK and JAR only; {detail}). Select bsdiff, or send the full package.',
  DIFF_MEMORY:
    'This delta needs about {needed} of memory; {free} is free. Close other programs and retry, or send the full package.',
  DIFF_OUT_OF_MEMORY:
    'Out of memory while generating the delta. Close other programs and retry, or send the full package.',
  DIFF_NOT_RESTORED:
    'The delta did not restore the new image ({detail}) and was discarded. Choose another format or send the full package, and report this.',
  DIFF_BAD_PATCH: 'Not a valid delta in this format for this base image ({detail}). Check format and base version.',
  DIFF_FAILED: 'Delta generation ended unexpectedly: {detail}. Retry.',
} as const satisfies Readonly<Record<Exclude<ErrorCode, 'ILLEGAL_MOVE'>, string>>
