/*
 * Preloaded into the server (LD_PRELOAD): reads, writes or syncs of chosen files fail while a control file says so.
 *
 *   BROKENDISK_CONTROL  128 bytes, mapped: [0] what fails with EIO: 'r' reads, 'w' writes, 's' syncs, 0 nothing; [1…63] a piece of the path, ended by 0
 *                       (one that begins with '/' may be anywhere in the path, another is its end); [64…71] calls that were failed so far
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile char *control;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("BROKENDISK_CONTROL");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    control = file < 0 ? MAP_FAILED : mmap(NULL, 128, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (control == MAP_FAILED)
    {
        abort(); /* A shim that does nothing must not let a test pass. */
    }
}

static int fails(int fd, char what)
{
    char link[64], path[PATH_MAX], wanted[64];
    ssize_t length;
    size_t piece;
    if (!control || control[0] != what)
    {
        return 0;
    }

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    memcpy(wanted, (const char *)control + 1, 63);
    wanted[63] = 0;
    piece = strlen(wanted);
    if (length <= 0 || path[0] != '/')
    {
        return 0;
    }

    path[length] = 0;
    if (wanted[0] == '/' ? !strstr(path, wanted) : ((size_t)length < piece || strcmp(path + length - piece, wanted) != 0))
    {
        return 0;
    }

    __atomic_add_fetch((uint64_t *)(control + 64), 1, __ATOMIC_SEQ_CST);
    errno = EIO;
    return 1;
}

/* Each call with its own kind: what is not failed is passed on. */
#define CALL(type, name, what, parameters, arguments)           \
    type name parameters                                        \
    {                                                           \
        static type (*real) parameters;                         \
        if (!real)                                              \
        {                                                       \
            *(void **)&real = dlsym(RTLD_NEXT, #name);          \
        }                                                       \
                                                                \
        return fails(fd, what) ? -1 : real arguments;           \
    }

CALL(ssize_t, read, 'r', (int fd, void *to, size_t count), (fd, to, count))
CALL(ssize_t, pread64, 'r', (int fd, void *to, size_t count, off64_t offset), (fd, to, count, offset))
CALL(ssize_t, preadv64, 'r', (int fd, const struct iovec *parts, int count, off64_t offset), (fd, parts, count, offset))
CALL(ssize_t, write, 'w', (int fd, const void *from, size_t count), (fd, from, count))
CALL(ssize_t, pwrite64, 'w', (int fd, const void *from, size_t count, off64_t offset), (fd, from, count, offset))
CALL(ssize_t, pwritev64, 'w', (int fd, const struct iovec *parts, int count, off64_t offset), (fd, parts, count, offset))
CALL(int, ftruncate64, 'w', (int fd, off64_t length), (fd, length))
CALL(int, fsync, 's', (int fd), (fd))
CALL(int, fdatasync, 's', (int fd), (fd))

#define OURS OUR(fsync), OUR(fdatasync)
#include "dlsym.h"
