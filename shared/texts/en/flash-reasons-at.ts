/** Codes of modules that update themselves by AT commands; `words` are the module's own. */
export const atReasons = {
  AT_SILENT:
    "No answer to AT within {seconds} s. Nothing was changed. Check power and baud rate, and that this is the module's AT port: a USB module has several ports, and ModemManager may hold it.",
  AT_NO_OK:
    'Something answers on this port, but not OK within {seconds} s: {words}. Nothing was changed. Correct the baud rate, or choose another port of the module.',
  AT_NO_MODEL:
    'The module did not answer its model ({command}). Nothing was changed. Choose another profile in the recipe.',
  AT_NO_VERSION:
    'Module {model} did not answer its version ({command}). Nothing was changed. Choose another profile in the recipe.',
  AT_UNIT_UNUSABLE: 'The module has no usable identity: {command} answered {found}. Its barcode names it.',
  AT_NO_WAY:
    'Profile "{profile}" has no way "{way}" for {model}. Nothing was changed. Choose another profile or way in the recipe, or write the commands of this module into a profile of your own in the folder at-profiles of the data directory.',
  AT_ONE_PACKAGE: 'A module takes one package; the recipe has {count}. Nothing was changed. Keep one.',
  AT_PROFILE_UNKNOWN:
    'Profile "{profile}" is not on this station. Nothing was changed. Copy its file into the folder at-profiles of the data directory, or choose another one in the recipe.',
  AT_PROFILE_FAULT:
    'Profile {file} cannot be used: {field}: {detail}. Nothing was changed. Correct the file in the folder at-profiles of the data directory.',
  AT_ADDRESS_LONG:
    'The download address on host {host} has more than {max} characters. Nothing was changed. Enter a shorter host in the recipe.',
  AT_NO_ANSWER: 'The module did not answer {command}; its last line was: {words}. Restart the module, then retry.',
  AT_REFUSED: 'The module refused {command}: {words}. Check that profile and package are for this module, then retry.',
  AT_NO_REQUEST:
    "The module did not request the package within {seconds} s. It does not reach {url}: a module on the mobile network does not see this LAN. Connect it to the station's network, set a host that it reaches, or use the way over the serial port.",
  AT_IDLE:
    'The download stood still for {seconds} s. The station sent {bytes} of {size} bytes (HTTP status {status}). Check the network of the module, then retry.',
  AT_NOT_BACK:
    'The module did not answer again within {seconds} s. The station had sent {bytes} of {size} bytes (HTTP status {status}). It may still be updating: leave it powered for some minutes, then retry.',
  AT_VERSION_SAME:
    'The module has version {version} as before: it did not take the package, or restored its old firmware. The station sent {bytes} of {size} bytes (HTTP status {status}). Check that the package is for this model and this version.',
  AT_VERSION_OTHER:
    'The module has version {version} now (before: {before}); the recipe expects {wanted}. Correct the package or the expected version.',
  AT_VERSION_KEPT:
    'The module had version {version} before and has it now; it is not known whether it was installed again.',
  AT_STILL_UPDATING: 'Stopped. The module may still be updating: leave it powered for some minutes. Then run it again.',
  AT_RESULT_NETWORK:
    'Update failed, the module has no connection to the station: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Check its network and the host in the recipe.',
  AT_RESULT_SERVER:
    'Update failed, the download failed: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Check the network, then retry.',
  AT_RESULT_NOT_FOUND:
    'Update failed, the module did not find the package on the server: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Retry; if it happens again, check the host in the recipe.',
  AT_RESULT_TIMEOUT:
    'Update failed, the module ran out of time: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Check the network, then retry.',
  AT_RESULT_ADDRESS:
    'Update failed, the module does not accept the address: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Correct host or profile in the recipe.',
  AT_RESULT_PACKAGE:
    'Update failed, the module does not accept the package: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Use the package that is made for this model.',
  AT_RESULT_SOURCE:
    "Update failed, the delta package does not fit the module's version: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Use the delta for exactly this version, or a full package.",
  AT_RESULT_SIZE:
    'Update failed, the size of the package is wrong or too large: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Use the package that is made for this model.',
  AT_RESULT_SPACE:
    'Update failed, the module has no space for the package: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Delete files on the module, then retry.',
  AT_RESULT_STORAGE:
    'Update failed, the module could not store the package: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Correct its storage setting, then retry.',
  AT_RESULT_BUSY:
    'Update failed, the module is busy: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Wait a minute, then retry.',
  AT_RESULT_RESTORED:
    'Update failed, the module restored its old firmware: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Check that the package is for this model and this version.',
  AT_RESULT_REJECTED:
    'Update failed, the module rejected the new firmware: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Use the package that is made for this model.',
  AT_RESULT_OTHER:
    "Update failed, the module reported a failure: {words} (code {code}). The station sent {bytes} of {size} bytes (HTTP status {status}). Look the code up in the maker's manual.",
} as const
