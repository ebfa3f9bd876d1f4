/**
 * Why the bench refused, failed or stopped a run: codes of `Run.errorCode` that are the bench's own. What a family says is in
 * `flash-reasons.ts`.
 */
export const benchReasons = {
  INTERRUPTED: 'The program stopped during flashing; the unit may be incomplete. Flash it again.',
  CANCELLED: 'Stopped by the operator; the unit may be incomplete. Flash it again before use.',
  STOPPED: 'Flashing stopped because the program was closed; the unit may be incomplete. Flash it again.',
  UNPLUGGED:
    'Connection lost while {phase}; the unit may be incomplete. Check cable and power, then plug it in again. If the line does not auto-start, press "Retry".',
  NO_UNIT: 'Nothing is plugged in at this slot. Plug the unit in and retry.',
  UNIT_CHANGED:
    'Identified as {expected} at plug-in, but {found} before erasing: the unit was swapped. Nothing was erased. Check the unit and retry.',
  UNIT_TWICE:
    '{unit} is also in slot {slot}. Nothing was erased. Check the wiring; if the ID is a duplicate, replace the unit.',
  ALREADY_DONE:
    '{unit} already passed with this recipe version at {when}; nothing was erased. To repeat, open the slot and press "Flash again".',
  WRONG_CHIP: 'The recipe is for {expected}, this is a {found}. Nothing was erased. Use another unit or recipe.',
  CHIP_UNKNOWN:
    'The recipe requires {expected}, but this unit\'s chip could not be identified. Nothing was erased. Check the connection, or clear "Chip" in the recipe\'s pre-checks.',
  PART_UNKNOWN:
    'The part number {expected} in the pre-checks is not known, so every unit would be refused. Near ones: {near}. Correct or clear "Chip".',
  FLASH_TOO_SMALL:
    'The recipe requires {expected} bytes of flash; this unit has {found}. Nothing was erased. Use another unit or change the recipe.',
  UNIT_UNEXPECTED:
    '{unit} does not match the ID format {pattern} of the recipe. Nothing was erased. Check unit and barcode, or change the recipe.',
  USB_UNEXPECTED: 'The recipe is for USB device {expected}; this slot has {found}. Nothing was erased. Check the unit.',
  SERIAL_MISSING: 'The recipe requires a barcode. Scan the unit and retry.',
  SERIAL_OTHER:
    '{unit} has SN {known}; now {found} was scanned. Nothing was erased. Check the label; if the new one is right, an engineer changes the SN in the record of the unit.',
  SERIAL_TAKEN:
    'SN {serial} belongs to another unit ({unit}, since {at}). Nothing was erased. Check the label and scan the right one; if the label is right, an engineer changes the SN of the other unit in its record.',
  WRITTEN_SERIAL_OTHER:
    'The unit was written, but {unit} already has SN {known}, and this run gave it {found}. Put it aside; an engineer sets its SN in the record of the unit, then flash it again.',
  WRITTEN_SERIAL_TAKEN:
    'The unit {written} was written, but SN {serial} belongs to another unit ({unit}, since {at}). Put it aside and check both labels, then flash it again with its own SN.',
  SERIALS_UNSET:
    'The recipe gives the SNs, but its first number or list is not set on this station. Nothing was erased. An engineer sets it in the recipe under "SN".',
  SERIALS_EXHAUSTED:
    'The recipe has no SN left; the last one was {last}. Nothing was erased. An engineer widens the counter, changes its prefix or adds a list in the recipe under "SN".',
  RECIPE_BROKEN:
    'File {name} of the recipe is missing; its package may have been deleted. Edit the recipe and add it again.',
  PATTERN_UNUSABLE: 'The pattern {pattern} of the recipe cannot be used: {rule}. Nothing was erased; edit the recipe.',
  CHECK_TIMEOUT:
    'Check "{name}" got no expected answer within {ms} ms. Last received: {got}. Check the unit\'s serial output and retry.',
  CHECK_LIMIT:
    'Check "{name}": {value} is {reading}; allowed is {limits}. Check the unit and the fixture; if the limit is wrong, an engineer changes it in the recipe.',
  CHECK_NOT_NUMBER:
    'Check "{name}": {value} read "{reading}", which is not a number, so its limits cannot be checked. An engineer corrects the pattern in the recipe.',
  RECORD_FAILED:
    'The result could not be saved to disk ({detail}), so it is not a pass. Free disk space, then flash again.',
  DEVICE_NOT_MADE: 'Flashed successfully, but not registered as a device: {detail}. Add it under "Devices".',
  FLASHING_FAILED: "Unexpected error: {detail}. Retry; if it happens again, show the slot's log to an engineer.",
} as const

/** What a unit was being done, as it stands in a reason. */
export const flashPhases = {
  connecting: 'connecting',
  identifying: 'identifying',
  erasing: 'erasing',
  writing: 'writing',
  verifying: 'verifying',
  resetting: 'resetting',
  pressReset: 'waiting for RESET to be pressed',
  checking: 'checking',
} as const
