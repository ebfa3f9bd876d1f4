/** Codes of external programmers; `words` are the program's own last lines. */
export const commandReasons = {
  COMMAND_UNKNOWN:
    'Programmer "{programmer}" is not set up on this station. Nothing was erased. An engineer adds it under Settings → Programmers, or chooses another one in the recipe.',
  COMMAND_NOT_FOUND:
    'Program {program} was not found. Nothing was erased. Install it, or correct its path under Settings → Programmers.',
  COMMAND_NOT_EXECUTABLE:
    '{program} cannot be executed. Nothing was erased. Check that it is a program and that this user may run it (chmod +x), or correct its path under Settings → Programmers.',
  COMMAND_NOT_STARTED:
    '{program} did not start: {detail}. Nothing was written. Start it manually on this computer and correct what it reports.',
  COMMAND_IMAGE_MISSING:
    'Programmer "{programmer}" needs {place}, but the recipe has {count} image(s). Nothing was erased. Add the image, or choose another programmer.',
  COMMAND_ADDRESS_MISSING:
    'Programmer "{programmer}" needs an address for {name}. Nothing was erased. Enter it beside the image in the recipe.',
  COMMAND_VALUE_MISSING:
    'Programmer "{programmer}" needs a value for "{value}". Nothing was erased. Enter it in the write options of the recipe.',
  COMMAND_VALUE_OPTION:
    'Value "{value}" begins with "-" ({text}); the program would take it for an option. Nothing was erased. Correct it in the recipe.',
  COMMAND_VALUE_UNSAFE:
    'Value "{value}" is "{text}"; within a longer argument or a script only letters, digits and . _ : - are allowed. Nothing was erased. Correct it, or pass it as a separate argument.',
  COMMAND_PLACE_MISSING:
    'Programmer "{programmer}" needs {place}, which is not known for this unit. Nothing was erased. Scan the barcode, or replug the unit at its USB port.',
  COMMAND_FOLDER:
    'The images could not be copied for the program: {detail}. Nothing was written. Free disk space and retry.',
  COMMAND_FAILED:
    'The program ended with exit code {code}: {words}. The unit may be incomplete. Check connection and power, then retry; the log has its output.',
  COMMAND_ENDED:
    'The program was ended by {signal}: {words}. The unit may be incomplete. Retry; if it happens again, start the program manually.',
  COMMAND_REPORTED:
    'The program reported a failure (exit code {code}): {words}. The unit may be incomplete. Check connection and power, then retry.',
  COMMAND_NO_SUCCESS:
    'The program ended with exit code {code} and did not report success: {words}. The unit may be incomplete. Retry; if the unit is good, correct the success pattern under Settings → Programmers.',
  COMMAND_TIMEOUT:
    'The program did not end within {seconds} s and was stopped: {words}. The unit may be incomplete. Check the connection, or raise the time limit in the recipe.',
  COMMAND_SERIAL_OPTION: '"{text}" begins with "-"; the program may take it for an option.',
  COMMAND_SUCCESS_LINE: 'The program ended with exit code {code}; its success line counts.',
} as const
