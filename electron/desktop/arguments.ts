/** Switches of Chromium, Node and the systems' launchers that may stand among our options. */
const foreign =
  /^(-psn_.*|--(no-sandbox|inspect|inspect-brk|remote-debugging-port|remote-debugging-pipe|ozone-platform|ozone-platform-hint|disable-gpu|enable-logging|force-device-scale-factor|lang|user-data-dir|allow-file-access-from-files|original-process-start-time)(=.*)?)$/

/**
 * The station's options among Electron's `process.argv`. Run from the project, the first word that is no switch is the
 * application's path and ours follow it; packaged, they follow the program.
 */
export const appArguments = (argv: readonly string[], packaged: boolean): string[] => {
  const words = argv.slice(1)
  const path = packaged ? -1 : words.findIndex((word) => !word.startsWith('-'))
  return words.slice(path + 1).filter((word) => !foreign.test(word))
}
