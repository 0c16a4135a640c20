/* Whose address is it? An open-addressing hash table of socket addresses. */

#pragma once

#include <stdint.h>

#include "hop.h"

typedef struct {
    hop_address address;
    hop_path *path; /* NULL: nothing is here */
} binding;

typedef struct {
    binding *places;
    uint32_t mask; /* the number of places, a power of two, less one */
    uint32_t used;
    uint64_t seed;
} addresses;

int addresses_init(addresses *table, uint64_t seed);
void addresses_free(addresses *table);
hop_path *addresses_find(const addresses *table, const hop_address *address);
int addresses_put(addresses *table, const hop_address *address, hop_path *path);
void addresses_drop(addresses *table, const hop_address *address);
