/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/gdb/description.c — what registers there are, for GDB: one XML document, made from the hart's
 * own table of CSRs. Source: "Debugging with GDB", "Target Description Format", "RISC-V Features".
 * See internal.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/internal.h"

enum { CSR_NUMBERS_END = 4096, CSR_FFLAGS = 1, CSR_FCSR = 3, NAME_BYTES = 32 };

static const char *const x_names[] = {"zero", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                      "fp",   "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                      "a6",   "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                      "s8",   "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

static const char *const f_names[] = {"ft0", "ft1", "ft2",  "ft3",  "ft4", "ft5", "ft6",  "ft7",
                                      "fs0", "fs1", "fa0",  "fa1",  "fa2", "fa3", "fa4",  "fa5",
                                      "fa6", "fa7", "fs2",  "fs3",  "fs4", "fs5", "fs6",  "fs7",
                                      "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};

static const char *x_type(unsigned number)
{
    if (number == 1)
        return "code_ptr";
    return number >= 2 && number <= 4 ? "data_ptr" : "int64";
}

static void general_print(FILE *to)
{
    (void)fputs("<feature name=\"org.gnu.gdb.riscv.cpu\">\n", to);
    for (unsigned i = 0; i < GDB_PC; i++)
        (void)fprintf(to, "<reg name=\"%s\" bitsize=\"64\" type=\"%s\" regnum=\"%u\"/>\n",
                      x_names[i], x_type(i), GDB_X + i);
    (void)fprintf(to, "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\" regnum=\"%d\"/>\n",
                  GDB_PC);
    (void)fputs("</feature>\n", to);
}

static void float_print(FILE *to)
{
    (void)fputs("<feature name=\"org.gnu.gdb.riscv.fpu\">\n"
                "<union id=\"riscv_double\">\n"
                "<field name=\"float\" type=\"ieee_single\"/>\n"
                "<field name=\"double\" type=\"ieee_double\"/>\n"
                "</union>\n",
                to);
    for (unsigned i = 0; i < GDB_CSR - GDB_F; i++)
        (void)fprintf(to, "<reg name=\"%s\" bitsize=\"64\" type=\"riscv_double\" regnum=\"%u\"/>\n",
                      f_names[i], GDB_F + i);
    (void)fprintf(to, "<reg name=\"fflags\" bitsize=\"32\" type=\"int\" regnum=\"%d\"/>\n",
                  GDB_CSR + CSR_FFLAGS);
    (void)fprintf(to, "<reg name=\"frm\" bitsize=\"32\" type=\"int\" regnum=\"%d\"/>\n",
                  GDB_CSR + CSR_FFLAGS + 1);
    (void)fprintf(to, "<reg name=\"fcsr\" bitsize=\"32\" type=\"int\" regnum=\"%d\"/>\n",
                  GDB_CSR + CSR_FCSR);
    (void)fputs("</feature>\n", to);
}

static void csrs_print(struct gdb *gdb, FILE *to)
{
    (void)fputs("<feature name=\"org.gnu.gdb.riscv.csr\">\n", to);
    for (unsigned i = CSR_FCSR + 1; i < CSR_NUMBERS_END; i++) {
        char name[NAME_BYTES];
        uint64_t value;

        if (hart_csr_peek(gdb_hart(gdb), (uint16_t)i, &value) &&
            hart_csr_name((uint16_t)i, name, sizeof name))
            (void)fprintf(to,
                          "<reg name=\"%s\" bitsize=\"64\" type=\"uint64\" regnum=\"%u\" "
                          "group=\"csr\" save-restore=\"no\"/>\n",
                          name, GDB_CSR + i);
    }
    (void)fputs("</feature>\n", to);
}

const char *gdb_description(struct gdb *gdb)
{
    size_t size;
    FILE *to;

    if (gdb->description)
        return gdb->description;
    to = open_memstream(&gdb->description, &size);
    if (!to)
        return NULL;
    (void)fputs("<?xml version=\"1.0\"?>\n"
                "<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
                "<target version=\"1.0\">\n"
                "<architecture>riscv:rv64</architecture>\n"
                /* else GDB may take it for Linux, and step with breakpoints of its own making */
                "<osabi>none</osabi>\n",
                to);
    general_print(to);
    float_print(to);
    csrs_print(gdb, to);
    (void)fprintf(to,
                  "<feature name=\"org.gnu.gdb.riscv.virtual\">\n"
                  "<reg name=\"priv\" bitsize=\"64\" type=\"uint64\" regnum=\"%d\" "
                  "save-restore=\"no\"/>\n"
                  "</feature>\n"
                  "</target>\n",
                  GDB_PRIV);
    if (fclose(to) != 0) {
        free(gdb->description);
        gdb->description = NULL;
    }
    return gdb->description;
}
