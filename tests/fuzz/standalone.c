/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/fuzz/standalone.c — main for a fuzz target where there is no libFuzzer: runs every file of
 * the folders, and every file, that the command line names. An empty run is a failure. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "target.h"

enum { PATH_BYTES = 1024 };

/* The block has exactly the size of the file: a sanitizer sees a read behind it. */
static bool file_run(const char *path)
{
    struct stat info;
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    bool read = false;

    if (file && fstat(fileno(file), &info) == 0)
        data = malloc((size_t)info.st_size + (info.st_size == 0));
    if (data)
        read = fread(data, 1, (size_t)info.st_size, file) == (size_t)info.st_size;
    if (read)
        (void)LLVMFuzzerTestOneInput(data, (size_t)info.st_size);
    else
        perror(path);
    free(data);
    if (file)
        (void)fclose(file);
    return read;
}

/* Number of files that ran; negative if one could not be read. */
static long path_run(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    char name[PATH_BYTES];
    long count = 0;

    if (!folder)
        return file_run(path) ? 1 : -1;
    while (count >= 0 && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        count = file_run(name) ? count + 1 : -1;
    }
    (void)closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    long total = 0;

    for (int i = 1; i < argc; i++) {
        long count = path_run(argv[i]);

        if (count < 0)
            return EXIT_FAILURE;
        total += count;
    }
    printf("%ld inputs\n", total);
    return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
