/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/test_image.c — the loader of programs: what is taken, and everything that is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "elf_fixture.h"
#include "machine/image.h"

static const struct image_ram ram = {{ELF_BASE}, 0x10000};

/* The file is refused with this message. */
static void refused(const void *bytes, size_t size, const char *message)
{
    struct image image;
    struct diagnostic diag = {""};

    assert_int_equal(image_parse(bytes, size, "p.elf", &ram, &image, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, message);
}

static void file_refused(const struct elf_file *file, const char *message)
{
    refused(file, sizeof *file, message);
}

static struct image taken(const struct elf_file *file)
{
    struct image image;
    struct diagnostic diag = {""};

    if (image_parse((const uint8_t *)file, sizeof *file, "p.elf", &ram, &image, &diag) != STATUS_OK)
        fail_msg("%s", diag.text);
    return image;
}

static void a_good_file_gives_its_segments_entry_and_symbols(void **unused)
{
    struct elf_file file = elf_good();
    struct image image = taken(&file);

    (void)unused;
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.segment[0].first.v, ELF_BASE);
    assert_int_equal(image.segment[0].file_bytes, ELF_CODE_BYTES);
    assert_int_equal(image.segment[1].size_bytes, 0x1000);
    assert_int_equal(image.entry.v, ELF_BASE);
    assert_int_equal(image.symbols.tohost.v, ELF_BASE + 0x2000);
    assert_int_equal(image.symbols.fromhost.v, ELF_BASE + 0x2040);
    assert_int_equal(image.symbols.begin_signature.v, ELF_BASE + 0x2100);
    assert_int_equal(image.symbols.end_signature.v, ELF_BASE + 0x2110);
    assert_true(image_overlaps(&image, (spa_t){ELF_BASE + 0x2fff}, 10));
    assert_false(image_overlaps(&image, (spa_t){ELF_BASE + 0x1000}, 0x1000));
    image_free(&image);
}

static void segments_arrive_in_memory(void **unused)
{
    struct memory_config config = {
        .page_count = (ELF_BASE + 0x10000) / PAGE_SIZE, .c_bit = 51, .asid_max = 1};
    struct access access = {.kind = ACCESS_READ, .spa = {ELF_BASE}};
    struct elf_file file = elf_good();
    struct image image = taken(&file);
    uint8_t got[ELF_CODE_BYTES];
    struct memory *memory;
    struct fault fault;

    (void)unused;
    assert_int_equal(memory_create(&config, &memory), STATUS_OK);
    assert_true(image_load(&image, memory));
    assert_true(memory_read(memory, &access, got, sizeof got, &fault));
    assert_memory_equal(got, file.code, sizeof got);
    memory_destroy(memory);
    image_free(&image);
}

static void linked_addresses_are_translated_by_their_segment(void **unused)
{
    struct elf_file file = elf_good();
    struct image image;

    (void)unused;
    file.segment[0].p_vaddr = file.header.e_entry = UINT64_C(0xffffffff80000000);
    file.segment[1].p_vaddr = UINT64_C(0xffffffff80002000);
    file.symbol[1].st_value = UINT64_C(0xffffffff80002008);
    image = taken(&file);
    assert_int_equal(image.entry.v, ELF_BASE);
    assert_int_equal(image.symbols.tohost.v, ELF_BASE + 0x2008);
    assert_int_equal(image.symbols.fromhost.v, ELF_BASE + 0x2040); /* physical already */
    image_free(&image);
}

static void a_position_independent_file_moves_into_ram(void **unused)
{
    struct elf_file file = elf_good();
    struct image image;

    (void)unused;
    file.header.e_type = ET_DYN;
    file.header.e_entry = 0x10;
    file.segment[0].p_paddr = file.segment[0].p_vaddr = 0;
    file.segment[1].p_paddr = file.segment[1].p_vaddr = 0x2000;
    file.symbol[1].st_value = 0x2000;
    image = taken(&file);
    assert_int_equal(image.segment[0].first.v, ELF_BASE);
    assert_int_equal(image.segment[1].first.v, ELF_BASE + 0x2000);
    assert_int_equal(image.entry.v, ELF_BASE + 0x10);
    assert_int_equal(image.symbols.tohost.v, ELF_BASE + 0x2000);
    image_free(&image);
    file = elf_good();
    file.header.e_type = ET_DYN;
    image = taken(&file);
    assert_int_equal(image.segment[0].first.v, ELF_BASE);
    image_free(&image);
}

static void a_file_without_symbols_has_none(void **unused)
{
    struct elf_file file = elf_good();
    struct image image;

    (void)unused;
    file.header.e_shnum = 0;
    file.header.e_shoff = 0;
    image = taken(&file);
    assert_int_equal(image.symbols.tohost.v | image.symbols.begin_signature.v, 0);
    image_free(&image);
}

static void what_is_no_elf_file_of_this_kind_is_refused(void **unused)
{
    struct elf_file file = elf_good();

    (void)unused;
    refused("", 0, "p.elf: the file is empty; expected an ELF file");
    refused("#!/bin/sh\nexit 0\n", 17,
            "p.elf: this is no ELF file; expected one, or FILE@ADDRESS for a raw image");
    refused(&file, 4, "p.elf: this is no ELF file; expected one, or FILE@ADDRESS for a raw image");
    file.header.e_ident[EI_CLASS] = ELFCLASS32;
    file_refused(&file, "p.elf: the ELF file is not of 64 bits; expected ELFCLASS64");
    file = elf_good();
    file.header.e_ident[EI_DATA] = ELFDATA2MSB;
    file_refused(&file, "p.elf: the ELF file is not little-endian; expected ELFDATA2LSB");
    file = elf_good();
    file.header.e_machine = EM_X86_64;
    file_refused(&file, "p.elf: the ELF file is for another machine; expected EM_RISCV");
    file = elf_good();
    file.header.e_type = ET_REL;
    file_refused(&file, "p.elf: the ELF file is no executable; expected ET_EXEC or ET_DYN");
}

static void a_truncated_file_is_refused(void **unused)
{
    struct elf_file file = elf_good();

    (void)unused;
    refused(&file, sizeof file.header - 1, "p.elf: the ELF file is truncated; expected its header");
    refused(&file, sizeof file.header + 10,
            "p.elf: the ELF file is truncated; expected its segment headers");
    file.header.e_shnum = 0;
    file.header.e_shoff = 0;
    refused(&file, sizeof file - 1,
            "p.elf: the ELF file is truncated; expected 0x40 bytes at offset 0x228");
    file.header.e_phoff = UINT64_MAX - 8;
    file_refused(&file, "p.elf: the ELF file is truncated; expected its segment headers");
    file = elf_good();
    file.segment[0].p_offset = UINT64_MAX - 8;
    file_refused(&file, "p.elf: the ELF file is truncated; expected 0x40 bytes at offset "
                        "0xfffffffffffffff7");
}

static void segments_that_do_not_fit_are_refused(void **unused)
{
    struct elf_file file = elf_good();

    (void)unused;
    file.segment[1].p_paddr = 0x1000;
    file_refused(&file, "p.elf: 0x1000 bytes at 0x1000 do not lie in RAM; expected 0x80000000 to "
                        "0x8000ffff");
    file.segment[1].p_paddr = ELF_BASE + 0xf001;
    file_refused(&file, "p.elf: 0x1000 bytes at 0x8000f001 do not lie in RAM; expected 0x80000000 "
                        "to 0x8000ffff");
    file.segment[1].p_paddr = UINT64_MAX - 0xfff;
    file_refused(&file, "p.elf: 0x1000 bytes at 0xfffffffffffff000 do not lie in RAM; expected "
                        "0x80000000 to 0x8000ffff");
    file = elf_good();
    file.segment[1].p_memsz = UINT64_MAX;
    file_refused(&file, "p.elf: 0xffffffffffffffff bytes at 0x80002000 do not lie in RAM; expected "
                        "0x80000000 to 0x8000ffff");
    file = elf_good();
    file.segment[1].p_paddr = ELF_BASE + ELF_CODE_BYTES - 1;
    file_refused(&file, "p.elf: the segment at 0x8000003f overlaps another; expected each piece of "
                        "RAM once");
    file = elf_good();
    file.segment[0].p_memsz = ELF_CODE_BYTES - 1;
    file_refused(&file, "p.elf: a segment has more bytes in the file than in memory; expected "
                        "p_filesz up to p_memsz");
}

static void a_file_with_nothing_to_load_is_refused(void **unused)
{
    struct elf_file file = elf_good();

    (void)unused;
    file.header.e_phnum = 0;
    file_refused(&file, "p.elf: the ELF file has no segments; expected one PT_LOAD");
    file = elf_good();
    file.segment[0].p_type = file.segment[1].p_type = PT_NOTE;
    file_refused(&file, "p.elf: there is nothing to load; expected a segment PT_LOAD");
    file = elf_good();
    file.segment[0].p_filesz = file.segment[0].p_memsz = file.segment[1].p_memsz = 0;
    file_refused(&file, "p.elf: there is nothing to load; expected a segment PT_LOAD");
}

static void too_many_segments_are_refused(void **unused)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segment[IMAGE_SEGMENT_MAX + 1];
    } file = {.header = elf_good().header};

    (void)unused;
    file.header.e_phnum = IMAGE_SEGMENT_MAX + 1;
    file.header.e_shnum = 0;
    file.header.e_shoff = 0;
    for (unsigned i = 0; i <= IMAGE_SEGMENT_MAX; i++)
        file.segment[i] =
            (Elf64_Phdr){.p_type = PT_LOAD, .p_paddr = ELF_BASE + i * UINT64_C(16), .p_memsz = 16};
    refused(&file, sizeof file, "p.elf: too many segments; expected at most 32");
}

static void an_entry_outside_the_program_is_refused(void **unused)
{
    struct elf_file file = elf_good();

    (void)unused;
    file.header.e_entry = ELF_BASE + ELF_CODE_BYTES;
    file_refused(&file, "p.elf: the entry 0x80000040 lies in no segment; expected it in loaded "
                        "memory");
    file.header.e_entry = 0;
    file_refused(&file, "p.elf: the entry 0x0 lies in no segment; expected it in loaded memory");
    file.header.e_entry = ELF_BASE + 1;
    file_refused(&file, "p.elf: the entry 0x80000001 is odd; expected an even address");
}

static void damaged_symbols_are_refused(void **unused)
{
    struct elf_file file = elf_good();

    (void)unused;
    file.section[1].sh_entsize = 8;
    file_refused(&file, "p.elf: the table of symbols is damaged; expected an ELF file");
    file = elf_good();
    file.section[1].sh_offset = UINT64_MAX - 4;
    file_refused(&file, "p.elf: the table of symbols is damaged; expected an ELF file");
    file = elf_good();
    file.symbol[1].st_value = 0x1000;
    file_refused(&file, "p.elf: the symbol tohost is 0x1000; expected a multiple of 4 in RAM");
    file = elf_good();
    file.symbol[2].st_value = ELF_BASE + 0xfffc;
    file_refused(&file,
                 "p.elf: the symbol fromhost is 0x8000fffc; expected a multiple of 4 in RAM");
    file = elf_good();
    file.symbol[2].st_name = 5000; /* a symbol without a name is nobody's */
    struct image image = taken(&file);
    assert_int_equal(image.symbols.fromhost.v, 0);
    image_free(&image);
}

/* --- files --- */

static enum status read_file(const void *bytes, size_t size, const char *suffix,
                             struct image *image, struct diagnostic *diag)
{
    char path[] = "/tmp/cvmlab-image-XXXXXX", what[64];
    int fd = mkstemp(path);
    enum status status;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    (void)close(fd);
    (void)snprintf(what, sizeof what, "%s%s", path, suffix);
    status = image_read(what, &ram, image, diag);
    (void)unlink(path);
    return status;
}

static void a_raw_image_goes_where_its_name_says(void **unused)
{
    struct elf_file file = elf_good();
    struct diagnostic diag = {""};
    struct image image;

    (void)unused;
    assert_int_equal(read_file("\x13\0\0\0", 4, "@0x80000100", &image, &diag), STATUS_OK);
    assert_int_equal(image.entry.v, ELF_BASE + 0x100);
    assert_int_equal(image.segment[0].file_bytes, 4);
    image_free(&image);
    assert_int_equal(read_file(&file, sizeof file, "", &image, &diag), STATUS_OK);
    assert_int_equal(image.segment_count, 2);
    image_free(&image);
    assert_int_equal(read_file("\x13\0\0\0", 4, "@0x8000fffd", &image, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "do not lie in RAM"));
    assert_int_equal(read_file("\x13\0\0\0", 4, "@0x80000001", &image, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "is odd"));
    assert_int_equal(read_file("", 0, "@0x80000000", &image, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "the file is empty; expected a raw image"));
}

static void a_file_that_is_not_there_is_refused(void **unused)
{
    struct diagnostic diag = {""};
    struct image image;

    (void)unused;
    assert_int_equal(image_read("/nowhere/p.elf", &ram, &image, &diag), STATUS_BAD_INPUT);
    assert_string_equal(
        diag.text,
        "/nowhere/p.elf: cannot be opened: No such file or directory; expected a program");
    assert_int_equal(image_read("/nowhere/a@b", &ram, &image, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "/nowhere/a@b: "));
    assert_int_equal(image_read("/nowhere/a@1x", &ram, &image, &diag), STATUS_BAD_INPUT);
    assert_non_null(strstr(diag.text, "/nowhere/a@1x: "));
    assert_int_equal(image_read("/", &ram, &image, &diag), STATUS_BAD_INPUT);
    assert_string_equal(diag.text, "/: not a regular file; expected a program");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_gives_its_segments_entry_and_symbols),
        cmocka_unit_test(segments_arrive_in_memory),
        cmocka_unit_test(linked_addresses_are_translated_by_their_segment),
        cmocka_unit_test(a_position_independent_file_moves_into_ram),
        cmocka_unit_test(a_file_without_symbols_has_none),
        cmocka_unit_test(what_is_no_elf_file_of_this_kind_is_refused),
        cmocka_unit_test(a_truncated_file_is_refused),
        cmocka_unit_test(segments_that_do_not_fit_are_refused),
        cmocka_unit_test(a_file_with_nothing_to_load_is_refused),
        cmocka_unit_test(too_many_segments_are_refused),
        cmocka_unit_test(an_entry_outside_the_program_is_refused),
        cmocka_unit_test(damaged_symbols_are_refused),
        cmocka_unit_test(a_raw_image_goes_where_its_name_says),
        cmocka_unit_test(a_file_that_is_not_there_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
