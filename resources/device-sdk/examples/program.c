#define _POSIX_C_SOURCE 200809L

#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Most seconds that a new program may take to say its version. */
#ifndef OTA_EXAMPLE_TRIAL_S
#define OTA_EXAMPLE_TRIAL_S 30
#endif
enum { TRIAL_S = OTA_EXAMPLE_TRIAL_S, ANSWER_SIZE = 128 };

int program_path(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size);

    if (length <= 0 || (size_t)length >= size)
        return 0;
    path[length] = 0;
    return 1;
}

int program_is(const char *path, const char *version)
{
    char answer[ANSWER_SIZE];
    size_t used = 0, length = strlen(version);
    ssize_t got = 0;
    int ends[2], status;
    pid_t child;

    if (pipe(ends) != 0)
        return 0;
    child = fork();
    if (child == 0) {
        /* It outlives the exec and ends what hangs. */
        alarm(TRIAL_S);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(path, path, "--version", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while (child > 0 && used < sizeof answer && (got = read(ends[0], answer + used, sizeof answer - used)) > 0)
        used += (size_t)got;
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 && used == length + 1 && memcmp(answer, version, length) == 0 &&
           answer[length] == '\n';
}
