/** Codes of boot drives and of UF2 files. */
export const uf2Reasons = {
  DRIVE_NONE:
    'The unit does not show its boot drive; {port} is its serial port. Put it into its bootloader (hold BOOTSEL while plugging in, or press reset twice) and retry.',
  DRIVE_GONE: 'Drive {drive} is not there. Put the unit into its bootloader, wait for the drive and retry.',
  DRIVE_NOT_MOUNTED:
    'Drive {device} is not mounted, and it could not be mounted: {detail}. Install udisks2, or mount it where this user may write (sudo mount -o uid=$USER {device} /mnt), then retry.',
  DRIVE_NOT_BOOT:
    '{drive} is not a boot drive: it has no {file}. Nothing was written. Put the unit into its bootloader, or correct the drive in the recipe.',
  DRIVE_READ_ONLY:
    'This station may not write to {folder} ({detail}). Nothing was written. Mount the drive for this user with write permission, then retry.',
  DRIVE_WRITE:
    'The drive {folder} did not take the file: {detail}. The unit may be incomplete. Put it into its bootloader again and retry.',
  UF2_NEEDS_CONVERSION:
    '{name} is a {kind} file; the drive takes UF2 only. Nothing was written. Convert it first: {command}',
  UF2_FOREIGN_FILE: '{name} is a {kind} file, not firmware. Nothing was written. Choose the .uf2 file of the build.',
  UF2_ONE_IMAGE:
    'The unit restarts after one file; the recipe has {count}. Keep one, or join them end to end (cat a.uf2 b.uf2 > all.uf2).',
  UF2_LENGTH:
    '{name} has {size} bytes, which is not a whole number of UF2 blocks of 512 bytes; it is cut off. Nothing was written. Download or build it again.',
  UF2_DAMAGED:
    'Block {block} of {name} is not a UF2 block; the file is damaged. Nothing was written. Download or build it again.',
  UF2_INCOMPLETE:
    '{name} has {found} of {expected} blocks of family {family}; the unit would wait for the rest. Nothing was written. Download or build it again.',
  UF2_ORDER:
    'Block {block} of {name} goes to {address}, which was passed before: addresses must ascend and not overlap. Nothing was written. Build the file again.',
  UF2_NOTHING_FOR_FLASH: '{name} has nothing for the flash. Nothing was written. Choose another file.',
  UF2_FAMILY_MISSING:
    '{name} is for {found}, and the recipe expects {expected}. Nothing was written. Choose the file for this unit, or correct the family in the recipe.',
  UF2_NO_FAMILY: '{name} does not name a chip family; whether it fits the unit cannot be checked.',
  UF2_OTHER_FAMILIES: '{name} also has blocks for {families}; the unit ignores them.',
  UF2_OTHER_BOARD:
    'The bootloader reports {found}, and the recipe expects {expected}. Nothing was written. Check the unit, or "Unit type" in the recipe.',
  UF2_WRONG_CHIP:
    'The chip is {chip}; it takes {expected}, and the file is for {found}. Nothing was written. Choose the file for this chip.',
  UF2_STILL_THERE:
    'The unit has the whole file, but its drive is still there after {seconds} s: it did not take it. The file may be for another chip. Check the family, reset the unit into its bootloader and retry.',
  UF2_HALF_IMAGE:
    'Stopped before the unit had taken the whole file: half an image may stay on it. Reset it into its bootloader and flash it again before use.',
  CONSOLE_NOT_BACK:
    'The unit did not show a serial port at the same place within 10 s after its restart, so the checks could not run. Check that the firmware starts and has a USB console, or remove the checks from the recipe.',
} as const
