/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests/unit/elf_fixture.h — a small good ELF file in memory, to be damaged in one respect. */
#ifndef CVMLAB_TESTS_ELF_FIXTURE_H
#define CVMLAB_TESTS_ELF_FIXTURE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ELF_CODE_BYTES = 64, ELF_SYMBOLS = 5 };
#define ELF_BASE UINT64_C(0x80000000)

/* Two segments, a symbol table and its strings. */
struct elf_file {
    Elf64_Ehdr header;
    Elf64_Phdr segment[2];
    Elf64_Shdr section[3];
    Elf64_Sym symbol[ELF_SYMBOLS];
    char strings[64];
    uint8_t code[ELF_CODE_BYTES];
};

static inline void elf_symbol(struct elf_file *file, unsigned index, const char *name,
                              uint64_t value)
{
    size_t at = 1;

    while (file->strings[at])
        at += strlen(file->strings + at) + 1;
    strcpy(file->strings + at, name);
    file->symbol[index] =
        (Elf64_Sym){.st_name = (Elf64_Word)at, .st_value = value, .st_shndx = SHN_ABS};
}

/* Code at ELF_BASE, which is the entry; a page of zeros two pages behind it, with tohost. */
static inline struct elf_file elf_good(void)
{
    struct elf_file file = {
        .header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
                               EV_CURRENT},
                   .e_type = ET_EXEC,
                   .e_machine = EM_RISCV,
                   .e_version = EV_CURRENT,
                   .e_entry = ELF_BASE,
                   .e_phoff = offsetof(struct elf_file, segment),
                   .e_shoff = offsetof(struct elf_file, section),
                   .e_ehsize = sizeof(Elf64_Ehdr),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 2,
                   .e_shentsize = sizeof(Elf64_Shdr),
                   .e_shnum = 3},
        .segment = {{.p_type = PT_LOAD,
                     .p_offset = offsetof(struct elf_file, code),
                     .p_vaddr = ELF_BASE,
                     .p_paddr = ELF_BASE,
                     .p_filesz = ELF_CODE_BYTES,
                     .p_memsz = ELF_CODE_BYTES},
                    {.p_type = PT_LOAD,
                     .p_vaddr = ELF_BASE + 0x2000,
                     .p_paddr = ELF_BASE + 0x2000,
                     .p_memsz = 0x1000}},
        .section = {{0},
                    {.sh_type = SHT_SYMTAB,
                     .sh_offset = offsetof(struct elf_file, symbol),
                     .sh_size = ELF_SYMBOLS * sizeof(Elf64_Sym),
                     .sh_link = 2,
                     .sh_entsize = sizeof(Elf64_Sym)},
                    {.sh_type = SHT_STRTAB,
                     .sh_offset = offsetof(struct elf_file, strings),
                     .sh_size = sizeof file.strings}},
    };

    for (unsigned i = 0; i < ELF_CODE_BYTES; i++)
        file.code[i] = (uint8_t)(i + 1);
    elf_symbol(&file, 1, "tohost", ELF_BASE + 0x2000);
    elf_symbol(&file, 2, "fromhost", ELF_BASE + 0x2040);
    elf_symbol(&file, 3, "begin_signature", ELF_BASE + 0x2100);
    elf_symbol(&file, 4, "end_signature", ELF_BASE + 0x2110);
    return file;
}

#endif
