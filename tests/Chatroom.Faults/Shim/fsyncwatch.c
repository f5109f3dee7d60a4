/*
 * Preloaded into the server (LD_PRELOAD): tells of every fsync of a file under a folder, and holds it back while another file exists.
 *
 *   FSYNCWATCH_FOLDER  only files below it are watched
 *   FSYNCWATCH_HOLD    while this file exists, a watched call does not begin (and so does not return)
 *   FSYNCWATCH_LOG     one line per event: "enter NAME" before the call, "return NAME" after it
 *
 * Folders are not watched, only files: their syncs come between.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef int (*sync_call)(int);

/* One write(2) of a whole line in append mode: lines of several threads do not mix. */
static void tell(const char *what, const char *path)
{
    const char *log = getenv("FSYNCWATCH_LOG");
    char line[PATH_MAX + 16];
    int length = snprintf(line, sizeof line, "%s %s\n", what, path);
    int file = log ? open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

    if (file < 0 || length < 0 || write(file, line, (size_t)length) != length)
    {
        abort(); /* A watcher that does not see must not let a test pass. */
    }

    close(file);
}

static int watched(int fd, char *path, size_t size)
{
    const char *folder = getenv("FSYNCWATCH_FOLDER");
    char link[64];
    ssize_t length;
    struct stat file;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, size - 1);
    if (!folder || length <= 0)
    {
        return 0;
    }

    path[length] = '\0';
    return strncmp(path, folder, strlen(folder)) == 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
}

static int pass(const char *name, int fd)
{
    sync_call real = (sync_call)dlsym(RTLD_NEXT, name);
    const char *hold = getenv("FSYNCWATCH_HOLD");
    const struct timespec moment = { 0, 1000000 };
    char path[PATH_MAX];
    int result, error;

    if (!watched(fd, path, sizeof path))
    {
        return real(fd);
    }

    tell("enter", path);
    while (hold && access(hold, F_OK) == 0)
    {
        nanosleep(&moment, NULL);
    }

    result = real(fd);
    error = errno;
    tell("return", path);
    errno = error;
    return result;
}

int fsync(int fd)
{
    return pass("fsync", fd);
}

int fdatasync(int fd)
{
    return pass("fdatasync", fd);
}

#define OURS OUR(fsync), OUR(fdatasync)
#include "dlsym.h"
