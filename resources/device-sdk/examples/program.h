/* An image that is this program: what it says of itself, and how the next one takes over. */
#ifndef OTA_PROGRAM_H
#define OTA_PROGRAM_H

#include <stddef.h>

/* Where this program's file is. Returns whether that is known. */
int program_path(char *path, size_t size);
/* Whether the program in that file runs on this machine and says it is of that version. */
int program_is(const char *path, const char *version);

#endif
