/*
 * P/Invokes of .NET into libc ask dlsym for a call, past the symbol table: a shim needs a dlsym of its own that gives its calls. Included at the end of a
 * shim, after OURS: a list of OUR(name) for each call that may be asked for so.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define OUR(name) { #name, (void *)name }

void *dlsym(void *restrict library, const char *restrict name)
{
    static const struct { const char *name; void *call; } ours[] = { OURS };
    static void *(*real)(void *, const char *);
    const char *versions[] = { "GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5" };

    for (size_t i = 0; i < 3 && !real; i++)
    {
        *(void **)&real = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    }

    if (!real)
    {
        abort(); /* A shim that does not see must not let a test pass. */
    }

    for (size_t i = 0; i < sizeof ours / sizeof ours[0] && library != RTLD_NEXT; i++)
    {
        if (strcmp(name, ours[i].name) == 0)
        {
            return ours[i].call;
        }
    }

    return real(library, name);
}
