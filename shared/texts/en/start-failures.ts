/** Why a station cannot start, and what to do. `{name}`: the failure's data (shared/start-failures.ts). */
export const startFailures = {
  DATA_IN_USE:
    'Another station uses {directory}. Use that station or close it, or give this one another data directory with --data.',
  DATA_NO_DIRECTORY:
    '{file} is not a directory, so nothing can be kept there. Move that file away, or choose another data directory with --data.',
  DATA_OTHER_OWNER:
    'OTA Bench may not read and write {file}: it belongs to user {owner}, and OTA Bench runs as user {user}. Give the data directory to this user (chown -R {user} {directory}), or start OTA Bench as user {owner}.',
  DATA_NOT_ALLOWED:
    'OTA Bench may not read and write {file}. Allow the user who runs OTA Bench to read and write the data directory {directory}, or choose another with --data.',
  DATA_READ_ONLY:
    '{file} is read-only, and OTA Bench has to write to it. Make it writable (its permissions, or how its disk is mounted), or choose another data directory with --data.',
  DATA_UNREADABLE: '{file} cannot be used: {detail}. Check the disk and that file, then try again.',
  DISK_FULL:
    'The disk of the data directory {directory} is full ({free} left), so the station cannot start. Nothing was lost. Free some space and try again.',
  DATABASE_MISSING:
    'The database {file} is missing, although the data directory holds other data ({parts}). Nothing was moved. If you have that file, put it back.',
  DATABASE_EMPTY:
    'The database {file} is empty, although the data directory holds other data ({parts}). Nothing was moved. If you have the file as it was, put it back.',
  DATABASE_DAMAGED:
    'The database {file} is damaged ({detail}). Nothing was moved. Restore a backup, or set the old data aside and start with a new database.',
  DATABASE_LOG_DAMAGED:
    'The log of the database, {file}, is damaged ({detail}); it holds the latest changes. Nothing was moved. Restore a backup; or, to continue without those changes, move that file away and try again.',
  DATABASE_FOREIGN:
    '{file} is not a database of OTA Bench ({detail}). Nothing was moved. If you have the right file, put it back.',
  DATABASE_TOO_NEW:
    'The database {file} was written by a newer OTA Bench (data version {version}, this program knows {known}). Install the newer OTA Bench, or restore a backup from before the update.',
  DATABASE_UNREADABLE: 'The database {file} cannot be opened: {detail}. Check the disk and that file, then try again.',
  BACKUP_NONE: 'There is no backup in {folder}. Name one with --restore-backup FILE.',
  BACKUP_MISSING: 'There is no backup {file}. Check the path; --restore-backup alone takes the newest in {folder}.',
  BACKUP_DAMAGED:
    'The backup {file} cannot be restored: {detail}. Nothing was changed. Choose another with --restore-backup FILE.',
  BACKUP_TOO_NEW:
    'The backup {file} was made by a newer OTA Bench (data version {version}, this program knows {known}). Nothing was changed. Install the newer OTA Bench, or choose another backup.',
  PORT_IN_USE: 'port {port} on {host} is in use by another program; choose another with {option} (0 takes a free one)',
  PORT_FORBIDDEN:
    'no permission to listen on port {port} ({option}) of {host}; choose a port from 1024 up, or on Linux lower the limit: sysctl net.ipv4.ip_unprivileged_port_start={port}, or run it under authbind, or grant the right once: setcap cap_net_bind_service=+ep PATH_OF_NODE',
  ADDRESS_UNKNOWN: '{host} is not an address of this computer; choose another with {hostOption}',
  STATION_KEEPS_ENDING:
    'The station ended before it was ready (starts: {times}, exit code: {exitCode}). Nothing was moved. Try again, and look into the log if it fails again.',
} as const

/** The ways on by the command line, for who has no dialog. */
export const commandLineWays = {
  restoreBackup: 'To restore the newest backup ({backup}), start once with --restore-backup.',
  olderBackup: 'To restore an older one, name it after that: {older}.',
  setAside: 'To set the old data aside and start with a new database, start once with --set-aside.',
} as const
