/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/scenario/scenario.h — a scenario: who does what to the memory of a machine, step by step, and
 * how each step must end in each mode (specs/schema/scenario.json, docs/SCENARIOS.md). Loading
 * checks everything that can be known before it runs; run.h runs it. */
#ifndef CVMLAB_SIM_SCENARIO_SCENARIO_H
#define CVMLAB_SIM_SCENARIO_SCENARIO_H

#include "base/document.h"
#include "machine/machine_spec.h"
#include "scenario/outcome.h"

enum {
    SCENARIO_STEP_MAX = 256,
    SCENARIO_MODE_MAX = 8,
    SCENARIO_GUEST_MAX = 8,
    SCENARIO_PAGE_MAX = 64,
    SCENARIO_BYTES_MAX = 128,  /* values that are remembered */
    SCENARIO_VALUE_MAX = 1024, /* expressions, over all steps */
    SCENARIO_CHAIN_MAX = 8,
    SCENARIO_CHANGE_MAX = 16, /* entries of one list of page changes */
    SCENARIO_NAME_BYTES = MACHINE_NAME_BYTES,
    SCENARIO_NONE = -1, /* for an index */
};

/* Bytes that a step writes or compares: an expression. */
enum value_kind { VALUE_TEXT, VALUE_HEX, VALUE_REMEMBERED, VALUE_TWEAK, VALUE_XOR };

struct scenario_value {
    enum value_kind kind;
    const char *text;      /* TEXT, HEX: as it stands in the document */
    uint16_t bytes;        /* REMEMBERED: index of the name */
    uint16_t offset, size; /* a part of them; size 0: to the end. TEXT, HEX: padded to size */
    uint16_t repeat;       /* TEXT, HEX: that often */
    spa_t spa;             /* TWEAK: of the block there */
    uint16_t first, count; /* XOR: its operands, one after the other */
};

/* One way in which a scenario runs: a mode, and perhaps other settings of the machine. */
struct scenario_mode {
    char name[SCENARIO_NAME_BYTES]; /* "snp", or of its own: "snp-hiding" */
    enum memory_mode mode;
    struct machine_spec machine;
    enum scenario_verdict ends; /* what the scenario says of its end */
};

struct scenario_guest {
    char name[SCENARIO_NAME_BYTES];
    uint16_t asid;
    bool is_snp;     /* else an SEV guest, also on an SNP machine */
    bool is_running; /* it has its key when the first step begins; else the steps launch it */
    bool is_careful; /* keeps a list of what it accepted, and heeds the carry flag of PVALIDATE */
};

/* What becomes of a page before the first step. */
enum page_start {
    PAGE_START_FREE,    /* the hypervisor's, and in no G-stage */
    PAGE_START_SHARED,  /* mapped for its guest, and the hypervisor's */
    PAGE_START_PRIVATE, /* mapped for its guest, who accepted it */
};

struct scenario_page {
    char name[SCENARIO_NAME_BYTES];
    spa_t spa;
    int guest; /* SCENARIO_NONE: of nobody */
    gpa_t gpa;
    bool is_large;
    enum page_start start;
    int holds;        /* what its guest (else the hypervisor) has written: a value, or NONE */
    const char *file; /* where it stands, for messages while it runs */
    uint64_t line, col;
};

enum who_kind { WHO_HYPERVISOR, WHO_FIRMWARE, WHO_DRAM, WHO_GUEST, WHO_DEVICE };

/* Who acts. DRAM is somebody at the memory bus. */
struct scenario_who {
    enum who_kind kind;
    uint8_t index; /* of a guest or device */
    uint8_t vmpl, cpl;
};

/* The arguments of a step. Which of them an operation takes is in op.c. */
enum step_arg {
    ARG_PAGE,
    ARG_SPA,
    ARG_GPA,
    ARG_OFFSET,
    ARG_SIZE,
    ARG_GUEST,
    ARG_DEVICE,
    ARG_IOVA,
    ARG_LARGE,
    ARG_SHARED,
    ARG_DATA,
    ARG_A,
    ARG_B,
    ARG_REMEMBER,
    ARG_TO,
    ARG_OWNER,
    ARG_IMMUTABLE,
    ARG_VALIDATE,
    ARG_OF_VMPL,
    ARG_RIGHTS,
    ARG_VMSA,
    ARG_BIT,
    ARG_ON,
    ARG_WRITABLE,
    ARG_TYPE,
    ARG_POLICY,
    ARG_CHANGES,
    ARG_FORGE,
    ARG_COUNT
};

/* Whose a page becomes: "owner". */
enum page_owner { OWNER_HYPERVISOR, OWNER_FIRMWARE, OWNER_GUEST };

/* One entry of a page-state change list. */
struct page_change {
    gpa_t gpa;
    uint8_t op; /* 1 private, 2 shared, 3 PSMASH, 4 UNSMASH, as on the wire */
    bool is_large;
};

struct scenario_op;

struct scenario_step {
    const struct scenario_op *op;
    struct scenario_who who;
    uint32_t given;                     /* 1 << ARG_...: which arguments stand in the document */
    const char *part;                   /* a heading before it, or NULL */
    uint8_t runs_in;                    /* 1 << mode */
    uint8_t ends_in;                    /* 1 << mode: the run is over after it */
    uint16_t expect[SCENARIO_MODE_MAX]; /* index of an outcome */
    int goal;                           /* outcome that the attacker wants, or SCENARIO_NONE */
    unsigned file; /* index in the chain of documents; 0 is the scenario itself */

    int page, to; /* indices, or SCENARIO_NONE */
    int guest, device;
    spa_t spa; /* of ARG_SPA or of the page */
    gpa_t gpa; /* of ARG_GPA or of the page */
    uint32_t offset, size;
    iova_t iova;
    bool is_large, is_shared, immutable, validate, vmsa, on, writable;
    int data, a, b; /* values */
    int remember;   /* index of a name */
    enum page_owner owner;
    uint8_t of_vmpl, rights, bit, type;
    uint64_t policy;
    struct page_change change[SCENARIO_CHANGE_MAX];
    unsigned change_count;
    gpa_t forge; /* what the hypervisor writes into the first entry of the list */
};

/* What a scenario stands for. */
struct scenario_paper {
    const char *title, *authors, *venue, *link; /* authors and link may be NULL */
    uint64_t year;
};

struct scenario {
    const char *name, *title, *models, *leaves_out;
    struct scenario_paper paper;
    struct scenario_mode mode[SCENARIO_MODE_MAX];
    unsigned mode_count;
    unsigned show_after; /* the step after which there is most to see; 0: the last */
    bool is_booted;      /* the firmware is initialised when the first step begins */
    struct scenario_guest guest[SCENARIO_GUEST_MAX];
    unsigned guest_count;
    struct scenario_page page[SCENARIO_PAGE_MAX];
    unsigned page_count;
    struct scenario_value value[SCENARIO_VALUE_MAX];
    unsigned value_count;
    const char *bytes_name[SCENARIO_BYTES_MAX];
    unsigned bytes_count;
    struct scenario_step step[SCENARIO_STEP_MAX];
    unsigned step_count;
    struct document
        doc[SCENARIO_CHAIN_MAX];          /* doc[0] is the scenario, doc[1] what it begins with */
    bool doc_is_file[SCENARIO_CHAIN_MAX]; /* else built in, or given as text */
    unsigned doc_count;
};

/* name is a path, or a built-in scenario; machine takes the place of the machine that the scenario
 * names (NULL: does not). STATUS_BAD_INPUT: unknown, or breaks a rule; STATUS_IO: no memory.
 * NULL on error; *status says which. The caller frees with scenario_free. */
struct scenario *scenario_load(const char *name, const char *machine, enum status *status,
                               struct diagnostic *diag);

/* The same for the text of a file; name is for messages. What it begins with is built in. */
struct scenario *scenario_parse(const char *text, size_t size, const char *name,
                                const char *machine, enum status *status, struct diagnostic *diag);

/* Frees; NULL is allowed. */
void scenario_free(struct scenario *scenario);

/* Index of the mode of this name, or SCENARIO_NONE. */
int scenario_find_mode(const struct scenario *scenario, const char *name);

/* Index of the page of this name, or SCENARIO_NONE. */
int scenario_find_page(const struct scenario *scenario, const char *name);

/* Finds who is called so: hypervisor, firmware, dram, a guest or a device. */
bool scenario_find_who(const struct scenario *scenario, const char *name, struct scenario_who *who);

/* Whether it is the name of an actor that is always there. */
bool scenario_name_is_reserved(const char *name);

/* "victim"; the reverse of scenario_find_who. */
const char *scenario_who_name(const struct scenario *scenario, const struct scenario_who *who);

/* Devices, of the machine and of the scenario; the same in every mode. */
const struct machine_device *scenario_device(const struct scenario *scenario, unsigned index);

/* Name of the index-th built-in scenario, or NULL. */
const char *scenario_builtin_name(unsigned index);

#endif
