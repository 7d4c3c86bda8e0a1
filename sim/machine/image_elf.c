/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/machine/image_elf.c — segments, entry and symbols of an ELF file, read by libelf. See
 * image_elf.h. Nothing that the file says is used before it was compared with the file's size. */
#include "machine/image_elf.h"

#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <string.h>

static enum status elf_fail(const struct image *image, struct diagnostic *diag, const char *text)
{
    return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0, "%s", text);
}

/* What is wrong with the first bytes, or NULL. */
static const char *ident_complaint(const struct file_bytes *file)
{
    if (file->size == 0)
        return "the file is empty; expected an ELF file";
    if (file->size < EI_NIDENT || memcmp(file->bytes, ELFMAG, SELFMAG) != 0)
        return "this is no ELF file; expected one, or FILE@ADDRESS for a raw image";
    if (file->bytes[EI_CLASS] != ELFCLASS64)
        return "the ELF file is not of 64 bits; expected ELFCLASS64";
    if (file->bytes[EI_DATA] != ELFDATA2LSB)
        return "the ELF file is not little-endian; expected ELFDATA2LSB";
    if (file->size < sizeof(Elf64_Ehdr))
        return "the ELF file is truncated; expected its header";
    return NULL;
}

/* What is wrong with the header, or NULL. */
static const char *header_complaint(const struct file_bytes *file, const GElf_Ehdr *header)
{
    uint64_t table_bytes = header->e_phnum * sizeof(Elf64_Phdr);

    if (header->e_machine != EM_RISCV)
        return "the ELF file is for another machine; expected EM_RISCV";
    if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
        return "the ELF file is no executable; expected ET_EXEC or ET_DYN";
    if (header->e_phnum == 0)
        return "the ELF file has no segments; expected one PT_LOAD";
    if (header->e_phentsize != sizeof(Elf64_Phdr))
        return "the ELF file has segment headers of another size; expected 56 bytes";
    if (header->e_phoff > file->size || table_bytes > file->size - header->e_phoff)
        return "the ELF file is truncated; expected its segment headers";
    return NULL;
}

static enum status segment_read(const struct image *image, const GElf_Phdr *header,
                                struct image_segment *out, struct diagnostic *diag)
{
    uint64_t size = image->file.size;

    if (header->p_filesz > header->p_memsz)
        return elf_fail(image, diag,
                        "a segment has more bytes in the file than in memory; expected p_filesz up "
                        "to p_memsz");
    if (header->p_offset > size || header->p_filesz > size - header->p_offset)
        return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                              "the ELF file is truncated; expected 0x%" PRIx64
                              " bytes at offset 0x%" PRIx64,
                              header->p_filesz, header->p_offset);
    *out = (struct image_segment){.first = {header->p_paddr},
                                  .size_bytes = header->p_memsz,
                                  .file_offset = header->p_offset,
                                  .file_bytes = header->p_filesz,
                                  .virtual_first = header->p_vaddr};
    return STATUS_OK;
}

/* All PT_LOAD that are not empty. */
static enum status segments_collect(const struct image *image, Elf *elf, int segment_count,
                                    struct image_segment *out, unsigned *count,
                                    struct diagnostic *diag)
{
    enum status status = STATUS_OK;
    GElf_Phdr header;

    for (int i = 0; i < segment_count && status == STATUS_OK; i++) {
        if (!gelf_getphdr(elf, i, &header))
            return elf_fail(image, diag, "a segment header cannot be read; expected an ELF file");
        if (header.p_type != PT_LOAD || header.p_memsz == 0)
            continue;
        if (*count == IMAGE_SEGMENT_MAX)
            return diagnostic_set(diag, STATUS_BAD_INPUT, image->name, 0, 0,
                                  "too many segments; expected at most %d", (int)IMAGE_SEGMENT_MAX);
        status = segment_read(image, &header, &out[(*count)++], diag);
    }
    return status;
}

/* A position-independent file that lies below RAM goes to its begin; vaddr stays as linked. */
static void segments_move(struct image_segment *segment, unsigned count, spa_t ram_first)
{
    uint64_t lowest = UINT64_MAX;

    for (unsigned i = 0; i < count; i++)
        if (segment[i].first.v < lowest)
            lowest = segment[i].first.v;
    if (lowest >= ram_first.v)
        return;
    for (unsigned i = 0; i < count; i++)
        segment[i].first.v += ram_first.v - lowest;
}

/* Physical address of a linked one: by the segment that holds it, else the same. */
static spa_t address_place(const struct image_segment *segment, unsigned count, uint64_t linked)
{
    for (unsigned i = 0; i < count; i++)
        if (linked - segment[i].virtual_first < segment[i].size_bytes)
            return (spa_t){segment[i].first.v + (linked - segment[i].virtual_first)};
    return (spa_t){linked};
}

static enum status segments_read(struct image *image, Elf *elf, spa_t ram_first,
                                 struct image_segment *out, unsigned *count,
                                 struct diagnostic *diag)
{
    GElf_Ehdr header;
    const char *complaint;
    enum status status;

    if (!gelf_getehdr(elf, &header))
        return elf_fail(image, diag, "the ELF header is damaged; expected an ELF file");
    complaint = header_complaint(&image->file, &header);
    if (complaint)
        return elf_fail(image, diag, complaint);
    status = segments_collect(image, elf, header.e_phnum, out, count, diag);
    if (status != STATUS_OK)
        return status;
    if (header.e_type == ET_DYN)
        segments_move(out, *count, ram_first);
    image->entry = address_place(out, *count, header.e_entry);
    return STATUS_OK;
}

/* libelf over the bytes of the file; NULL: it does not take them. */
static Elf *elf_over(const struct image *image)
{
    if (elf_version(EV_CURRENT) == EV_NONE)
        return NULL;
    return elf_memory((char *)image->file.bytes, image->file.size);
}

enum status elf_segments_read(struct image *image, spa_t ram_first, struct image_segment *out,
                              unsigned *count, struct diagnostic *diag)
{
    const char *complaint = ident_complaint(&image->file);
    enum status status;
    Elf *elf;

    if (complaint)
        return elf_fail(image, diag, complaint);
    elf = elf_over(image);
    if (!elf || elf_kind(elf) != ELF_K_ELF)
        status = elf_fail(image, diag, "the ELF header is damaged; expected an ELF file");
    else
        status = segments_read(image, elf, ram_first, out, count, diag);
    (void)elf_end(elf);
    return status;
}

static void symbol_note(struct image *image, const char *name, uint64_t linked)
{
    struct image_symbols *symbols = &image->symbols;
    spa_t at = address_place(image->segment, image->segment_count, linked);

    if (strcmp(name, "tohost") == 0)
        symbols->tohost = at;
    else if (strcmp(name, "fromhost") == 0)
        symbols->fromhost = at;
    else if (strcmp(name, "begin_signature") == 0)
        symbols->begin_signature = at;
    else if (strcmp(name, "end_signature") == 0)
        symbols->end_signature = at;
}

/* One SHT_SYMTAB. */
static bool table_read(struct image *image, Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count =
        header->sh_entsize == sizeof(Elf64_Sym) ? header->sh_size / sizeof(Elf64_Sym) : 0;
    GElf_Sym symbol;

    if (!data || count == 0)
        return false;
    for (size_t i = 0; i < count && i <= INT32_MAX; i++) {
        const char *name;

        if (!gelf_getsym(data, (int)i, &symbol))
            return false;
        name = elf_strptr(elf, header->sh_link, symbol.st_name);
        if (name && symbol.st_shndx != SHN_UNDEF)
            symbol_note(image, name, symbol.st_value);
    }
    return true;
}

enum status elf_symbols_read(struct image *image, struct diagnostic *diag)
{
    Elf *elf = elf_over(image);
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    bool is_good = elf != NULL;

    while (is_good && (section = elf_nextscn(elf, section)) != NULL)
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB && header.sh_size > 0)
            is_good = table_read(image, elf, section, &header);
    (void)elf_end(elf);
    return is_good ? STATUS_OK
                   : elf_fail(image, diag, "the table of symbols is damaged; expected an ELF file");
}
