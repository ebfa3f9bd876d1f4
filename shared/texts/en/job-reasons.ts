/** Why a job failed or was skipped: the code in `Job.errorCode` with our explanation; the device's own words stand in `Job.description`. */
export const jobReasons = {
  UPGRADE_FAILED:
    'Device reports: upgrade failed (-1). See its message; common causes: firmware does not fit the hardware, low power.',
  DOWNLOAD_FAILED:
    'Device reports: download failed (-2). Check its network to this computer, the firewall and its free storage, then retry.',
  VERIFICATION_FAILED:
    "Device reports: digest check failed (-3). Retry; if it fails again, check the network and the package's signature method.",
  BURNING_FAILED:
    'Device reports: flash write failed (-4). Check the power and retry; if it repeats, replace the device.',
  ROLLED_BACK:
    'Still on {version} when the wait was over: counted as rolled back. Check that the firmware starts on this hardware, then retry; a later report of the target version still counts.',
  WRONG_VERSION:
    'After the restart it reports {version}, not the target version. Check the version built into the firmware.',
  DEVICE_OFFLINE: 'Device offline; this protocol counts that as a failure. Retry when it is online.',
  PUSH_FAILED:
    'The device did not acknowledge the notification within 10 s. Check whether it hangs or ignores notifications, then retry.',
  NO_SPACE: 'The device has no space for the package. Free storage on it and retry.',
  OUT_OF_MEMORY:
    'The device ran out of memory. Restart it and retry; if it fails again, check the memory use of its firmware.',
  REQUEST_TIMEOUT: "The download request timed out. Check the device's network to this computer, then retry.",
  LOW_BATTERY: 'Low battery. Charge or power the device and retry.',
  WEAK_SIGNAL: 'Weak signal. Move the device or its antenna, then retry.',
  DOWNLOAD_BROKE_OFF: 'The download failed; the device gave no reason. Check its network and retry.',
  PACKAGE_MISMATCH:
    'The device reports that the package is not the target version. Check the file and its target version.',
  CHECKSUM_WRONG: "MD5 mismatch on the device. Retry; if it fails again, check the network and the device's flash.",
  UPGRADE_BROKE_OFF: 'The upgrade failed; the device gave no reason. Check its log and retry.',
  RETRIES_EXHAUSTED: 'The device reached its retry limit. Fix the cause, then retry.',
  UPGRADE_EXPIRED: 'The device reports that the upgrade expired. Retry.',
  MODEL_MISMATCH: 'The device is a {model}; the package is for another model. Choose a package for that model.',
  BASE_MISMATCH: 'The delta does not apply to version {version}. Use the full package or a delta for that version.',
  NO_DIFF: 'No delta from version {version}. Generate one and retry, or use an Automatic or Full campaign.',
  DIFF_NOT_MADE:
    'The delta from version {version} could not be generated. See the reason in the package, generate it again, then retry.',
  ALREADY_ON_TARGET: 'The device is already on the target version.',
  OTHER_JOB_OPEN: 'This module has an unfinished upgrade (campaign {campaign}). Wait for it, or cancel it first.',
  FROM_VERSION_NOT_SELECTED: 'Its version {version} is not one of the selected versions.',
  TIMEOUT_PUSH:
    'No response to the notification in time. Check that the device is online and handles notifications, then retry.',
  TIMEOUT_PROGRESS:
    'Started, but did not report the target version in time. Check whether it hangs or lost its network. A later report still counts as success.',
  TIMEOUT_DOWNLOADING:
    'Download not finished in time. Check the network and free storage; for large packages, set a longer timeout.',
  TIMEOUT_INSTALLING:
    'Downloaded, but did not start with the target version in time. Check whether it hangs while writing or restarting. A later report still counts as success.',
  OVERWRITTEN: 'Not started yet; taken over by campaign {campaign}.',
  CANCELLED_IN_PROGRESS:
    'The device was already notified or upgrading when cancelled; it may still install. See the version it reports.',
  PACKAGE_DELETED: 'The package was deleted. Add it again and create a new campaign.',
} as const
