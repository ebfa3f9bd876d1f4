/** Codes of files for the `esp` family, found before anything is erased: what is wrong and what to do. */
export const espFileReasons = {
  ESP_TABLE_CSV:
    '{name} is a partition table in text form (CSV); the chip needs the binary one. Use partition-table.bin (partitions.bin) of the build, or convert it with gen_esp32part.',
  ESP_TABLE_DAMAGED:
    'The partition table in {name} at {address} is damaged (wrong row or MD5); the unit would not start. Nothing was erased. Build it again.',
  ESP_TABLE_UNREADABLE:
    '{name} at {address} is not a partition table. Nothing was erased. Use partition-table.bin (partitions.bin) of the build, or correct the address.',
  ESP_TABLE_NO_APP: 'The partition table in {name} has no app partition; nothing could start. Check the table.',
  ESP_TABLE_NO_OTADATA:
    'The partition table in {name} has {count} OTA slots but no otadata partition; the unit cannot switch to an OTA upgrade. Check the table.',
  ESP_PARTITIONS_OVERLAP:
    'Partitions "{first}" and "{second}" overlap at {address}. Nothing was erased. Correct the partition table.',
  ESP_PARTITION_UNALIGNED:
    'Partition "{label}" begins at {address}, not at a multiple of {step}. Nothing was erased. Correct the partition table.',
  ESP_PARTITION_BEYOND_HEADER:
    'Partition "{label}" ends at {end}, but {name} is built for {limit} bytes of flash; most bootloaders stop there. Set "Flash size" to "As detected" in the recipe, or build for the larger flash.',
  ESP_PARTITION_TOO_SMALL:
    '{name} has {size} bytes; partition "{label}" holds {limit}. Nothing was erased. Use a smaller build or a larger partition.',
  ESP_BOOTLOADER_AS_APP:
    '{name} at {address} is a bootloader; partition "{label}" holds an app. Nothing was erased. Check file and address.',
  ESP_APP_AS_BOOTLOADER:
    '{name} at {address} is an app; {chip} starts its bootloader there. Nothing was erased. Check file and address.',
  ESP_BOOTLOADER_OFFSET:
    '{name} is at {address}; {chip} starts its bootloader at {expected}. Nothing was erased. Correct the address.',
  ESP_APP_BLANK:
    '{name} has no content (only 0xFF or 0x00); partition "{label}" at {address} holds an app. Nothing was erased. Use the .bin of the build.',
  ESP_APP_FOREIGN:
    '{name} is a {found} file, not firmware; partition "{label}" at {address} holds an app. Nothing was erased. Use the .bin of the build; unpack archives first.',
  ESP_APP_RANDOM:
    '{name} is encrypted or random data, not firmware; partition "{label}" at {address} holds an app. Nothing was erased. Use the plain .bin of the build.',
  ESP_APP_UNKNOWN:
    '{name} is not an ESP image; partition "{label}" at {address} holds an app. Nothing was erased. Check file and address.',
  ESP_APP_NOWHERE:
    '{name} is an app, but no app partition begins at {address}; it would not start. Nothing was erased. Correct the address or the partition table.',
  ESP_APP_IN_DATA:
    '{name} is an app, but "{label}" at {address} is a data partition ({subtype}). Nothing was erased. Correct the address.',
  ESP_FOREIGN_FILE:
    '{name} at {address} is a {found} file, not firmware. Check the file unless a data partition begins there.',
  ESP_RANDOM_FILE:
    '{name} at {address} is encrypted or random data; apps usually begin there. Check the file unless a data partition begins there.',
  ESP_UNIT_DATA_PLACE:
    'The unit data is at {address}, where no nvs partition begins (nvs: {places}). Nothing was erased. Correct the address of the unit data.',
  ESP_UNIT_DATA_TOO_LARGE:
    'The unit data takes {size} bytes; partition "{label}" has {limit}. Nothing was erased. Set its size to that of the partition.',
  ESP_UNIT_DATA_SHORT:
    'The unit data takes {size} of the {limit} bytes of "{label}"; old values in the rest stay on the unit. Set its size to {limit}, or erase "{label}" in the recipe.',
  ESP_OTADATA_KEPT:
    '"{label}" at {address} is neither written nor erased; a unit that once took an OTA upgrade keeps starting its old slot. Erase "{label}" in the recipe, or add ota_data_initial.bin (boot_app0.bin).',
  ESP_NO_APP: 'No app is written; "{label}" at {address} is unchanged. Add the app unless the unit already has it.',
  ESP_NO_TABLE: 'No partition table is written at {address}. Add one unless the unit already has it.',
  ESP_IMAGE_REVISION:
    '{name} runs on chip revisions {needed}; this is {found}. Nothing was erased. Use another build or another chip.',
  ESP_SIGNED_KEPT:
    '{name} is signed; its flash mode, frequency and size stay as signed. Set them to "As in the image" in the recipe.',
  ESP_UNSIGNED:
    '{name} at {address} is not signed; a chip with secure boot will not start it. Sign it, or turn off "Accept chips with secure boot".',
  ESP_SECURE_BOOTLOADER:
    '{name} at {address} is below {limit}, where secure boot has its bootloader; writing it may disable the chip permanently. Remove the file from the recipe for such chips.',
  BUILD_ENCRYPTED:
    'The build writes {names} encrypted; this program writes plain images. Use this recipe only for units without flash encryption.',
  BUILD_OTADATA_ERASED:
    'The build has no otadata file (boot_app0.bin); the recipe erases "{label}" instead, with the same effect.',
  ESP_ERASE_UNKNOWN:
    '"{label}" is to be erased, but the partition table of the recipe has no such partition. Correct "Erase partitions" in the recipe, or enter 0xADDRESS:0xSIZE.',
  ESP_ERASE_UNALIGNED:
    '"{label}" is to be erased, but does not begin and end at multiples of 4096 bytes. Correct "Erase partitions" in the recipe.',
  ESP_ERASE_TOO_LARGE:
    '"{label}" is to be erased, but is larger than {limit}. Correct "Erase partitions" in the recipe, or turn on "Erase the whole flash first".',
} as const

/** The same codes in few words. */
export const espFileHeadlines = {
  ESP_TABLE_CSV: 'Partition table is text',
  ESP_TABLE_DAMAGED: 'Partition table damaged',
  ESP_TABLE_UNREADABLE: 'No partition table',
  ESP_TABLE_NO_APP: 'No app partition',
  ESP_TABLE_NO_OTADATA: 'No otadata partition',
  ESP_PARTITIONS_OVERLAP: 'Partitions overlap',
  ESP_PARTITION_UNALIGNED: 'Partition not aligned',
  ESP_PARTITION_BEYOND_HEADER: 'Built for smaller flash',
  ESP_PARTITION_TOO_SMALL: 'Partition too small',
  ESP_BOOTLOADER_AS_APP: 'Bootloader as app',
  ESP_APP_AS_BOOTLOADER: 'App as bootloader',
  ESP_BOOTLOADER_OFFSET: 'Wrong bootloader address',
  ESP_APP_BLANK: 'App without content',
  ESP_APP_FOREIGN: 'App is not firmware',
  ESP_APP_RANDOM: 'App is encrypted',
  ESP_APP_UNKNOWN: 'App is not an image',
  ESP_APP_NOWHERE: 'App at wrong address',
  ESP_APP_IN_DATA: 'App in data partition',
  ESP_FOREIGN_FILE: 'File is not firmware',
  ESP_RANDOM_FILE: 'File is encrypted',
  ESP_UNIT_DATA_PLACE: 'Unit data not in nvs',
  ESP_UNIT_DATA_TOO_LARGE: 'Unit data too large',
  ESP_UNIT_DATA_SHORT: 'Unit data below nvs size',
  ESP_OTADATA_KEPT: 'otadata not written',
  ESP_NO_APP: 'No app written',
  ESP_NO_TABLE: 'No table written',
  ESP_IMAGE_REVISION: 'Wrong chip revision',
  ESP_SIGNED_KEPT: 'Signed header kept',
  ESP_UNSIGNED: 'Image not signed',
  ESP_SECURE_BOOTLOADER: 'Secure bootloader region',
  BUILD_ENCRYPTED: 'Image is encrypted',
  BUILD_OTADATA_ERASED: 'otadata is erased',
  ESP_ERASE_UNKNOWN: 'Unknown partition',
  ESP_ERASE_UNALIGNED: 'Erase not aligned',
  ESP_ERASE_TOO_LARGE: 'Erase too large',
} as const
