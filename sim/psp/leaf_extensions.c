/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/leaf_extensions.c — what a VCEK or VLEK certificate says of its processor. Read chain.h
 * first. */
#include "psp/chain.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <string.h>

/* AMD's arc (57230, "VCEK Certificate Extensions"). */
#define AMD_ARC "1.3.6.1.4.1.3704.1."

static const char *const tcb_oid[TCB_PART_COUNT] = {
    [TCB_FMC] = AMD_ARC "3.9", [TCB_BOOT_LOADER] = AMD_ARC "3.1", [TCB_TEE] = AMD_ARC "3.2",
    [TCB_SNP] = AMD_ARC "3.3", [TCB_MICROCODE] = AMD_ARC "3.8",
};

static const char product_oid[] = AMD_ARC "2";
static const char chip_id_oid[] = AMD_ARC "4";
static const char provider_oid[] = AMD_ARC "5";

/* The value of the extension; NULL: there is none. Borrowed. */
static const ASN1_OCTET_STRING *extension_find(X509 *leaf, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    int index = object ? X509_get_ext_by_OBJ(leaf, object, -1) : -1;

    ASN1_OBJECT_free(object);
    return index < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(leaf, index));
}

/* A DER INTEGER of 0 to 255 and nothing behind it. */
static bool small_integer(const ASN1_OCTET_STRING *value, uint8_t *out)
{
    const uint8_t *bytes = ASN1_STRING_get0_data(value), *at = bytes;
    int size = ASN1_STRING_length(value);
    ASN1_INTEGER *integer = d2i_ASN1_INTEGER(NULL, &at, size);
    int64_t number = -1;
    bool fits = integer && at == bytes + size && ASN1_INTEGER_get_int64(&number, integer) == 1 &&
                number >= 0 && number <= UINT8_MAX;

    ASN1_INTEGER_free(integer);
    *out = fits ? (uint8_t)number : 0;
    return fits;
}

static bool text_read(const ASN1_OCTET_STRING *value, char *text, size_t size)
{
    const uint8_t *at = ASN1_STRING_get0_data(value);
    ASN1_IA5STRING *string = d2i_ASN1_IA5STRING(NULL, &at, ASN1_STRING_length(value));
    int length = string ? ASN1_STRING_length(string) : 0;
    bool fits = length > 0 && (size_t)length < size;

    for (int i = 0; fits && i < length; i++) {
        unsigned char letter = ASN1_STRING_get0_data(string)[i];

        fits = letter >= ' ' && letter < 0x7f;
        text[i] = (char)letter;
    }
    text[fits ? length : 0] = '\0';
    ASN1_IA5STRING_free(string);
    return fits;
}

/* Milan and Genoa have 64 bytes, Turin 8; plain, or once more as a DER OCTET STRING. */
static bool chip_id_read(const ASN1_OCTET_STRING *value, uint8_t chip_id[CHIP_ID_BYTES])
{
    const uint8_t *bytes = ASN1_STRING_get0_data(value);
    int size = ASN1_STRING_length(value);

    if (size > 2 && bytes[0] == V_ASN1_OCTET_STRING && bytes[1] == size - 2 &&
        (size == CHIP_ID_BYTES + 2 || size == 8 + 2)) {
        bytes += 2;
        size -= 2;
    }
    if (size != CHIP_ID_BYTES && size != 8)
        return false;
    memcpy(chip_id, bytes, (size_t)size);
    return true;
}

void leaf_extensions_read(X509 *leaf, struct leaf_extensions *extensions)
{
    const ASN1_OCTET_STRING *value;

    memset(extensions, 0, sizeof *extensions);
    for (unsigned part = 0; part < TCB_PART_COUNT; part++) {
        value = extension_find(leaf, tcb_oid[part]);
        extensions->has_tcb[part] = value != NULL;
        if (value && !small_integer(value, &extensions->tcb.part[part]))
            extensions->is_malformed = true;
    }
    value = extension_find(leaf, product_oid);
    extensions->has_product = value != NULL;
    if (value && !text_read(value, extensions->product_text, sizeof extensions->product_text))
        extensions->is_malformed = true;
    extensions->product = product_by_name(extensions->product_text);
    value = extension_find(leaf, chip_id_oid);
    extensions->has_chip_id = value != NULL;
    if (value && !chip_id_read(value, extensions->chip_id))
        extensions->is_malformed = true;
    extensions->has_provider = extension_find(leaf, provider_oid) != NULL;
}
