/** Codes of SMP and MCUboot; `words` is what the unit printed last, `error` what it answered, `list` its images. */
export const smpReasons = {
  SMP_SILENT:
    'No reply for {seconds} s. Put the unit into recovery mode (hold its button at power-up, or power it up now), then retry. Check: TX/RX not swapped, baud rate, "Framing" in the recipe.',
  SMP_OTHER_OUTPUT:
    'The unit prints ("{words}") but does not reply to SMP for {seconds} s. It runs its firmware, or another bootloader: put it into recovery mode and retry. Check the baud rate and "Framing" in the recipe.',
  SMP_NORDIC_BOOTLOADER:
    'This is the bootloader of Nordic\'s nRF5 SDK, which does not use SMP. Choose the target "External programmer" with nrfutil.',
  SMP_SILENT_AT:
    'No reply to "{command}". The unit printed last: {words}. Check cable and power, put the unit into recovery mode and retry.',
  SMP_REFUSED:
    'The unit refused "{command}" with error {error}. Power the unit off and on and retry; if it repeats, check that its bootloader supports this.',
  SMP_STRANGE_ANSWER:
    'The reply to "{command}" has an unknown form. Check the version of the unit\'s bootloader, and that nothing else uses the port.',
  SMP_ERASE_SILENT:
    'No reply to the start of {name} within {seconds} s. The unit printed last: {words}. If the image slot is large, raise "Time to erase" in the recipe; otherwise check cable and power and retry.',
  SMP_LOST:
    'The unit stopped replying at offset {offset} of {name}. It printed last: {words}. Check cable and power; lower "Largest request" or the baud rate in the recipe. The image is incomplete: retry.',
  SMP_UPLOAD_REFUSED:
    'The unit refused the start of {name} with error {error}. The file may be larger than the image slot, the number in "Image" may be unknown to it, or another image is pending: reset the unit and retry.',
  SMP_NO_IMAGES:
    'The unit replies to SMP but takes no images: its firmware is built without image management. Nothing was erased. Put the unit into recovery mode and retry.',
  SMP_CHUNK_REFUSED:
    'The unit refused {name} at offset {offset} with error {error}. The image is incomplete. Retry; if it repeats, the flash of the unit may be worn.',
  SMP_STUCK:
    'The upload of {name} does not get beyond offset {offset}. Another image may be on trial or pending: reset the unit, wait until it has confirmed that image, and retry.',
  SMP_RESTARTS:
    'The unit restarted the upload of {name} {times} times. It seems to reset: check its power supply and cable.',
  SMP_STRANGE_OFFSET:
    'The unit expects offset {offset} of {name}, which has only {size} bytes. Reset the unit and retry.',
  SMP_MATCH:
    'The unit received {name}, but its SHA-256 differs. Retry; if it repeats, check the cable or lower the baud rate.',
  SMP_TOO_LARGE:
    '{name} has {size} bytes; the image slot of the unit takes {limit}. Nothing was erased. Use a smaller image, or check "Image" in the recipe.',
  SMP_NOT_LISTED:
    'The unit received {name} but does not accept it. Its list: {list}. Usually the image is signed with another key than the bootloader expects: check the key, and that the file is for this unit.',
  SMP_NO_LIST: 'The unit keeps no list of images, so the received image was not compared.',
  SMP_CANNOT_ACTIVATE:
    'The unit received {name} but does not support starting it. Set "Activate" to "Nothing" in the recipe, or enable image states in its firmware.',
  SMP_PENDING:
    'The unit received {name}, but another image is pending or on trial (error {error}). Reset the unit, wait until it has confirmed its image, and retry.',
  SMP_RESET_REFUSED: 'The unit has the image but does not reset. Power it off and on, then retry.',
  SMP_STARTS_LATER: 'The unit did not reset. The firmware starts when it is powered off and on.',
  SMP_NOT_STARTED:
    'The unit was reset but runs another image: {list}. Its bootloader rejected the new one or has put the old one back: check key and version of the file.',
  SMP_NOT_BACK:
    'The unit does not reply {seconds} s after its reset. It printed last: {words}. The new firmware may not start, or may not support SMP on this port: then set "After writing" to "Stay".',

  SMP_SIGN_FIRST:
    '{name} is {format}; MCUboot takes signed binary images. Nothing was erased. Sign it with imgtool first, and use e.g. zephyr.signed.bin or app_update.bin.',
  SMP_NO_HEADER:
    '{name} has no MCUboot header. Nothing was erased. Sign it with imgtool first, and use e.g. zephyr.signed.bin or app_update.bin instead of zephyr.bin.',
  SMP_OLD_FORMAT:
    '{name} has the image format from before MCUboot 1.1. Nothing was erased. Sign the firmware with a current imgtool.',
  SMP_TRUNCATED:
    '{name} has {size} bytes, but its header announces {needed}. Nothing was erased. The file is cut off: build or copy it again.',
  SMP_TAGS_DAMAGED: '{name} has no valid MCUboot tags after its program. Nothing was erased. Sign the firmware again.',
  SMP_NO_HASH: '{name} carries no hash, so MCUboot would reject it. Nothing was erased. Sign it with imgtool.',
  SMP_HASH:
    'The hash in {name} does not fit its content. Nothing was erased. The file was changed after signing: sign or copy it again.',
  SMP_UNSIGNED: '{name} has no signature. Only a bootloader that checks none starts it.',
  SMP_NOT_BOOTABLE: '{name} is marked as not bootable.',
  SMP_PADDED:
    '{name} is padded from {size} to {padded} bytes, which takes longer to send and may mark itself as pending. Usually the file without padding is meant.',
  SMP_TRAILING: '{name} has other data behind its image ({size} of {whole} bytes).',
  SMP_TWINS: '{first} and {second} are the same image.',
} as const

/** The same in few words. */
export const smpHeadlines = {
  SMP_SILENT: 'No SMP reply',
  SMP_OTHER_OUTPUT: 'Not in recovery',
  SMP_NORDIC_BOOTLOADER: 'Other bootloader',
  SMP_SILENT_AT: 'Unit timeout',
  SMP_REFUSED: 'Unit refused',
  SMP_STRANGE_ANSWER: 'Unknown reply',
  SMP_ERASE_SILENT: 'Erase timeout',
  SMP_LOST: 'Unit stopped replying',
  SMP_UPLOAD_REFUSED: 'Image refused',
  SMP_NO_IMAGES: 'Takes no images',
  SMP_CHUNK_REFUSED: 'Write refused',
  SMP_STUCK: 'Upload is stuck',
  SMP_RESTARTS: 'Unit keeps resetting',
  SMP_STRANGE_OFFSET: 'Wrong offset',
  SMP_MATCH: 'SHA-256 mismatch',
  SMP_TOO_LARGE: 'Larger than the slot',
  SMP_NOT_LISTED: 'Image not accepted',
  SMP_NO_LIST: 'Image not compared',
  SMP_CANNOT_ACTIVATE: 'Cannot activate',
  SMP_PENDING: 'Another image pending',
  SMP_RESET_REFUSED: 'Reset refused',
  SMP_STARTS_LATER: 'Starts at power-up',
  SMP_NOT_STARTED: 'Old image runs',
  SMP_NOT_BACK: 'No reply after reset',
  SMP_SIGN_FIRST: 'Image not signed',
  SMP_NO_HEADER: 'No MCUboot header',
  SMP_OLD_FORMAT: 'Old image format',
  SMP_TRUNCATED: 'Image cut off',
  SMP_TAGS_DAMAGED: 'MCUboot tags damaged',
  SMP_NO_HASH: 'No image hash',
  SMP_HASH: 'Image hash wrong',
  SMP_UNSIGNED: 'No signature',
  SMP_NOT_BOOTABLE: 'Not bootable',
  SMP_PADDED: 'Padded image',
  SMP_TRAILING: 'Data behind image',
  SMP_TWINS: 'Same image twice',
} as const
