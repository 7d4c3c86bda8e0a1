/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/ghcb/host.c — see host.h. */
#include "ghcb/host.h"

#include <string.h>

#include "ghcb/wire.h"

/* Version, usage, and the three fields that every request has. */
static enum ghcb_error page_check(const struct ghcb_host *host, const struct ghcb_page *page)
{
    uint16_t version = ghcb_page_version(page);

    if (ghcb_page_usage(page) != GHCB_USAGE_STANDARD)
        return GHCB_ERROR_USAGE;
    if (version < host->version_min || version > host->version_max)
        return GHCB_ERROR_INPUT;
    if (!ghcb_page_is_valid(page, GHCB_EXIT_CODE) || !ghcb_page_is_valid(page, GHCB_INFO1) ||
        !ghcb_page_is_valid(page, GHCB_INFO2))
        return GHCB_ERROR_MISSING_INPUT;
    return GHCB_ERROR_NONE;
}

/* Whether the rows of this code can be told apart: what they ask about is there. */
static enum ghcb_error selectors_check(const struct ghcb_exposure *spec,
                                       const struct ghcb_page *page, uint64_t code)
{
    enum ghcb_error error = GHCB_ERROR_EVENT;

    for (unsigned i = 0; i < spec->row_count; i++) {
        const struct ghcb_row *row = &spec->row[i];

        if (row->code != code)
            continue;
        for (unsigned j = 0; j < row->when_count; j++)
            if (!ghcb_page_is_valid(page, row->when[j].field))
                return GHCB_ERROR_MISSING_INPUT;
        error = GHCB_ERROR_NONE;
    }
    return error;
}

/* Finds the row and fills view with what it shows. */
static enum ghcb_error view_fill(const struct ghcb_exposure *spec, const struct ghcb_page *page,
                                 struct ghcb_request *request)
{
    struct ghcb_values all;
    const struct ghcb_row *row;

    for (unsigned field = 0; field < GHCB_FIELD_COUNT; field++)
        all.of[field] = ghcb_page_get(page, field);
    if (all.of[GHCB_EXIT_CODE] == GHCB_EXIT_IOIO && ioio_bytes(all.of[GHCB_INFO1]) == 0)
        return GHCB_ERROR_INPUT;
    row = ghcb_row_find(spec, &all);
    if (!row || all.of[GHCB_INFO1] & ~row->info1_mask || all.of[GHCB_INFO2] & ~row->info2_mask)
        return GHCB_ERROR_INPUT;
    request->row = row;
    request->view.of[GHCB_EXIT_CODE] = all.of[GHCB_EXIT_CODE];
    request->view.of[GHCB_INFO1] = all.of[GHCB_INFO1];
    request->view.of[GHCB_INFO2] = all.of[GHCB_INFO2];
    for (unsigned i = 0; i < row->in_count; i++) {
        const struct ghcb_item *in = &row->in[i];

        if (!ghcb_page_is_valid(page, in->field))
            return GHCB_ERROR_MISSING_INPUT;
        request->view.of[in->field] = ghcb_item_cut(in, all.of[GHCB_INFO1], all.of[in->field]);
    }
    return GHCB_ERROR_NONE;
}

/* The scratch area lies in the shared buffer of the page, or nowhere near the page: a byte of it
 * outside the buffer would be read twice, once as page and once as data. */
static enum ghcb_error scratch_check(gpa_t at, const struct ghcb_page *page,
                                     struct ghcb_request *request, bool *is_inside)
{
    uint64_t start, offset;
    bool is_bad;

    if (!ghcb_page_is_valid(page, GHCB_SCRATCH))
        return GHCB_ERROR_MISSING_INPUT;
    start = ghcb_page_get(page, GHCB_SCRATCH);
    request->view.of[GHCB_SCRATCH] = start;
    request->scratch.v = start;
    request->data_bytes =
        ghcb_row_data_bytes(request->row, &request->view, GHCB_BUFFER_BYTES, &is_bad);
    if (is_bad || start == 0 || start + request->data_bytes < start)
        return GHCB_ERROR_SCRATCH;
    offset = start - at.v;
    *is_inside = offset < PAGE_SIZE;
    if (!*is_inside)
        return start < at.v && start + request->data_bytes > at.v ? GHCB_ERROR_SCRATCH
                                                                  : GHCB_ERROR_NONE;
    return offset < GHCB_BUFFER_OFFSET ||
                   offset + request->data_bytes > GHCB_BUFFER_OFFSET + GHCB_BUFFER_BYTES
               ? GHCB_ERROR_SCRATCH
               : GHCB_ERROR_NONE;
}

static enum ghcb_error data_take(const struct ghcb_host *host, gpa_t at,
                                 const struct ghcb_page *page, struct ghcb_request *request)
{
    bool is_inside = false;
    enum ghcb_error error = scratch_check(at, page, request, &is_inside);

    if (error != GHCB_ERROR_NONE || !(request->row->data & GHCB_DATA_TO_HOST))
        return error;
    if (is_inside) {
        memcpy(request->data, page->byte + (request->scratch.v - at.v), request->data_bytes);
        return GHCB_ERROR_NONE;
    }
    return host->shared->read(host->shared->context, request->scratch, request->data,
                              request->data_bytes) == STATUS_OK
               ? GHCB_ERROR_NONE
               : GHCB_ERROR_SCRATCH;
}

enum status ghcb_host_take(const struct ghcb_host *host, gpa_t page, struct ghcb_request *request,
                           enum ghcb_error *error)
{
    struct ghcb_page copy;
    enum status status;

    memset(request, 0, sizeof *request);
    *error = GHCB_ERROR_NOT_REGISTERED;
    if (!host->is_registered || host->registered.v != page.v)
        return STATUS_DENIED;
    *error = GHCB_ERROR_NONE;
    status = host->shared->read(host->shared->context, page, &copy, sizeof copy);
    if (status != STATUS_OK)
        return status;
    *error = page_check(host, &copy);
    if (*error == GHCB_ERROR_NONE)
        *error = selectors_check(host->spec, &copy, ghcb_page_get(&copy, GHCB_EXIT_CODE));
    if (*error == GHCB_ERROR_NONE)
        *error = view_fill(host->spec, &copy, request);
    if (*error == GHCB_ERROR_NONE && request->row->data != GHCB_DATA_NONE)
        *error = data_take(host, page, &copy, request);
    return *error == GHCB_ERROR_NONE ? STATUS_OK : STATUS_DENIED;
}

/* One field of a page of our own, and its bytes in shared memory. */
static enum status field_write(const struct ghcb_host *host, gpa_t at, struct ghcb_page *page,
                               unsigned field, uint64_t value)
{
    unsigned offset = ghcb_field_offset(field);

    ghcb_page_put(page, field, value);
    return host->shared->write(host->shared->context, (gpa_t){at.v + offset}, page->byte + offset,
                               ghcb_field_bytes(field));
}

/* Response and valid bits; page holds the out fields that are written already. */
static enum status response_write(const struct ghcb_host *host, gpa_t at, struct ghcb_page *page,
                                  uint32_t response, uint64_t info2)
{
    enum status status = field_write(host, at, page, GHCB_INFO1, response);

    if (status == STATUS_OK)
        status = field_write(host, at, page, GHCB_INFO2, info2);
    if (status == STATUS_OK)
        status = host->shared->write(host->shared->context, (gpa_t){at.v + GHCB_BITMAP_OFFSET},
                                     page->byte + GHCB_BITMAP_OFFSET, GHCB_BITMAP_BYTES);
    return status;
}

enum status ghcb_host_answer(const struct ghcb_host *host, gpa_t page,
                             const struct ghcb_request *request, const struct ghcb_reply *reply)
{
    const struct ghcb_row *row = request->row;
    bool is_ok = reply->response == GHCB_RESPONSE_OK;
    struct ghcb_page copy = {{0}};
    uint64_t info2 = is_ok ? 0 : reply->info2;
    enum status status = STATUS_OK;

    for (unsigned i = 0; i < row->out_count && is_ok && status == STATUS_OK; i++) {
        const struct ghcb_item *out = &row->out[i];

        if (out->field == GHCB_INFO2)
            info2 = reply->info2 & out->mask;
        else
            status = field_write(
                host, page, &copy, out->field,
                ghcb_item_cut(out, request->view.of[GHCB_INFO1], reply->out.of[out->field]));
    }
    if (status == STATUS_OK && is_ok && row->data == GHCB_DATA_TO_GUEST)
        status = host->shared->write(host->shared->context, request->scratch, request->data,
                                     request->data_bytes);
    if (status != STATUS_OK)
        return status;
    return response_write(host, page, &copy, reply->response, info2);
}

enum status ghcb_host_refuse(const struct ghcb_host *host, gpa_t page, enum ghcb_error error)
{
    struct ghcb_page copy = {{0}};

    return response_write(host, page, &copy, GHCB_RESPONSE_MALFORMED, error);
}

enum status ghcb_host_serve(const struct ghcb_host *host, gpa_t page, ghcb_handler handler,
                            void *context)
{
    struct ghcb_request request;
    struct ghcb_reply reply = {0};
    enum ghcb_error error;
    enum status status = ghcb_host_take(host, page, &request, &error);

    if (status == STATUS_DENIED)
        return ghcb_host_refuse(host, page, error);
    if (status == STATUS_OK)
        status = handler(context, &request, &reply);
    return status == STATUS_OK ? ghcb_host_answer(host, page, &request, &reply) : status;
}
