/** Whether the system refused another file or socket because the process (EMFILE) or the computer (ENFILE) reached its limit. */
export const isOutOfFiles = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
